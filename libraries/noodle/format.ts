// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How noodle is a map under the shared contract: names of its keys, sizes of records, what fits.
 *
 * NON-TOCK: this project's own; the format itself is in element.ts and under sequential-storage.
 */
import { itemSize, maxItemLength, pageRoom } from '../sequential-storage/format.ts';
import type { Geometry } from '../store/storage.ts';
import { headLength } from './cbor.ts';
import { END_SIZE, START_SIZE, dataSize } from './element.ts';

/** The largest key. */
export const MAX_KEY = 0xffff;

const PREFIX = 'key/';
const DIGITS = 4;

/** Characters of a key. */
export const KEY_LENGTH = PREFIX.length + DIGITS;

/** The name of a key: `key/001f`. */
export function nameOf(key: number): string {
  return PREFIX + key.toString(16).padStart(DIGITS, '0');
}

/** The key of a name; undefined for names of others. */
export function keyOf(name: string): number | undefined {
  const digits = /^key\/([0-9a-f]{4})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** Bytes of flash that a key with a value of so many bytes takes in a record. */
export function entrySize(length: number): number {
  return itemSize(dataSize(KEY_LENGTH, headLength(length) + length));
}

/** Bytes of flash that start and end of a record take. */
export const FRAME_SIZE = itemSize(START_SIZE) + itemSize(END_SIZE);

/** Pages that records cannot count on: one stays blank, and one is popped in part. */
const SPARE_PAGES = 2;

/**
 * Bytes that the entries of one record may take so that one more than are kept have room, when no entry is larger than so
 * many bytes: that much may be left at the end of each page.
 */
export function recordRoom({ pageSize, numPages }: Geometry, kept: number, entry: number): number {
  const perPage = pageRoom({ pageSize }) - (entry - 4);
  return Math.floor(((numPages - SPARE_PAGES) * perPage) / (kept + 1)) - FRAME_SIZE;
}

/** The longest value that fits alone, whatever the state of the flash; negative when none does. */
export function maxValueLength(geometry: Geometry, kept: number): number {
  let length = maxItemLength(geometry) - dataSize(KEY_LENGTH, 0);
  while (length >= 0 && !fitsAlone(length, geometry, kept)) length -= 1;
  return length;
}

function fitsAlone(length: number, geometry: Geometry, kept: number): boolean {
  const entry = entrySize(length);
  return entry <= pageRoom(geometry) && entry <= recordRoom(geometry, kept, entry);
}
