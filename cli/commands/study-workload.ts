// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim study workload`: what a workload costs on a flash part, at the worst, and for how many years.
 *
 * NON-TOCK: what a board, an analyser and a week answer otherwise.
 */
import { Option, type Command } from 'commander';
import { basename, extname, join } from 'node:path';
import type { StoreHil } from '#boards/board';
import { prepareWhenIdle } from '#lab/studies/workload/idle';
import {
  LEVELS,
  STUDY_STORES,
  type Cell,
  type Level,
  type StudyStore,
} from '#lab/studies/workload/cell';
import type { Figures } from '#lab/studies/workload/figures';
import { studyPage } from '#lab/studies/workload/page';
import { parsePart } from '#lab/studies/workload/part-file';
import { PARTS, type StudyPart } from '#lab/studies/workload/parts';
import { runCells } from '#lab/studies/workload/run-cells';
import { readWorkload } from '#lab/studies/workload/read';
import { renderStudy, studyCsv, studyJson, type Study } from '#lab/studies/workload/report';
import { cellsOf } from '#lab/studies/workload/sweep';
import type { CheckedLine } from '#lab/run/workload';
import type { CliContext } from '../context.ts';
import { readCosts } from '../costs.ts';
import { OutputFile, readText } from '../files.ts';
import { examples } from '../help.ts';
import { jobsOption } from '../jobs.ts';
import type { Finish } from '../program.ts';
import { Progress } from '../run/progress.ts';
import { oneOf, unknownName, wholeNumber } from '../suggest.ts';
import { ExitCode, UsageError } from '../usage-error.ts';

interface Options {
  readonly chip: readonly string[];
  readonly pages: readonly number[];
  readonly hil: readonly StoreHil[];
  readonly store: StudyStore;
  readonly level?: Level;
  readonly prepare?: number;
  readonly costs?: string;
  readonly commands?: boolean;
  readonly html?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly jobs: number;
}

const HILS = ['byte', 'page', 'blocking'] as const satisfies readonly StoreHil[];
const WORKLOADS = join(import.meta.dirname, '../../../data/workloads');
const BUNDLED = ['fido-year', 'fido-first-day', 'fido-tour'] as const;
const MOST_WORDS = 65_535;

const EPILOGUE = `${examples([
  'tocksim study workload fido-year --pages 20,10,4',
  'tocksim study workload fido-year --chip earlgrey --pages 6 --hil byte,page',
  'tocksim study workload calls.csv --chip my-part.json --pages 8,16',
  'tocksim study workload fido-year --pages 5 --prepare 300 --html report.html',
])}

FILE is a trace .jsonl or .csv, a description .json of one, or a bundled one:
${BUNDLED.join(', ')}. A CHIP is one of
${wrapped(Object.keys(PARTS))}
or a file .json with the figures of a part of your own. What has a board runs
end to end, from an app down to the cells; --level storage runs the algorithm of
the store on the cells alone, on any part. Both give the same words, erases and
image.

Exit code: 0 fine, 1 a workload did not fit or a page wore out, 2 bad use or
input. Formats, and what each column means: doc/studies/workload.md`;

function wrapped(words: readonly string[]): string {
  return words
    .join(', ')
    .replace(/(.{1,76})(?: |$)/g, '$1\n')
    .trimEnd();
}

/** Adds the command to the group `study`. */
export function addStudyWorkload(study: Command, context: CliContext, finish: Finish): void {
  study
    .command('workload')
    .description('what a workload costs on a flash part: words, wear, time, years of life')
    .argument('<file>', 'the workload')
    .addOption(listOption('--chip <list>', 'flash parts', (word) => word, ['nrf52840']))
    .addOption(listOption('--pages <list>', 'pages of the store', wholeNumber(1, MOST_WORDS), [20]))
    .addOption(
      listOption('--hil <list>', `flash interfaces: ${HILS.join(', ')}`, oneOf('hil', HILS), [
        'byte',
      ]),
    )
    .option(
      '--store <name>',
      `the store: ${STUDY_STORES.join(', ')}`,
      oneOf('store', STUDY_STORES),
      'persistent',
    )
    .option('--level <name>', `how far down: ${LEVELS.join(', ')}`, oneOf('level', LEVELS))
    .option('--prepare <words>', 'in idle time, prepare so many words', wholeNumber(1, MOST_WORDS))
    .option('--costs <file>', 'a cost model that study calibrate saved')
    .option('--commands', "the user's commands by kind, too")
    .option('--html <file>', 'write a report that opens in a browser, offline')
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .addOption(jobsOption())
    .addHelpText('after', EPILOGUE)
    .action(async (file: string, options: Options) => {
      finish(await studyWorkload(file, options, context));
    });
}

