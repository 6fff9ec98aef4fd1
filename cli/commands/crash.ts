// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim crash`: its options and its help.
 *
 * NON-TOCK: on hardware, somebody pulls the plug.
 */
import { InvalidArgumentError, type Command } from 'commander';
import { DEFAULT_OPTIONS } from '#lab/crash/explore';
import { ADAPTERS } from '#lab/crash/stores/index';
import type { CutModel } from '#libraries/store/claim';
import type { CliContext } from '../context.ts';
import { addBlades } from './blades.ts';
import { addBoardCuts } from './board-cuts.ts';
import { DEFAULT_CUTS, SUBSETS, type BudgetFlag, type CrashFlags } from '../crash/plan.ts';
import { replay, type ReplayFlags } from '../crash/replay.ts';
import { crash } from '../crash/session.ts';
import { examples } from '../help.ts';
import { oneOf, wholeNumber } from '../suggest.ts';
import { parseTime } from '../time.ts';
import type { ExitCode } from '../usage-error.ts';

const LARGEST_SEED = 2 ** 32 - 1;
const LARGEST_COUNT = 1_000_000_000;
const MOST_OPERATIONS = 100_000;
const MOST_DEPTH = 8;
const MOST_JOBS = 256;
const MOST_PAGES = 65_536;
const MOST_PAGE_BYTES = 1 << 20;
const CUT_MODELS: readonly CutModel[] = ['word-atomic', 'byte-prefix', 'any-subset-of-bits'];

/** Options that change how a campaign is run or shown, not what it explores. */
const OUTER = new Set(['budget', 'jobs', 'json', 'save', 'corpus']);

const EPILOGUE = `${examples([
  'tocksim crash',
  'tocksim crash --store naive',
  'tocksim crash --page-size 4096 --pages 20 --budget 10m',
  'tocksim crash --pages 3 --page-size 32 --operations 20 --depth 2',
  'tocksim crash --workload data/workloads/fido-first-day.jsonl',
  'tocksim crash --images 100000',
  'tocksim crash replay crash-naive-LOST_ACK-1f00ba12.json',
])}

A budget in cuts ends with the shard that reaches it, and gives the same again
with any number of jobs; one in TIME (90s, 10m) counts the shards done by then.
See doc/crash.md for the verdicts.
Exit code: 0 the store kept what it claims, 1 it did not, 2 bad use or input.`;

/** Adds the command and what else cuts or intervenes: `crash replay`, `crash blades`, `crash board`. */
export function addCrash(
  program: Command,
  context: CliContext,
  finish: (code: ExitCode) => void,
): void {
  const command = program
    .command('crash')
    .description('cut the power of a store at every flash operation and bit, and judge it');
  addWhat(command);
  addHow(command);
  addSilicon(command);
  command.addHelpText('after', EPILOGUE).action(async (flags: CrashFlags) => {
    finish(await crash(flags, wordsOf(command), context));
  });
  addReplay(command, context, finish);
  addBlades(command, context, finish);
  addBoardCuts(command, context, finish);
}

function addWhat(command: Command): void {
  const names = ADAPTERS.map(({ name }) => name);
  command
    .optionsGroup('What is cut:')
    .option('--store <name>', 'the store (see --list stores)', oneOf('store', names), 'persistent')
    .option('--pages <n>', 'pages of its flash', wholeNumber(1, MOST_PAGES))
    .option('--page-size <bytes>', 'bytes of a page', wholeNumber(4, MOST_PAGE_BYTES))
    .option('--workload <file>', 'operations, a line each; or random', 'random')
    .option(
      '--operations <n>',
      'operations of a random workload',
      wholeNumber(1, MOST_OPERATIONS),
      DEFAULT_OPTIONS.length,
    )
    .option(
      '--depth <k>',
      'cut operations (1), recoveries too (2), …',
      wholeNumber(1, MOST_DEPTH),
      1,
    )
    .option(
      '--subsets <which>',
      'of moving bits: quick, or all extremes',
      oneOf('subsets', Object.keys(SUBSETS) as (keyof typeof SUBSETS)[]),
      'quick',
    )
    .option(
      '--cut-model <name>',
      'what a cut leaves behind; default: what the store\nclaims to survive',
      oneOf('cut model', CUT_MODELS),
    )
    .option(
      '--images <n>',
      'no cuts: boot so many arbitrary images',
      wholeNumber(1, LARGEST_COUNT),
    );
}

function addHow(command: Command): void {
  command
    .optionsGroup('How:')
    .option(
      '--budget <budget>',
      `cuts, or TIME (default: ${DEFAULT_CUTS}, or the file once)`,
      parseBudget,
    )
    .option(
      '--seed <n>',
      'seed of every random choice',
      wholeNumber(0, LARGEST_SEED),
      DEFAULT_OPTIONS.seed,
    )
    .option('--jobs <n>', 'workers (default: the cores)', wholeNumber(1, MOST_JOBS))
    .option('--corpus <dir>', 'go on with the campaign in this folder, and save it there')
    .option('--save <dir>', 'save failures here (default: the corpus, or .)')
    .option('--json', 'print the result as JSON');
}

function addSilicon(command: Command): void {
  const oneIn = wholeNumber(0, LARGEST_COUNT);
  command
    .optionsGroup('What happens besides, one time in N (0: never):')
    .option(
      '--go-on <n>',
      'work on after the recovery, and check again',
      oneIn,
      DEFAULT_OPTIONS.goOn,
    )
    .option('--lossy <n>', 'operations that really are cut', oneIn, DEFAULT_OPTIONS.lossy)
    .option('--unstable <n>', 'cuts whose torn cells read differently each time', oneIn, 0)
    .option('--weak <n>', 'cuts after which a moved bit falls back later', oneIn, 0)
    .option('--rot <n>', 'boots before which a bit has flipped', oneIn, 0)
    .option('--failures <n>', 'writes and erases that report failure', oneIn, 0)
    .option('--wrong-way <n>', 'cuts with a bit that moves the other way', oneIn, 0)
    .option('--bad-pages <list>', 'pages that always fail, as 3,5', parsePages);
}

function addReplay(command: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  command
    .command('replay')
    .description('show a failure step by step, with the flash')
    .argument('<case>', 'a saved case, or the replay line itself')
    .option('--all', 'show each step of operations that nothing interrupts, too')
    .option('--json', 'print the steps as JSON')
    .addHelpText('after', '\nExit code: 0 the store shows no fault, 1 it does, 2 bad use or input.')
    .action((source: string, flags: ReplayFlags) => {
      finish(replay(source, flags, context));
    });
}

function parseBudget(word: string): BudgetFlag {
  if (/^\d+$/.test(word)) return { cuts: wholeNumber(1, Number.MAX_SAFE_INTEGER)(word) };
  const milliseconds = parseTime(word) / 1e6;
  if (milliseconds > 0) return { milliseconds };
  throw new InvalidArgumentError('It must be more than nothing.');
}

function parsePages(word: string): readonly number[] {
  return word.split(',').map(wholeNumber(0, MOST_PAGES - 1));
}

/** The options that somebody gave and that decide what is explored, as they were written. */
function wordsOf(command: Command): string[] {
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli' || OUTER.has(name)) return [];
    return [`${option.long ?? ''} ${String(command.getOptionValue(name))}`];
  });
}
