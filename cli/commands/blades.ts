// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim crash blades`: what becomes of a board when a process is killed, stopped, faulted or restarted
 * at any moment, and when interrupts come at any other.
 *
 * NON-TOCK: on hardware, this is luck.
 */
import type { Command } from 'commander';
import type { AppMain, BoardKind } from '#boards/board';
import { BOARDS } from '#boards/index';
import { runCampaign, type CampaignResult, type OtherApp } from '#lab/crash/blades/campaign';
import { CLIENTS, type ClientName } from '#lab/crash/blades/clients';
import { KINDS, parseWord, type InterventionKind } from '#lab/crash/blades/plan';
import type { Intervention } from '#lab/crash/blades/trial';
import type { Nanoseconds } from '#kernel/time';
import { columns, grouped, wrap } from '#lab/report/columns';
import { loadApp } from '../app-file.ts';
import type { CliContext } from '../context.ts';
import { guard } from '../guard.ts';
import { examples } from '../help.ts';
import { Budget } from '../budget.ts';
import { Progress } from '../run/progress.ts';
import { oneOf } from '../suggest.ts';
import { parseTime } from '../time.ts';
import { ExitCode, UsageError } from '../usage-error.ts';

interface Options {
  readonly board: string;
  readonly app?: string;
  readonly beside?: ClientName;
  readonly kinds?: readonly InterventionKind[];
  readonly only?: Intervention;
  readonly faithful?: readonly string[];
  readonly budget?: Nanoseconds;
  readonly json?: boolean;
}

const NAMES = Object.keys(CLIENTS) as ClientName[];

const EPILOGUE = `${examples([
  'tocksim crash blades',
  'tocksim crash blades --app kv --faithful kv-dead-process-keeps-buffer',
  'tocksim crash blades --app kv,console --kinds kill --board earlgrey',
  'tocksim crash blades --app alarm --only stop@12',
])}

${wrap(`Clients: ${NAMES.join(', ')}.`, 2)}
Exit code: 0 nothing found, 1 something leaks, hangs or differs, 2 bad use.`;

/** Adds the command to `tocksim crash`. */
export function addBlades(
  crash: Command,
  context: CliContext,
  finish: (code: ExitCode) => void,
): void {
  crash
    .command('blades')
    .description('kill, stop, fault, restart a process, and move interrupts, at every moment')
    .option('--board <name>', 'the board', oneOf('board', Object.keys(BOARDS)), 'nrf52840dk')
    .option('--app <names>', 'clients of drivers (default: each), or an app by name or file')
    .option('--beside <name>', 'client beside it; default: the same', oneOf('client', NAMES))
    .option('--kinds <names>', `of ${KINDS.join(', ')}; default: all`, listOf('kind', KINDS))
    .option('--only <word>', 'one intervention, as a finding names it', parseOnly)
    .option('--faithful <names>', "have upstream's flaws back (--list faithful)", parseFlaws)
    .option('--budget <time>', 'stop after this time on the host', parseTime)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EPILOGUE)
    .action(async (options: Options) => {
      finish(await crashBlades(options, context));
    });
}

function listOf<Name extends string>(
  what: string,
  names: readonly Name[],
): (text: string) => readonly Name[] {
  return (text) => text.split(',').map(oneOf(what, names));
}

function parseOnly(word: string): Intervention {
  const intervention = parseWord(word);
  if (intervention !== undefined) return intervention;
  throw new UsageError(`--only: '${word}' is no intervention, as kill@57 or interrupt:3@1200000`);
}

function parseFlaws(text: string): readonly string[] {
  const known = new Set(Object.values(BOARDS).flatMap(({ flaws }) => Object.keys(flaws)));
  return text.split(',').map(oneOf('faithful', [...known]));
}

async function crashBlades(options: Options, context: CliContext): Promise<ExitCode> {
  const board = boardOf(options);
  const victims = await victimsOf(options.app);
  if (options.only !== undefined && victims.length > 1) {
    throw new UsageError('--only: say with --app which client it is about');
  }
  const budget = new Budget(options.budget);
  const results = victims.map((victim) => {
    const progress = new Progress(context.interactive, 1, 'runs');
    const result = runCampaign({
      ...options,
      board,
      victim,
      ...(options.beside === undefined ? {} : { neighbour: options.beside }),
      enough: () => budget.isSpent,
      onProgress: (done, total) => {
        progress.show(done, total);
      },
    });
    progress.stop();
    return result;
  });
  if (options.json === true) context.out(`${toJson(options, results)}\n`);
  else context.out(toText(options, results));
  return results.some(({ findings }) => findings.length > 0) ? ExitCode.FOUND : ExitCode.OK;
}

function boardOf({ board: name, faithful = [] }: Options): BoardKind {
  const board = BOARDS[name];
  if (board === undefined) throw new UsageError(`unknown board '${name}'`);
  const unknown = faithful.find((flaw) => !(flaw in board.flaws));
  if (unknown === undefined) return board;
  throw new UsageError(`--faithful: ${name} has nothing with ${unknown}`);
}

/** Clients by name; a word that names none is an app. */
async function victimsOf(text: string | undefined): Promise<readonly (ClientName | OtherApp)[]> {
  if (text === undefined) return NAMES;
  const words = text.split(',');
  const clients = words.map((word) => NAMES.find((name) => name === word));
  if (clients.every((client) => client !== undefined)) return clients;
  if (words.length > 1) return words.map(oneOf('client', NAMES));
  const { name, main } = await loadApp<AppMain>(text);
  return [{ name, main: guard(main) }];
}

// --- The result ----------------------------------------------------------------------------------

function toJson({ board, faithful = [] }: Options, results: readonly CampaignResult[]): string {
  const runs = results.reduce((sum, result) => sum + result.runs, 0);
  const complete = results.every((result) => result.runs === result.planned);
  return JSON.stringify({ board, faithful, runs, complete, clients: results }, undefined, 2);
}

function toText(options: Options, results: readonly CampaignResult[]): string {
  const rows = results.map(({ client, moments, events, runs, planned, findings }) => {
    const made = runs === planned ? grouped(runs) : `${grouped(runs)} of ${grouped(planned)}`;
    return [client, grouped(moments), grouped(events), made, findings.length];
  });
  const table = columns([['client', 'moments', 'interrupts', 'runs', 'findings'], ...rows]);
  const findings = results.flatMap((result) => describe(options, result));
  return `${[table, ...findings].join('\n\n')}\n`;
}

function describe(options: Options, { client, findings }: CampaignResult): string[] {
  const { board, beside, faithful } = options;
  const neighbour = beside === undefined ? '' : ` --beside ${beside}`;
  const flaws = faithful === undefined ? '' : ` --faithful ${faithful.join(',')}`;
  return findings.map(({ verdict, what, when, only, runs }) => {
    const again = `tocksim crash blades --board ${board} --app ${options.app ?? client}${neighbour}${flaws}`;
    const app = options.app?.includes(',') === true ? again.replace(options.app, client) : again;
    const times = runs === 1 ? 'one run' : `${grouped(runs)} runs`;
    return `${verdict}  ${client}: ${what}\n  first ${when}; ${times}\n  ${app} --only ${only}`;
  });
}
