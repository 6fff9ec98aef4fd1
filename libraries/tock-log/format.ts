// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where things are in a page of the log, whatever the mode: words, lengths, places.
 *
 * NON-TOCK: a part of `tock-log.ts`; the constants are Tock's.
 */
import type { Geometry } from '../store/storage.ts';

/** Bytes before each entry: its length, low byte first. */
export const ENTRY_HEADER_SIZE = 4;

/** What fills the end of a page that no entry fits into. */
export const PAD = 0xff;

/** Offsets in the log end here: a page header holds 32 bits. */
export const OFFSET_END = 2 ** 32;

/** A page of flash that holds a part of the log. */
export interface PlacedPage {
  /** Where the part begins in the log, bytes: a multiple of the page size that only grows. */
  readonly offset: number;
  /** The page of flash. */
  readonly page: number;
  /** Where its entries end, bytes from its begin. */
  readonly end: number;
}

/** Bytes of flash that an entry takes. */
export function entrySize(length: number): number {
  return ENTRY_HEADER_SIZE + length;
}

/** Bytes of all pages: a log's "volume". */
export function volumeOf({ pageSize, numPages }: Geometry): number {
  return pageSize * numPages;
}
