// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bits of the naive store in flash: a header word and the value, entry after entry.
 *
 * NON-TOCK: an example of failure; README.md says what is missing.
 */
import type { Geometry } from '../store/storage.ts';

/** Bytes in a word. */
export const WORD_SIZE = 4;

/** A word that nothing was written to: the end of what a page holds. */
export const BLANK = -1;

/** The largest key: with it and the longest length a header would look blank. */
export const MAX_KEY = 0x7fff;

/** The length in the header of a removal. */
export const REMOVED = 0xffff;

/** A header: key in the upper half, bytes of the value in the lower one. */
export function buildHeader(key: number, length: number): number {
  return (key << 16) | length;
}

/** The key of a header. */
export function headerKey(header: number): number {
  return header >>> 16;
}

/** Bytes of the value, or REMOVED. */
export function headerLength(header: number): number {
  return header & 0xffff;
}

/** Words of an entry with a value of so many bytes. */
export function entryWords(length: number): number {
  return 1 + (length === REMOVED ? 0 : Math.ceil(length / WORD_SIZE));
}

/** The longest value: an entry takes half a page at most, so that packing them anew never wastes half of the flash. */
export function maxValueLength({ pageSize }: Geometry): number {
  return pageSize / 2 - WORD_SIZE;
}

/** Words that live entries may take: half of the flash. */
export function totalCapacity({ pageSize, numPages }: Geometry): number {
  return (pageSize * numPages) / (2 * WORD_SIZE);
}
