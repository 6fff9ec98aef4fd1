// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim crash board`: the power of a whole board goes, in virtual time.
 *
 * NON-TOCK: on hardware, a relay and a lot of patience do this.
 */
import { InvalidArgumentError, type Command } from 'commander';
import type { WorkloadLine } from '#apps/workload';
import type { BoardKind, StoreHil } from '#boards/board';
import { BOARDS } from '#boards/index';
import { Random } from '#kernel/random';
import { ms, type Nanoseconds } from '#kernel/time';
import { churn } from '#lab/crash/board/churn';
import { lifeOf, withDips, Workbench, type Schedule } from '#lab/crash/board/cuts';
import { liveThrough, type CutReport } from '#lab/crash/board/report';
import { columns, duration, grouped } from '#lab/report/columns';
import { parseWorkload } from '#lab/run/workload';
import { Budget } from '../budget.ts';
import type { CliContext } from '../context.ts';
import { readText } from '../files.ts';
import { examples } from '../help.ts';
import { Progress } from '../run/progress.ts';
import { oneOf, wholeNumber } from '../suggest.ts';
import { parseTime } from '../time.ts';
import { ExitCode, UsageError } from '../usage-error.ts';

interface Options {
  readonly board: string;
  readonly hil: StoreHil;
  readonly storePages: number;
  readonly workload?: string;
  readonly lines: number;
  readonly seed: number;
  readonly drawn: number;
  readonly dips: number;
  readonly life?: number;
  readonly longest: Nanoseconds;
  readonly at?: Schedule;
  readonly budget?: Nanoseconds;
  readonly json?: boolean;
}

const HILS: readonly StoreHil[] = ['byte', 'page', 'blocking'];
const MOST = 1_000_000;
const LARGEST_SEED = 2 ** 32 - 1;

const EPILOGUE = `${examples([
  'tocksim crash board',
  'tocksim crash board --board earlgrey --dips 3',
  'tocksim crash board --life 2000 --longest 500ms',
  'tocksim crash board --hil page --at 532618001ns',
])}

An app makes the calls of a workload, another counts in the key-value store;
after each power-on both read everything back. Without --life or --at the power
goes once a device: at the beginning, in the middle and at the end of each flash
operation.
Exit code: 0 nothing lost, 1 something was, 2 bad use.`;

/** Adds the command to `tocksim crash`. */
export function addBoardCuts(
  crash: Command,
  context: CliContext,
  finish: (code: ExitCode) => void,
): void {
  crash
    .command('board')
    .description('cut the power of a whole board, in virtual time')
    .option('--board <name>', 'the board', oneOf('board', Object.keys(BOARDS)), 'nrf52840dk')
    .option('--hil <name>', `flash interface: ${HILS.join(', ')}`, oneOf('hil', HILS), 'byte')
    .option('--store-pages <n>', 'pages of the persistent store', wholeNumber(3, 64), 3)
    .option('--workload <file>', 'the calls; default: drawn')
    .option('--lines <n>', 'calls to draw', wholeNumber(1, MOST), 80)
    .option('--seed <n>', 'seed of every random choice', wholeNumber(0, LARGEST_SEED), 0)
    .option('--drawn <n>', 'instants to draw besides', wholeNumber(0, MOST), 20)
    .option('--dips <n>', 'cuts of the recovery, after each cut', wholeNumber(0, 100), 0)
    .option('--life <cuts>', 'one device, that many cuts', wholeNumber(1, MOST))
    .option('--longest <time>', 'longest time between cuts of a life', parseTime, ms(400))
    .option('--at <times>', 'one schedule: times after each power-on; - is no cut', parseSchedule)
    .option('--budget <time>', 'stop after this time on the host', parseTime)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EPILOGUE)
    .action((options: Options) => {
      finish(crashBoard(options, context));
    });
}

