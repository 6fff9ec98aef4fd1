// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How noodle is a map under the shared contract: names of its keys, sizes of records, what fits.
 *
 * NON-TOCK: this project's own; the format itself is in element.ts and under sequential-storage.
 */
import { itemSize, pageRoom } from '../sequential-storage/format.ts';
import type { Geometry } from '../store/storage.ts';
import { headLength } from './cbor.ts';
import { END_SIZE, START_SIZE, dataSize } from './element.ts';

/** The largest key. */
export const MAX_KEY = 0xffff;

const WORD = 4;
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

/** An entry takes at most this share of a page: what is too long for the rest of one leaves that blank. */
const LARGEST_SHARE = 1 / 4;

/** The longest value, bytes; negative when there is no room for any. */
export function maxValueLength(geometry: Geometry, kept: number): number {
  let length = Math.floor(pageRoom(geometry) * LARGEST_SHARE);
  while (length >= 0 && entrySize(length) > pageRoom(geometry) * LARGEST_SHARE) length -= 1;
  return length >= 0 && entrySize(length) <= capacityFor(length, geometry, kept) ? length : -1;
}

/** Bytes that the entries of a record may take so that one record more than are kept always has room. */
export function totalCapacity(geometry: Geometry, kept: number): number {
  return capacityFor(maxValueLength(geometry, kept), geometry, kept);
}

/** A page is left for the next when an entry does not fit: all of it is used but for a word less than such an entry. */
function capacityFor(longest: number, geometry: Geometry, kept: number): number {
  const perPage = pageRoom(geometry) - (entrySize(longest) - WORD);
  const perRecord = ((geometry.numPages - SPARE_PAGES) * perPage) / (kept + 1);
  return Math.floor(perRecord) - FRAME_SIZE;
}
