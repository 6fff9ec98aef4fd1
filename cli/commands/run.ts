// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim run`: apps on a board, by themselves or through a workload.
 *
 * NON-TOCK: on hardware, tockloader and a reset do this.
 */
import type { Command } from 'commander';
import { PROFILES, type ProfileName } from '#kernel/profile';
import type { Nanoseconds } from '#kernel/time';
import { TICKV_STACKS, type StoreHil } from '#boards/board';
import { BOARDS } from '#boards/index';
import { CFSTORE_KINDS, type CfstoreKind } from '#libraries/cfstore/drivers';
import { STORES } from '#libraries/stores';
import type { CliContext } from '../context.ts';
import { examples } from '../help.ts';
import { runApps } from '../run/session.ts';
import { oneOf, wholeNumber } from '../suggest.ts';
import { parseTime } from '../time.ts';
import type { ExitCode } from '../usage-error.ts';

/** The options of `tocksim run` as commander hands them over. */
export interface RunOptions {
  readonly board: string;
  readonly profile: ProfileName;
  readonly hil: StoreHil;
  readonly flash?: string;
  readonly saveFlash?: string;
  readonly storePages?: number;
  readonly store: string;
  readonly cfstore: CfstoreKind;
  readonly workload?: string;
  readonly trace?: string;
  readonly until?: Nanoseconds;
  readonly seed: number;
  /** True: all of upstream's flaws; names: these. */
  readonly faithful?: true | readonly string[];
  readonly ecc: 'off' | 'on' | 'force';
  readonly watchOwnership?: boolean;
  readonly json?: boolean;
}

const HILS: readonly StoreHil[] = ['byte', 'page', 'blocking'];
const ECC = ['off', 'on', 'force'] as const;
const STORE_PAGES = { least: 3, most: 64 } as const;
const DEFAULT_BOARD = 'nrf52840dk';
const LARGEST_SEED = 2 ** 32 - 1;
const storeNames = [...STORES.map(({ name }) => name), ...TICKV_STACKS];
const profileNames = Object.keys(PROFILES) as ProfileName[];

const EPILOGUE = `${examples([
  'tocksim run hello',
  'tocksim run ./my-app.ts --trace run.json      # open it at ui.perfetto.dev',
  'tocksim run kv --board earlgrey --store tickv',
  'tocksim run ticker --until 2s --hil blocking',
  'tocksim run ./my-capsule.ts --watch-ownership',
  'tocksim run authenticator --workload data/workloads/fido-first-day.jsonl',
])}

A STORE is a map of --list stores, with keys of bytes on it; or tickv-pages or
tickv-pages-literal: TicKV as Tock deploys it, keys by their hash, whole pages.
The configuration store is cfstore, cfstore-literal, cfstore-ring,
cfstore-spares, cfstore-heap or cfstore-heap-literal.
TIME is a number with ns, us, ms, s, m, h or d, counted from the first power-on.
A file may also export drivers: a function from the board's wiring to pairs of
number and driver, which go before the board's own.

Exit code: 0 fine, 1 an app returned a code other than 0, or --watch-ownership
found damage, 2 bad use or input, or an app that faulted.`;

/** Adds the command. */
export function addRun(
  program: Command,
  context: CliContext,
  finish: (code: ExitCode) => void,
): void {
  program
    .command('run')
    .description('run apps on a board, in virtual time')
    .argument('<app...>', 'bundled apps by name (see --list apps), or files .js .mjs .ts')
    .option('--board <name>', 'the board', oneOf('board', Object.keys(BOARDS)), DEFAULT_BOARD)
    .option('--profile <name>', 'the kernel generation', oneOf('profile', profileNames), '2.2')
    .option(
      '--hil <name>',
      'flash interface of the stores: byte, page, blocking',
      oneOf('hil', HILS),
      'byte',
    )
    .option('--flash <file>', 'begin with this image of the flash')
    .option('--save-flash <file>', 'write the image of the whole flash at the end')
    .option(
      '--store-pages <n>',
      'pages of the persistent store',
      wholeNumber(STORE_PAGES.least, STORE_PAGES.most),
    )
    .option(
      '--store <name>',
      'the store under the key-value driver (see --list stores)',
      oneOf('store', storeNames),
      'persistent',
    )
    .option(
      '--cfstore <name>',
      'the configuration store (see below)',
      oneOf('cfstore', CFSTORE_KINDS),
      'cfstore',
    )
    .option('--workload <file>', 'store calls for the first app, with power cycles')
    .option('--trace <file>', 'write what happens: .txt, .jsonl, or .json for Perfetto')
    .option('--until <time>', 'stop at this virtual time', parseTime)
    .option('--seed <n>', 'seed of every random choice', wholeNumber(0, LARGEST_SEED), 0)
    .option(
      '--faithful [names]',
      "have upstream's flaws back: all, or these (--list faithful)",
      parseFlaws,
    )
    .option(
      '--ecc <how>',
      'error correction of the flash: off, on, force',
      oneOf('ecc', ECC),
      'off',
    )
    .option('--watch-ownership', 'report each lent function or buffer that is misused')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EPILOGUE)
    .action(async (apps: string[], options: RunOptions) => {
      finish(await runApps(apps, options, context));
    });
}

function parseFlaws(text: string): readonly string[] {
  const known = new Set(Object.values(BOARDS).flatMap(({ flaws }) => Object.keys(flaws)));
  return text.split(',').map(oneOf('faithful', [...known]));
}