function parseSchedule(text: string): Schedule {
  const times = text.split(',').map((word) => (word === '-' ? undefined : parseTime(word)));
  if (times.every((time) => time === undefined || time >= 1)) return times;
  throw new InvalidArgumentError('A cut comes 1 ns after power-on or later.');
}

function crashBoard(options: Options, context: CliContext): ExitCode {
  const board = BOARDS[options.board];
  if (board === undefined) throw new UsageError(`unknown board '${options.board}'`);
  const { hil, storePages, seed } = options;
  const { least, most } = board.storePages;
  if (storePages < least || storePages > most) {
    throw new UsageError(`--store-pages: ${options.board} has room for ${least} to ${most} pages`);
  }
  const bench = new Workbench({ board, hil, storePages, lines: linesOf(options, board), seed });
  const budget = new Budget(options.budget);
  const progress = new Progress(context.interactive, 1, 'devices');
  const report = liveThrough(bench, schedulesOf(options, bench), {
    enough: () => budget.isSpent,
    onProgress: (done, total) => {
      progress.show(done, total);
    },
  });
  progress.stop();
  if (options.json === true) context.out(`${toJson(options, report)}\n`);
  else context.out(toText(options, report));
  return report.violations.length > 0 ? ExitCode.FOUND : ExitCode.OK;
}

/** Lines enough for a life: a device that has nothing to do any more cannot lose much. */
const LINES_PER_CUT = 40;

function linesOf(options: Options, board: BoardKind): readonly WorkloadLine[] {
  const { workload, lines, life = 0 } = options;
  if (workload === undefined) {
    return churn({ ...options, board, lines: Math.max(lines, life * LINES_PER_CUT) });
  }
  const parsed = parseWorkload(readText(workload));
  if (!parsed.ok) throw new UsageError(`${workload}: ${parsed.error}`);
  return parsed.value;
}

function schedulesOf(options: Options, bench: Workbench): readonly Schedule[] {
  const { at, life, longest, seed, drawn, dips } = options;
  if (at !== undefined) return [at];
  const random = new Random(seed);
  if (life !== undefined) return [lifeOf(life, longest, random)];
  return bench.singleCuts(drawn).map((schedule) => withDips(schedule, dips, random));
}

// --- The result ----------------------------------------------------------------------------------

function wordsOf(schedule: Schedule): string {
  return schedule.map((time) => (time === undefined ? '-' : `${time}ns`)).join(',');
}

function toJson({ board, hil, storePages, seed }: Options, report: CutReport): string {
  const violations = report.violations.map((violation) => ({
    ...violation,
    schedule: wordsOf(violation.schedule),
  }));
  return JSON.stringify({ board, hil, storePages, seed, ...report, violations }, undefined, 2);
}

function toText(options: Options, report: CutReport): string {
  const { devices, planned, cuts, powerOns, mostErases, virtualTime } = report;
  const lived =
    devices === planned ? grouped(devices) : `${grouped(devices)} of ${grouped(planned)}`;
  const rows = Object.entries(report.verdicts).filter(([, count]) => count > 0);
  const table = columns([['verdict', 'times'], ...rows.map(([name, n]) => [name, grouped(n)])]);
  const summary =
    `devices ${lived}, cuts ${grouped(cuts)}, power-ons ${grouped(powerOns)}, ` +
    `${duration(virtualTime)} of virtual time, a page erased at most ${grouped(mostErases)} times`;
  const found = report.violations.map(({ verdict, where, what, schedule }) => {
    const { board, hil, storePages, seed, lines, workload, life } = options;
    const calls =
      workload === undefined
        ? `--lines ${Math.max(lines, (life ?? 0) * LINES_PER_CUT)}`
        : `--workload ${workload}`;
    const again = `tocksim crash board --board ${board} --hil ${hil} --store-pages ${storePages}`;
    return `${verdict}  ${where}: ${what}\n  ${again} --seed ${seed} ${calls} --at ${wordsOf(schedule)}`;
  });
  return `${[table, summary, ...found].join('\n\n')}\n`;
}
