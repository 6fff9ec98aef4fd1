// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim inspect`: looks into a dump of flash with a store in it.
 *
 * NON-TOCK: for dumps of devices as well as for images that `tocksim run --save-flash` wrote.
 */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import {
  inspectionJson,
  renderInspection,
  strangerPhrase,
  type InspectionStyle,
} from '#lab/report/store-inspection';
import { lookInto, lookJson, recognise, renderLook } from '#lab/report/any-store';
import { CLAIM } from '#libraries/persistent-store/claim';
import { inspect, type Inspection } from '#libraries/persistent-store/inspect';
import { MODES } from '#libraries/persistent-store/mode';
import type { StoreDefinition } from '#libraries/store/definition';
import type { Geometry } from '#libraries/store/storage';
import { STORES, storeOf } from '#libraries/stores';
import type { CliContext } from '../context.ts';
import { readBytes } from '../files.ts';
import { examples } from '../help.ts';
import {
  ANY_SHAPE,
  PERSISTENT_LIMITS,
  boardNames,
  regionOf,
  type BoardName,
  type Region,
} from '../inspect/region.ts';
import { oneOf } from '../suggest.ts';
import { ExitCode, UsageError } from '../usage-error.ts';

interface Options {
  readonly board?: BoardName;
  readonly store?: string;
  readonly offset?: number;
  readonly pageSize?: number;
  readonly pages?: number;
  readonly eraseCycles: number;
  readonly values?: boolean;
  readonly json?: boolean;
}

const ERASE_CYCLES = 10_000;
const LARGEST_NUMBER = 2 ** 32 - 1;

const EPILOGUE = `${examples([
  'tocksim run authenticator --workload life.jsonl --save-flash key.bin',
  'tocksim inspect key.bin',
  'tocksim inspect key.bin --board earlgrey --values',
  'tocksim inspect dump.bin --offset 0x2000 --page-size 2048 --pages 10 --json',
  'tocksim run kv --store naive --save-flash kv.bin',
  'tocksim inspect kv.bin --offset 0xa0000 --pages 16 --store naive',
])}

IMAGE is the raw content of flash. If it is as large as the flash of the board
(without --board the nrf52840dk, 1 MiB), the store is looked for where that
board has it; any other file is taken to be the pages of the store and nothing
else. Stores are asked whether they know the image, in the order of --list
stores; the persistent one is taken apart, others are opened and read. A number
is decimal, or hexadecimal behind 0x. The image is only read.

Exit code: 0 the store opens, if after repairs; 1 it does not; 2 bad use, or no
store there.`;

/** Adds the command. */
export function addInspect(
  program: Command,
  context: CliContext,
  finish: (code: ExitCode) => void,
): void {
  program
    .command('inspect')
    .description(
      'look into a dump of flash with a store: whose it is, pages, entries, wear, and\nwhat a boot would repair',
    )
    .argument('<image>', 'the dump, a raw file')
    .option('--board <name>', 'whose flash the dump is', oneOf('board', boardNames))
    .option(
      '--store <name>',
      'whose store it is; default: whoever recognises it',
      oneOf(
        'store',
        STORES.map(({ name }) => name),
      ),
    )
    .option('--offset <n>', 'byte at which the store begins', wholeNumber)
    .option('--page-size <n>', 'bytes of a page', wholeNumber)
    .option('--pages <n>', 'pages of the store', wholeNumber)
    .option('--erase-cycles <n>', 'erasures that a page endures', wholeNumber, ERASE_CYCLES)
    .option('--values', 'show the values, too')
    .option('--json', 'print JSON')
    .addHelpText('after', EPILOGUE)
    .action((file: string, options: Options) => {
      finish(inspectFile(file, options, context));
    });
}

function wholeNumber(word: string): number {
  const value = /^(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(word) ? Number(word) : NaN;
  if (value <= LARGEST_NUMBER) return value;
  throw new InvalidArgumentError('It must be a whole number, decimal or behind 0x hexadecimal.');
}

function inspectFile(file: string, options: Options, context: CliContext): ExitCode {
  const bytes = readBytes(file);
  const [store, ...others] = otherStores(file, bytes, options);
  if (store !== undefined) return inspectOther(file, bytes, { options, context, store, others });
  const region = regionOf(file, bytes.length, options, PERSISTENT_LIMITS);
  const { offset } = region;
  const seen = look(file, imageOf(bytes, region), region, options);
  const style: InspectionStyle = { offset, values: options.values === true };
  context.out(
    options.json === true
      ? `${JSON.stringify(inspectionJson(seen, style), undefined, 2)}\n`
      : renderInspection(seen, style),
  );
  return seen.opening.result === 'Ok' ? ExitCode.OK : ExitCode.FOUND;
}

function imageOf(bytes: Uint8Array, { offset, pageSize, pages }: Region): Uint8Array {
  return bytes.subarray(offset, offset + pageSize * pages);
}

function geometryOf({ pageSize, pages }: Region, maxPageErases: number): Geometry {
  const maxWordWrites = CLAIM.programsPerWord;
  return { wordSize: 4, pageSize, numPages: pages, maxWordWrites, maxPageErases };
}

const isPersistent = ({ name }: StoreDefinition): boolean => name.startsWith('persistent');

/** The store that was named or recognises the dump, and others that do; none when it is the persistent one. */
function otherStores(
  file: string,
  bytes: Uint8Array,
  options: Options,
): readonly StoreDefinition[] {
  const named = options.store === undefined ? undefined : storeOf(options.store);
  const found = named === undefined ? recognised(file, bytes, options) : [named];
  return found.some(isPersistent) ? [] : found;
}

function recognised(file: string, bytes: Uint8Array, options: Options): StoreDefinition[] {
  try {
    const region = regionOf(file, bytes.length, options, ANY_SHAPE);
    return recognise(STORES, imageOf(bytes, region), geometryOf(region, options.eraseCycles));
  } catch (error) {
    // What is wrong with the place is said when the persistent store is looked for there.
    if (error instanceof UsageError) return [];
    throw error;
  }
}

function inspectOther(
  file: string,
  bytes: Uint8Array,
  asked: {
    options: Options;
    context: CliContext;
    store: StoreDefinition;
    others: StoreDefinition[];
  },
): ExitCode {
  const { options, context, store } = asked;
  const region = regionOf(file, bytes.length, options, ANY_SHAPE);
  const geometry = geometryOf(region, options.eraseCycles);
  const reason = store.refuses(geometry);
  if (reason !== undefined) throw new UsageError(`${file}: ${store.name} ${reason}`);
  const seen = lookInto(store, imageOf(bytes, region), geometry);
  const others = asked.others.map(({ name }) => name);
  const style = { offset: region.offset, values: options.values === true, others };
  context.out(
    options.json === true
      ? `${JSON.stringify(lookJson(seen, style), undefined, 2)}\n`
      : renderLook(seen, style),
  );
  return seen.boot.result === 'Ok' ? ExitCode.OK : ExitCode.FOUND;
}

function look(file: string, image: Uint8Array, region: Region, options: Options): Inspection {
  const { offset, pageSize } = region;
  const mode = options.store === 'persistent-upstream' ? MODES.upstream : MODES.ours;
  const seen = inspect(image, geometryOf(region, options.eraseCycles), mode);
  if (!seen.ok) throw new UsageError(`${file}: no store can have this shape`);
  if (seen.value.isStore) return seen.value;
  const found = strangerPhrase(image, pageSize);
  throw new UsageError(`${file}: no store at ${hex(offset)}: ${found}`);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
