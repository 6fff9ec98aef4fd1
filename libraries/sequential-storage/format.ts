// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bits of map and queue in flash: two markers around each page, and items one behind the other between them.
 *
 * NON-TOCK: the layout of the crate `sequential-storage` on flash with words of four bytes.
 *
 * ```text
 *  page   | start marker | item | item | … | blank          | end marker |
 *  item   | CRC-32 of the data | length (2) | CRC-16 of the length (2) | data, filled up to a word |
 * ```
 */
import type { Geometry } from '../store/storage.ts';
import { lengthChecksum } from './checksums.ts';

/** Bytes of a marker, at the begin and at the end of each page: all ones when not set, zero when set. */
export const MARKER_SIZE = 4;

/** Bytes of an item before its data. */
export const HEADER_SIZE = 8;

/** The checksum that stands in the header of an item that was popped. */
export const POPPED = 0;

/** Zero bits from which on a marker counts as set: fewer are a torn write of it, or rot. */
const MARK_THRESHOLD = 4;

/**
 * What the markers of a page say. `open`: neither is set, nothing is written to it. `partial`: the first is; items are
 * appended here. `closed`: both are. `corrupt`: the last alone, which only an interrupted erase leaves.
 */
export type PageState = 'open' | 'partial' | 'closed' | 'corrupt';

/** Whether a marker is set. */
export function isMarked(word: number): boolean {
  let zeros = 0;
  for (let bits = ~word; bits !== 0; bits &= bits - 1) zeros += 1;
  return zeros >= MARK_THRESHOLD;
}

/** The state of a page with these markers. */
export function pageState(start: number, end: number): PageState {
  if (isMarked(start)) return isMarked(end) ? 'closed' : 'partial';
  return isMarked(end) ? 'corrupt' : 'open';
}

/** A header whose length is sound. What its checksum is worth, the data tells. */
export interface Header {
  /** CRC-32 of the data, or POPPED. */
  readonly checksum: number;
  /** Bytes of the data. */
  readonly length: number;
}

/** The bytes of a header. */
export function buildHeader({ checksum, length }: Header): Uint8Array {
  const words = Int32Array.of(checksum | 0, length | (lengthChecksum(length) << 16));
  return new Uint8Array(words.buffer);
}

/** The header in eight bytes; `blank` when they are all ones, `torn` when their length is none. */
export function parseHeader(bytes: Uint8Array): Header | 'blank' | 'torn' {
  const checksum = wordOf(bytes, 0);
  const lengths = wordOf(bytes, 4);
  if ((checksum & lengths) === -1) return 'blank';
  const length = lengths & 0xffff;
  if (lengths >>> 16 !== lengthChecksum(length)) return 'torn';
  return { checksum: checksum >>> 0, length };
}

/** The little-endian word in bytes, signed. */
export function wordOf(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

/** Bytes of flash that an item with so many bytes of data takes. */
export function itemSize(length: number): number {
  return HEADER_SIZE + ((length + 3) & ~3);
}

/** Bytes of a page that items may take. */
export function pageRoom({ pageSize }: Pick<Geometry, 'pageSize'>): number {
  return pageSize - 2 * MARKER_SIZE;
}

/** The most bytes of data in one item. */
export function maxItemLength(geometry: Pick<Geometry, 'pageSize'>): number {
  return Math.min(pageRoom(geometry) - HEADER_SIZE, 0xffff);
}

/** Bytes of a key of the map, before the value in an item's data. */
export const KEY_SIZE = 2;

/** The key of data too short to have one, which no map writes. */
export const NO_KEY = -1;

/** The data of a map's item: the key, low byte first, and the value. */
export function buildEntry(key: number, value: Uint8Array): Uint8Array {
  const data = new Uint8Array(KEY_SIZE + value.length);
  data[0] = key;
  data[1] = key >>> 8;
  data.set(value, KEY_SIZE);
  return data;
}

/** The key in the data of a map's item, or NO_KEY. */
export function entryKey(data: Uint8Array): number {
  const [low, high] = data;
  return low === undefined || high === undefined ? NO_KEY : low | (high << 8);
}