/** An option that takes a list with commas; what stands twice in it counts once. */
function listOption<T>(
  flags: string,
  description: string,
  parse: (word: string) => T,
  usual: readonly T[],
): Option {
  return new Option(flags, description)
    .argParser((words) => [...new Set(words.split(',').map((word) => parse(word.trim())))])
    .default(usual, usual.join(','));
}

async function studyWorkload(
  file: string,
  options: Options,
  context: CliContext,
): Promise<ExitCode> {
  if (options.json === true && options.csv === true)
    throw new UsageError('--json or --csv, not both');
  const work = { lines: workloadOf(file), cells: cellsFor(options), options, context };
  const html = options.html === undefined ? undefined : new OutputFile(options.html);
  try {
    const study = await runStudy(basename(file), work);
    html?.write(studyPage(study, commandOf(file, options), options.commands === true));
    html?.commit();
    context.out(print(study, options));
    return study.rows.some(({ stopped }) => stopped !== undefined) ? ExitCode.FOUND : ExitCode.OK;
  } catch (error) {
    html?.discard();
    throw error;
  }
}

function cellsFor({ chip, pages, hil, store, level, costs }: Options): readonly Cell[] {
  const swept = cellsOf({
    parts: chip.map(partOf),
    pages,
    hils: hil,
    store,
    ...(level === undefined ? {} : { level }),
    ...(costs === undefined ? {} : { costs: readCosts(costs) }),
  });
  if (!swept.ok) throw new UsageError(swept.error);
  return swept.value;
}

/** What is run, and how. */
interface Work {
  readonly lines: readonly CheckedLine[];
  readonly cells: readonly Cell[];
  readonly options: Options;
  readonly context: CliContext;
}

async function runStudy(name: string, work: Work): Promise<Study> {
  const { lines, options } = work;
  const { prepare } = options;
  if (prepare === undefined) return { name, lines, rows: await runAll(work, lines) };
  return { name, lines, prepare, rows: await runAll(work, prepareWhenIdle(lines, prepare)) };
}

/** The command that makes the same again, run where its files are. */
function commandOf(file: string, options: Options): string {
  const { chip, pages, hil, store, level, prepare, costs, commands } = options;
  const words = [
    'study',
    'workload',
    basename(file),
    '--chip',
    chip.map((name) => basename(name)).join(','),
  ];
  words.push('--pages', pages.join(','), '--hil', hil.join(','));
  if (store !== 'persistent') words.push('--store', store);
  if (level !== undefined) words.push('--level', level);
  if (prepare !== undefined) words.push('--prepare', String(prepare));
  if (costs !== undefined) words.push('--costs', basename(costs));
  if (commands === true) words.push('--commands');
  return `tocksim ${words.map((word) => (/^[\w.,/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')}`;
}

function print(study: Study, { json, csv, commands }: Options): string {
  if (json === true) return `${JSON.stringify(studyJson(study), undefined, 2)}\n`;
  return csv === true ? studyCsv(study) : renderStudy(study, commands === true);
}

function workloadOf(file: string): readonly CheckedLine[] {
  const bundled = BUNDLED.find((name) => name === file);
  const path = bundled === undefined ? file : join(WORKLOADS, `${bundled}.jsonl`);
  if (bundled === undefined && !/[./\\]/.test(file)) throw unknownName('workload', file, BUNDLED);
  const read = readWorkload(path, readText(path));
  if (!read.ok) throw new UsageError(`${file}: ${read.error}`);
  return read.value;
}

function partOf(word: string): StudyPart {
  if (extname(word) === '.json') {
    const parsed = parsePart(readText(word));
    if (!parsed.ok) throw new UsageError(`${word}: ${parsed.error}`);
    return parsed.value;
  }
  const part = Object.hasOwn(PARTS, word) ? PARTS[word] : undefined;
  if (part === undefined) throw unknownName('chip', word, Object.keys(PARTS));
  return part;
}

async function runAll(
  { cells, options: { jobs }, context }: Work,
  lines: readonly CheckedLine[],
): Promise<Figures[]> {
  const progress = new Progress(context.interactive, cells.length * lines.length);
  try {
    const onProgress = (done: number): void => {
      progress.show(done);
    };
    const figures = await runCells(cells, lines, { jobs, onProgress });
    if (!figures.ok) throw new UsageError(`kernel panic: ${figures.error}`);
    return figures.value;
  } finally {
    progress.stop();
  }
}
