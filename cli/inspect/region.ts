// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where a store lies in a dump: by the board whose flash it is, or as the options say.
 *
 * NON-TOCK: part of `tocksim inspect`.
 */
import * as earlgrey from '#boards/earlgrey/memory';
import * as nrf52840dk from '#boards/nrf52840dk/memory';
import { CLAIM } from '#libraries/persistent-store/claim';
import { UsageError } from '../usage-error.ts';

/** Options that say where it is. */
export interface Place {
  readonly board?: BoardName;
  readonly offset?: number;
  readonly pageSize?: number;
  readonly pages?: number;
  readonly eraseCycles: number;
}

/** Where a store lies in a dump, and how large it is. */
export interface Region {
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
/** Name of a board. */
export type BoardName = keyof typeof BOARDS;
/** All of them. */
export const boardNames = Object.keys(BOARDS) as BoardName[];

const DEFAULT_BOARD = 'nrf52840dk';
/** Which bytes of a file are the store's; refused when the file has not got them, or no store can be so. */
export function regionOf(file: string, size: number, options: Place, limits: Limits): Region {
  if (size === 0) throw new UsageError(`${file}: is empty`);
  const board: BoardFlash = BOARDS[options.board ?? DEFAULT_BOARD];
  const isWhole = size === board.size;
  const offset = options.offset ?? (isWhole ? board.offset : 0);
  const pageSize = options.pageSize ?? board.pageSize;
  limits.page(pageSize, options.eraseCycles);
  if (offset >= size) {
    throw new UsageError(`${file}: offset ${hex(offset)} is outside, it has ${size} bytes`);
  }
  const pages =
    options.pages ?? (isWhole ? board.pages : wholePages(file, size - offset, pageSize));
  limits.pages(file, pages, options.pages === undefined);
  const end = offset + pages * pageSize;
  if (end <= size) return { offset, pageSize, pages };
  const asked = `${pages} pages of ${pageSize} bytes from ${hex(offset)} on`;
  throw new UsageError(`${file}: truncated: ${asked} end at ${hex(end)}, it has ${size} bytes`);
}

function wholePages(file: string, size: number, pageSize: number): number {
  if (size % pageSize === 0) return size / pageSize;
  throw new UsageError(`${file}: ${size} bytes are not whole pages of ${pageSize} bytes`);
}

/** Shapes that a dump may have; each throws where one is refused. */
export interface Limits {
  page(pageSize: number, eraseCycles: number): void;
  pages(file: string, pages: number, isCounted: boolean): void;
}

/** Whole words, and something there. */
export const ANY_SHAPE: Limits = {
  page: (pageSize) => {
    if (pageSize > 0 && pageSize % 4 === 0) return;
    throw new UsageError(`--page-size ${pageSize}: a page has whole words`);
  },
  pages: (file, pages) => {
    if (pages === 0) throw new UsageError(`${file}: no pages`);
  },
};

/** Those of the persistent store. */
export const PERSISTENT_LIMITS: Limits = { page: checkLimits, pages: checkPages };

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
