// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim inspect`: looks into a dump of flash with a persistent store in it.
 *
 * NON-TOCK: for dumps of devices as well as for images that `tocksim run --save-flash` wrote.
 */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import * as earlgrey from '#boards/earlgrey/memory';
import * as nrf52840dk from '#boards/nrf52840dk/memory';
import {
  inspectionJson,
  renderInspection,
  strangerPhrase,
  type InspectionStyle,
} from '#lab/report/store-inspection';
import { inspect, type Inspection } from '#libraries/persistent-store/inspect';
import { CLAIM } from '#libraries/persistent-store/claim';
import type { CliContext } from '../context.ts';
import { readBytes } from '../files.ts';
import { examples } from '../help.ts';
import { oneOf } from '../suggest.ts';
import { ExitCode, UsageError } from '../usage-error.ts';

interface Options {
  readonly board?: BoardName;
  readonly offset?: number;
  readonly pageSize?: number;
  readonly pages?: number;
  readonly eraseCycles: number;
  readonly values?: boolean;
  readonly json?: boolean;
}

/** Where a store lies in a dump, and how large it is. */
interface Region {
  readonly offset: number;
  readonly pageSize: number;
  readonly pages: number;
}

interface BoardFlash extends Region {
  /** Bytes of the whole part. */
  readonly size: number;
}

const BOARDS = {
  nrf52840dk: {
    size: nrf52840dk.FLASH_SIZE,
    offset: nrf52840dk.STORE_START,
    pageSize: nrf52840dk.PAGE_SIZE,
    pages: nrf52840dk.STORE_PAGES,
  },
  earlgrey: {
    size: earlgrey.PAGES * earlgrey.PAGE_SIZE,
    offset: earlgrey.STORE_PAGE * earlgrey.PAGE_SIZE,
    pageSize: earlgrey.PAGE_SIZE,
    pages: earlgrey.STORE_PAGES,
  },
} as const satisfies Record<string, BoardFlash>;
type BoardName = keyof typeof BOARDS;
const boardNames = Object.keys(BOARDS) as BoardName[];

const DEFAULT_BOARD = 'nrf52840dk';
const ERASE_CYCLES = 10_000;
const LARGEST_NUMBER = 2 ** 32 - 1;

const EPILOGUE = `${examples([
  'tocksim run authenticator --workload life.jsonl --save-flash key.bin',
  'tocksim inspect key.bin',
  'tocksim inspect key.bin --board earlgrey --values',
  'tocksim inspect dump.bin --offset 0x2000 --page-size 2048 --pages 10 --json',
])}

IMAGE is the raw content of flash. If it is as large as the flash of the board
(without --board the nrf52840dk, 1 MiB), the store is looked for where that
board has it; any other file is taken to be the pages of the store and nothing
else. A number is decimal, or hexadecimal behind 0x. The image is only read.

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
      'look into a dump of flash with a persistent store: pages, entries, wear, and\nwhat a boot would repair',
    )
    .argument('<image>', 'the dump, a raw file')
    .option('--board <name>', 'whose flash the dump is', oneOf('board', boardNames))
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
  const region = regionOf(file, bytes.length, options);
  const { offset } = region;
  const image = bytes.subarray(offset, offset + region.pageSize * region.pages);
  const seen = look(file, image, region, options.eraseCycles);
  const style: InspectionStyle = { offset, values: options.values === true };
  context.out(
    options.json === true
      ? `${JSON.stringify(inspectionJson(seen, style), undefined, 2)}\n`
      : renderInspection(seen, style),
  );
  return seen.opening.result === 'Ok' ? ExitCode.OK : ExitCode.FOUND;
}

function look(
  file: string,
  image: Uint8Array,
  { offset, pageSize, pages }: Region,
  maxPageErases: number,
): Inspection {
  const geometry = {
    wordSize: 4,
    pageSize,
    numPages: pages,
    maxWordWrites: CLAIM.programsPerWord,
    maxPageErases,
  };
  const seen = inspect(image, geometry);
  if (!seen.ok) throw new UsageError(`${file}: no store can have this shape`);
  if (seen.value.isStore) return seen.value;
  const found = strangerPhrase(image, pageSize);
  throw new UsageError(`${file}: no store at ${hex(offset)}: ${found}`);
}

/** Which bytes of a file are the store's; refused when the file has not got them, or no store can be so. */
function regionOf(file: string, size: number, options: Options): Region {
  if (size === 0) throw new UsageError(`${file}: is empty`);
  const board: BoardFlash = BOARDS[options.board ?? DEFAULT_BOARD];
  const isWhole = size === board.size;
  const offset = options.offset ?? (isWhole ? board.offset : 0);
  const pageSize = options.pageSize ?? board.pageSize;
  checkLimits(pageSize, options.eraseCycles);
  if (offset >= size) {
    throw new UsageError(`${file}: offset ${hex(offset)} is outside, it has ${size} bytes`);
  }
  const pages =
    options.pages ?? (isWhole ? board.pages : wholePages(file, size - offset, pageSize));
  checkPages(file, pages, options.pages === undefined);
  const end = offset + pages * pageSize;
  if (end <= size) return { offset, pageSize, pages };
  const asked = `${pages} pages of ${pageSize} bytes from ${hex(offset)} on`;
  throw new UsageError(`${file}: truncated: ${asked} end at ${hex(end)}, it has ${size} bytes`);
}

function wholePages(file: string, size: number, pageSize: number): number {
  if (size % pageSize === 0) return size / pageSize;
  throw new UsageError(`${file}: ${size} bytes are not whole pages of ${pageSize} bytes`);
}

function checkLimits(pageSize: number, eraseCycles: number): void {
  const { leastPageBytes = 0, mostPageBytes = 0, mostErasesPerPage = 0 } = CLAIM.limits;
  if (pageSize < leastPageBytes || pageSize > mostPageBytes || pageSize % 4 !== 0) {
    const range = `${leastPageBytes} to ${mostPageBytes} bytes, whole words`;
    throw new UsageError(`--page-size ${pageSize}: a store has pages of ${range}`);
  }
  if (eraseCycles > mostErasesPerPage) {
    throw new UsageError(`--erase-cycles ${eraseCycles}: a store counts to ${mostErasesPerPage}`);
  }
}

function checkPages(file: string, pages: number, isCounted: boolean): void {
  const { leastPages = 0, mostPages = 0 } = CLAIM.limits;
  if (pages >= leastPages && pages <= mostPages) return;
  const range = `a store has ${leastPages} to ${mostPages}`;
  throw new UsageError(
    isCounted
      ? `${file}: ${pages} pages, and ${range}; see --offset and --pages`
      : `--pages ${pages}: ${range}`,
  );
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
