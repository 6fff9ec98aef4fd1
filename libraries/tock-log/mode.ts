// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The log as Tock has it, and the log that keeps what was synced: what differs, as data and small functions.
 *
 * NON-TOCK: a part of `tock-log.ts`; `LITERAL` is as Tock has it.
 */
import type { Geometry } from '../store/storage.ts';
import { crc32 } from '../crc.ts';
import { putWord, wordAt } from '../words.ts';
import { ENTRY_HEADER_SIZE, PAD, entrySize, volumeOf, type PlacedPage } from './format.ts';

/** In what two logs may differ. */
export interface LogMode {
  /** Bytes before the first entry of a page. */
  readonly headerSize: number;
  /** Pages of flash that hold nothing which must last, so that the newest page can be written elsewhere. */
  readonly spare: number;
  /** Whether a sync writes a page that is in flash as it is already. */
  readonly rewrites: boolean;
  /** Bytes of RAM for each page of flash, to know where the log is. */
  readonly ramPerPage: number;
  /** Fills in the header of a page that is about to be written. */
  seal(bytes: Uint8Array, offset: number, end: number): void;
  /** What a page of flash holds of a log; undefined: nothing. */
  open(bytes: Uint8Array, page: number, geometry: Geometry): PlacedPage | undefined;
  /** The log that was found in flash, oldest page first. */
  arrange(found: readonly PlacedPage[], geometry: Geometry): PlacedPage[];
  /** The page of flash for the part of the log at an offset. `last`: the page written last. */
  place(offset: number, log: readonly PlacedPage[], last: number, geometry: Geometry): number;
  /** Pages of flash that a log cannot use any more, which is `held` pages long and ends with the one at an offset. */
  pagesTaken(offset: number, held: number, geometry: Geometry): number;
  /** The length of the entry at a byte of a page whose entries end at `end`; undefined: there are no more. */
  lengthAt(bytes: Uint8Array, at: number, end: number): number | undefined;
}

/** Tock's: the page at offset `n` is at `n` modulo the volume, and is erased there to be written again. */
export const LITERAL: LogMode = {
  headerSize: 4,
  spare: 0,
  rewrites: true,
  ramPerPage: 0,
  seal: (bytes, offset) => putWord(bytes, 0, offset),
  open(bytes, page, geometry) {
    const offset = wordAt(bytes, 0);
    if (offset % volumeOf(geometry) !== page * geometry.pageSize) return undefined;
    return { offset, page, end: endByLengths(bytes, 4) };
  },
  /** All pages from the oldest offset to the newest are taken to be there. */
  arrange(found, { pageSize, numPages }) {
    const newest = found.toSorted((a, b) => a.offset - b.offset).at(-1);
    if (newest === undefined) return [];
    const oldest = Math.min(...found.map(({ offset }) => offset));
    // As many pages as there are at most: a crafted offset would make the log endless.
    const first = Math.max(oldest, newest.offset - (numPages - 1) * pageSize);
    const log: PlacedPage[] = [];
    for (let offset = first; offset < newest.offset; offset += pageSize) {
      log.push({ offset, page: (offset / pageSize) % numPages, end: pageSize });
    }
    return [...log, newest];
  },
  place: (offset, _log, _last, { pageSize, numPages }) => (offset / pageSize) % numPages,
  pagesTaken: (offset, _held, { pageSize }) => offset / pageSize + 1,
  /** The first byte of a length says whether it is one: a length of 255 or 511 looks like padding. */
  lengthAt: (bytes, at, end) => (at >= end || bytes[at] === PAD ? undefined : wordAt(bytes, at)),
};

/** Where the entries of a page end, if a length whose first byte is 0 or 255 is none. */
function endByLengths(bytes: Uint8Array, headerSize: number): number {
  let end = headerSize;
  while (end + ENTRY_HEADER_SIZE <= bytes.length) {
    const next = end + entrySize(wordAt(bytes, end));
    if (bytes[end] === 0 || bytes[end] === PAD || next > bytes.length) break;
    end = next;
  }
  return end;
}

/** Bytes of the header: a checksum over the rest of the page, the offset, where the entries end. */
const OFFSET_AT = 4;
const END_AT = 8;

/**
 * A page is written where nothing is that must last, with its end and a checksum over all of it. Of two copies the one
 * with more in it is the newer: entries are only ever added.
 */
export const HARDENED: LogMode = {
  headerSize: 12,
  spare: 1,
  rewrites: false,
  ramPerPage: 4,
  seal(bytes, offset, end) {
    putWord(bytes, OFFSET_AT, offset);
    putWord(bytes, END_AT, end);
    putWord(bytes, 0, crc32(bytes, OFFSET_AT));
  },
  open(bytes, page, { pageSize }) {
    const offset = wordAt(bytes, OFFSET_AT);
    const end = wordAt(bytes, END_AT);
    const isLawful = offset % pageSize === 0 && end > HARDENED.headerSize && end <= pageSize;
    if (!isLawful || wordAt(bytes, 0) !== crc32(bytes, OFFSET_AT)) return undefined;
    return { offset, page, end };
  },
  arrange(found) {
    const newest = new Map<number, PlacedPage>();
    for (const page of found) {
      if (page.end > (newest.get(page.offset)?.end ?? 0)) newest.set(page.offset, page);
    }
    return [...newest.values()].sort((a, b) => a.offset - b.offset);
  },
  /** The next page around the flash that holds none of the log; of a full flash, the oldest. */
  place(_offset, log, last, { numPages }) {
    const taken = new Set(log.map(({ page }) => page));
    for (let step = 1; step <= numPages; step++) {
      const page = (last + step) % numPages;
      if (!taken.has(page)) return page;
    }
    return log[0]?.page ?? 0;
  },
  pagesTaken: (_offset, held) => held,
  lengthAt: (bytes, at, end) => (at + ENTRY_HEADER_SIZE > end ? undefined : wordAt(bytes, at)),
};
