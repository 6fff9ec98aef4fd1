// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The words of the extensions: counters, increments, trackers and markers of users, as bits.
 *
 * NON-TOCK: an encoding of our own of what OpenSK's store specification names under "Extensions".
 *
 * All have the low bits 1 1 0 of an internal word, and a zero among bits 17 to 26, where the internal words of the
 * format have ones only, finished or not. README.md of this folder draws them and says why none can become another.
 */
import { ones, sealSingle, singleDifference } from '../format.ts';
import { Kind } from '../kinds.ts';
import type { Reading } from '../extension.ts';

/** The largest number of a counter: 8 bits. */
export const MAX_COUNTER = 255;

/** The largest number of a user: 8 bits. */
export const MAX_USER = 255;

/** Bits 17..26: ones in every word of the format that has the low bits of an internal one. */
const UNUSED_BITS = 0x07fe_0000;

/** Bit 17 is zero in increments only, bit 18 in the other words of extensions only. */
const INCREMENT_BIT = 1 << 17;
const SINGLE_BIT = 1 << 18;

// --- Increments --------------------------------------------------------------------------------

/** Bits 0..3 and 16..19 of a word of increments, and the only values they have. */
const INCREMENT_MASK = 0x000f_000f;
const INCREMENT_PREFIX = 0x000d_0003;

/** A counter's number with its 4-bit checksum above it: the count of its zero bits. */
function buildHalf(id: number): number {
  return ((8 - ones(id)) << 8) | id;
}

/** The stored checksum of a half less the zero bits: 0 is valid, above 0 partly or not written, below 0 impossible. */
function halfDifference(half: number): number {
  return (half >>> 8) - (8 - ones(half & 0xff));
}

/** A word with one increment; its second half can be written later. */
export function buildIncrement(id: number): number {
  return 0xfff0_0000 | INCREMENT_PREFIX | (buildHalf(id) << 4);
}

/** The word with its free second half filled in. */
export function addIncrement(word: number, id: number): number {
  return (word & 0x000f_ffff) | (buildHalf(id) << 20);
}

/** Whether an entry's word is one of increments, not one with a single checksum. */
export function isIncrement(word: number): boolean {
  return (word & INCREMENT_BIT) === 0;
}

/** The counter of the first half. */
export function firstIncrement(word: number): number {
  return (word >>> 4) & 0xff;
}

/** The counter of the second half, or undefined when it was not or only partly written. */
export function secondIncrement(word: number): number | undefined {
  const half = word >>> 20;
  return halfDifference(half) === 0 ? half & 0xff : undefined;
}

/** Whether the second half was never touched. */
export function isSecondFree(word: number): boolean {
  return word >>> 20 === 0xfff;
}

// --- Words with a single checksum --------------------------------------------------------------

/** The kinds of these words, bits 12..13. */
export const Single = { COUNTER: 0, TRACKER: 1, MARKER: 2 } as const;
export type Single = (typeof Single)[keyof typeof Single];

/** Bits 0..10: the low bits of an erase word, and page 63. */
const SINGLE_MASK = 0x7ff;
const SINGLE_PREFIX = 0x7e3;
const LIVE_BIT = 1 << 11;
const FLAG_BIT = 1 << 14;

/** A word with its checksum. `subject`: a counter or user; `flag`: see README.md, true where it has none. */
export function buildSingle(kind: Single, subject: number, flag = true): number {
  const fields = SINGLE_PREFIX | LIVE_BIT | (kind << 12) | (flag ? FLAG_BIT : 0) | (subject << 19);
  return sealSingle(0x0003_8000 | fields);
}

/** The kind of an entry's word that is none of increments. */
export function singleKind(word: number): number {
  return (word >>> 12) & 3;
}

/** The counter or user. */
export function singleSubject(word: number): number {
  return (word >>> 19) & 0xff;
}

/** The flag: a counter wraps, or a tracker also marks. */
export function singleFlag(word: number): boolean {
  return (word & FLAG_BIT) !== 0;
}

/** The header of a counter with its live bit cleared. */
export function toDeletedCounter(word: number): number {
  return word & ~LIVE_BIT;
}

// --- Parsing -----------------------------------------------------------------------------------

const ONE: Reading = { kind: Kind.EXTENSION, words: 1 };
const TWO: Reading = { kind: Kind.EXTENSION, words: 2 };
const DELETED: Reading = { kind: Kind.PADDING, words: 2 };
const PARTIAL: Reading = { kind: Kind.PARTIAL, words: 1 };
const FAILED: Reading = { kind: Kind.FAILED, words: 1 };

/** What a word with the low bits of an internal one is to the extensions; undefined when it is not theirs. */
export function classify(word: number): Reading | undefined {
  if ((word & UNUSED_BITS) === UNUSED_BITS) return undefined;
  if ((word & INCREMENT_BIT) === 0) return classifyIncrement(word);
  // Without either bit it is one that was not finished.
  return (word & SINGLE_BIT) === 0 ? classifySingle(word) : PARTIAL;
}

function classifyIncrement(word: number): Reading {
  if ((word & INCREMENT_MASK) !== INCREMENT_PREFIX) return PARTIAL;
  return verdict(halfDifference((word >>> 4) & 0xfff), ONE);
}

function classifySingle(word: number): Reading {
  if ((word & SINGLE_MASK) !== SINGLE_PREFIX) return PARTIAL;
  const kind = singleKind(word);
  // Only a finished header is ever deleted.
  if ((word & LIVE_BIT) === 0) return kind === Single.COUNTER ? DELETED : FAILED;
  const whole = kind === Single.MARKER ? ONE : TWO;
  return verdict(singleDifference(word), kind > Single.MARKER ? FAILED : whole);
}

function verdict(difference: number, whole: Reading): Reading {
  if (difference < 0) return FAILED;
  return difference === 0 ? whole : PARTIAL;
}
