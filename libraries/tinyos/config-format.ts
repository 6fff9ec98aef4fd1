// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bits of ConfigStorage in flash: entries of a header and a value, and the header of an area of units.
 *
 * NON-TOCK: TinyOS. The constants are those of TEP 129, section 4.1; the eighth byte of the header and the area's are ours.
 *
 * ```text
 *  hardened   0        4    5    6    7    8
 *             | hashId | EE | len| crc|zero| value, filled up to a word |
 *  literal    0        4    5    6    7
 *             | hashId | EE | len| crc| value |
 *  area       | sequence number | the same, inverted | entries …
 * ```
 */
import { crc8 } from '../crc.ts';
import { putWord, wordAt } from '../words.ts';

/** What `magic` says of an entry: TEP 129's ENTRY_EMPTY, ENTRY_VALID and ENTRY_INVALID. */
export const EMPTY = 0xff;
export const VALID = 0xee;
export const INVALID = 0xdd;

/** What INVALID over VALID leaves on flash that only clears bits. */
export const DEAD = VALID & INVALID;

/** The bits of `magic` that a second program clears. */
const DEATH = VALID ^ DEAD;

/** The key that a blank header has: no entry may. */
export const NO_KEY = 0xffff_ffff;

/** The longest value: its length is one byte. */
export const MAX_LENGTH = 255;

/** Bytes of a header up to its eighth byte. */
const SEED_HEADER = 7;

/** Where magic is in a header. */
export const MAGIC_AT = 4;

/** Bytes of the header of an area. */
export const AREA_HEADER = 8;

/** A header, as far as it can be told from its bytes alone. */
export interface Header {
  readonly key: number;
  /** Bytes of the value. */
  readonly length: number;
  /** CRC-8 over key, length and value. */
  readonly crc: number;
  /** Whether the entry counts; else it was replaced or removed. */
  readonly isLive: boolean;
}

/** The check of an entry: CRC-8, polynomial 0x07, begun with 0, over the key, low byte first, the length, and the value. */
export function checkOf(key: number, value: Uint8Array): number {
  const head = new Uint8Array(5);
  putWord(head, 0, key);
  head[4] = value.length;
  return crc8(value, crc8(head));
}

/** The seven bytes of a live entry's header. */
export function buildSeedHeader(key: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SEED_HEADER);
  putWord(bytes, 0, key);
  bytes.set([VALID, value.length, checkOf(key, value)], MAGIC_AT);
  return bytes;
}

/** The header in seven bytes, whatever they are; `blank` when its magic is EMPTY. */
export function parseSeedHeader(bytes: Uint8Array): Header | 'blank' {
  const word = wordAt(bytes, MAGIC_AT);
  const magic = word & 0xff;
  if (magic === EMPTY) return 'blank';
  const [length, crc] = [(word >>> 8) & 0xff, (word >>> 16) & 0xff];
  return { key: wordAt(bytes, 0), length, crc, isLive: magic === VALID };
}

/** The eight bytes of a live entry's header: the last one counts zeros. */
export function buildHeader(key: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SEED_HEADER + 1).fill(0xff);
  bytes.set(buildSeedHeader(key, value));
  bytes[SEED_HEADER] = COUNT_MARK | zerosOf(bytes);
  return bytes;
}

/**
 * The header in eight bytes. `blank`: its second word was not begun. `torn`: it is not what a whole program of that word
 * leaves, whichever of its bits have moved.
 */
export function parseHeader(bytes: Uint8Array): Header | 'blank' | 'torn' {
  if (wordAt(bytes, MAGIC_AT) === 0xffff_ffff) return 'blank';
  const header = parseSeedHeader(bytes);
  const isWhole = bytes[SEED_HEADER] === (COUNT_MARK | zerosOf(bytes));
  const isMagic = ((bytes[MAGIC_AT] ?? 0) | DEATH) === VALID;
  return header !== 'blank' && isWhole && isMagic ? header : 'torn';
}

/** The upper bits of the count of zeros, which 24 bits of zeros leave free. */
const COUNT_MARK = 0xe0;

/**
 * Zeros in magic, length and crc, those left out that mean death. When not all bits of a program have moved, there are fewer
 * zeros than there should be, and the count reads larger, or is right: the two can only agree when all have moved.
 */
function zerosOf(bytes: Uint8Array): number {
  let zeros = 0;
  for (let left = ~(wordAt(bytes, MAGIC_AT) | DEATH) & 0xff_ffff; left !== 0; left &= left - 1) {
    zeros += 1;
  }
  return zeros;
}

/** The header of an area: a number and its inverse. Each pair of bits has one zero, in any program or erase only when whole. */
export function buildAreaHeader(sequence: number): Uint8Array {
  const bytes = new Uint8Array(AREA_HEADER);
  putWord(bytes, 0, sequence);
  putWord(bytes, 4, ~sequence);
  return bytes;
}

/** The number in the header of an area; undefined when it is blank or not whole. */
export function parseAreaHeader(bytes: Uint8Array): number | undefined {
  const sequence = wordAt(bytes, 0);
  return (sequence ^ wordAt(bytes, 4)) === -1 ? sequence : undefined;
}
