// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bits of the store in flash: page headers, entry words, checksums, and virtual positions.
 *
 * NON-TOCK: the format of OpenSK's `libraries/persistent_store`, to the bit; README.md draws it.
 *
 * A word is a signed 32-bit number, little-endian in flash. Bit 0 is the least significant. Fields are filled
 * in and all other bits stay 1, so that a word can be made by clearing bits of an erased one.
 */
import type { Geometry } from '../store/storage.ts';

/** An erased word: all ones. */
export const ERASED = -1;

/** Bytes in a word; the format knows no other size. */
export const WORD_SIZE = 4;

/** Words at the start of each page: init info and compact info. */
export const HEADER_WORDS = 2;

/** The largest key of an entry: 12 bits. */
export const MAX_KEY = 4095;

/** The longest value in any geometry, bytes: 10 bits. */
const MAX_VALUE_LENGTH = 1023;

/** The most updates in one transaction: 5 bits. */
export const MAX_UPDATES = 31;

const MIN_PAGE_SIZE = 32;
const MAX_PAGE_SIZE = 4096;
const MIN_PAGES = 3;
/** The most pages: 6 bits. */
export const MAX_PAGES = 64;
const MAX_ERASES = 65535;
const MIN_WORD_WRITES = 2;

/** The two low bits that tell a user header. */
const USER = 0b01;

/** The five low bits that tell the internal words apart. */
export const Internal = { ERASE: 3, MARKER: 11, CLEAR: 19, REMOVE: 27 } as const;
export type Internal = (typeof Internal)[keyof typeof Internal];

const DELETED_BIT = 1 << 2;
const FLIPPED_BIT = 1 << 3;

/** Bits 0..26: what a single word's checksum covers. */
const SINGLE_MASK = 0x07ff_ffff;
/** Bits 0..25: what a user header's checksum covers of the header. */
const HEADER_MASK = 0x03ff_ffff;

/** Number of bits that are 1 in a word. */
export function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x5555_5555);
  v = (v & 0x3333_3333) + ((v >>> 2) & 0x3333_3333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** Stores the checksum of a finished single word whose bits 27..31 are ones: the zero bits below them. */
export function sealSingle(word: number): number {
  return (word & SINGLE_MASK) | ((27 - ones(word & SINGLE_MASK)) << 27);
}

/** The stored checksum less the zero bits: 0 is valid, above 0 partly written, below 0 impossible. */
export function singleDifference(word: number): number {
  return (word >>> 27) - (27 - ones(word & SINGLE_MASK));
}

/** Init info, word 0 of a page: the page's erase cycle and the words that belong to an entry begun before it. */
export function buildInit(cycle: number, prefix: number): number {
  return sealSingle(0x0600_0000 | (prefix << 16) | cycle);
}

/** The erase cycle in a valid init info. */
export function initCycle(word: number): number {
  return word & 0xffff;
}

/** The prefix words in a valid init info. */
export function initPrefix(word: number): number {
  return (word >>> 16) & 0x1ff;
}

/** Compact info, word 1 of a page: tail less head, in words, when the page's compaction began. */
export function buildCompact(distance: number): number {
  return sealSingle(0x07ff_0000 | distance);
}

/** The distance in a valid compact info. */
export function compactDistance(word: number): number {
  return word & 0xffff;
}

/** Bits of the field of each internal word: a page, a count of updates, or a key. */
const FIELD_BITS = {
  [Internal.ERASE]: 6,
  [Internal.MARKER]: 5,
  [Internal.CLEAR]: 12,
  [Internal.REMOVE]: 12,
} as const;

/** An internal word with its one field (page, number of updates, least key, or key) at bit 5. */
export function buildInternal(kind: Internal, field: number): number {
  const unused = SINGLE_MASK & ~((1 << (5 + FIELD_BITS[kind])) - 1);
  return sealSingle(unused | (field << 5) | kind);
}

/** The field of an internal word. */
export function internalField(kind: Internal, word: number): number {
  return (word >>> 5) & ((1 << FIELD_BITS[kind]) - 1);
}

/** Whether the low bits are those of an internal word. */
export function isInternal(low: number): low is Internal {
  return (
    low === Internal.ERASE ||
    low === Internal.MARKER ||
    low === Internal.CLEAR ||
    low === Internal.REMOVE
  );
}

/** Whether a first word has its padding bit cleared. */
export function isPadding(word: number): boolean {
  return (word & 1) === 0;
}

/** The word with its padding bit cleared. */
export function toPadding(word: number): number {
  return word & ~1;
}

/** Whether a first word is a user header, deleted or not. */
export function isHeader(word: number): boolean {
  return (word & 3) === USER;
}

/** Whether a user header has its deleted bit cleared. */
export function isDeleted(header: number): boolean {
  return (header & DELETED_BIT) === 0;
}

/** The header with its deleted bit cleared. */
export function toDeleted(header: number): number {
  return header & ~DELETED_BIT;
}

/** Whether the last byte of the value reads as 0xff although it is stored as 0x7f. */
export function isFlipped(header: number): boolean {
  return (header & FLIPPED_BIT) === 0;
}

/** Bytes of the value of a user header. */
export function headerLength(header: number): number {
  return (header >>> 4) & 0x3ff;
}

/** Key of a user header. */
export function headerKey(header: number): number {
  return (header >>> 14) & 0xfff;
}

/** What the last value word must have as zero bits; negative when the header is impossible. */
export function headerDifference(header: number): number {
  return (header >>> 26) - (26 - ones(header & HEADER_MASK));
}

/** Words that hold a number of bytes. */
export function bytesToWords(bytes: number): number {
  return (bytes + 3) >>> 2;
}

/**
 * Fills `words` (and `bytes`, the same memory) with the entry of a key and value, and returns its length in words.
 *
 * A last word that would be all ones gets its top bit cleared and the flipped mark set: otherwise a reader could
 * not tell a finished entry from one whose end was never written.
 */
export function buildUser(
  words: Int32Array,
  bytes: Uint8Array,
  key: number,
  value: Uint8Array,
): number {
  const last = bytesToWords(value.length);
  let header = USER | DELETED_BIT | FLIPPED_BIT | (value.length << 4) | (key << 14);
  let zeros = 26 - ones(header);
  if (last > 0) {
    words[last] = ERASED;
    bytes.set(value, WORD_SIZE);
    let footer = words[last] ?? ERASED;
    if (footer === ERASED) {
      footer = 0x7fff_ffff;
      words[last] = footer;
      header &= ~FLIPPED_BIT;
      zeros += 1;
    }
    zeros += 32 - ones(footer);
  }
  words[0] = header | (zeros << 26);
  return 1 + last;
}

/** Whether the format can describe a geometry: the ranges are those of its fields. */
export function isSupported(geometry: Geometry): boolean {
  const { wordSize, pageSize, numPages, maxWordWrites, maxPageErases } = geometry;
  const within = (n: number, least: number, most: number): boolean =>
    Number.isInteger(n) && n >= least && n <= most;
  return (
    wordSize === WORD_SIZE &&
    within(pageSize, MIN_PAGE_SIZE, MAX_PAGE_SIZE) &&
    pageSize % WORD_SIZE === 0 &&
    within(numPages, MIN_PAGES, MAX_PAGES) &&
    within(maxPageErases, 0, MAX_ERASES) &&
    maxWordWrites >= MIN_WORD_WRITES
  );
}

/**
 * Sizes and positions in one geometry, in words unless said otherwise.
 *
 * A virtual position counts the words that hold entries since the first cycle: it only grows, up to
 * 0xff800000 - 1, so it is a plain number and never a signed 32-bit one.
 */
export class Format {
  readonly numPages: number;
  readonly pageWords: number;
  readonly maxPageErases: number;
  /** Words of a page that hold entries. */
  readonly virtualPageSize: number;
  /** Longest value, bytes. */
  readonly maxValueLength: number;
  /** Longest value, words: also the longest prefix of a page, and how far a reader looks ahead. */
  readonly maxPrefix: number;
  /** How far the tail may ever be from the head. */
  readonly window: number;
  /** How far the tail may be from the head outside compaction. */
  readonly virtualCapacity: number;
  /** What live entries may take. */
  readonly totalCapacity: number;
  /** All positions the cycles of the pages allow, as reported to users. */
  readonly totalLifetime: number;
  /** One past the last position of the last cycle. */
  readonly endOfLife: number;
  /** Words at the end of life that are set aside for an emergency. */
  readonly reservedLifetime: number;

  /** `reservedWords`: words of the window that an extension's own entries need, off the capacities. */
  constructor(geometry: Geometry, reservedWords = 0) {
    const { pageSize, numPages, maxPageErases } = geometry;
    this.numPages = numPages;
    this.pageWords = pageSize / WORD_SIZE;
    this.maxPageErases = maxPageErases;
    this.virtualPageSize = this.pageWords - HEADER_WORDS;
    this.maxValueLength = Math.min((this.virtualPageSize - 1) * WORD_SIZE, MAX_VALUE_LENGTH);
    this.maxPrefix = bytesToWords(this.maxValueLength);
    this.window = (numPages - 1) * this.virtualPageSize - this.maxPrefix;
    this.virtualCapacity = this.window - (numPages - 1) - reservedWords;
    this.totalCapacity = this.virtualCapacity - numPages;
    this.endOfLife = (maxPageErases + 1) * numPages * this.virtualPageSize;
    this.totalLifetime = this.endOfLife - this.virtualPageSize;
    this.reservedLifetime = this.virtualPageSize + this.maxPrefix;
  }

  /** The erase cycle a position lies in. */
  cycle(position: number): number {
    return Math.floor(position / (this.virtualPageSize * this.numPages));
  }

  /** The page a position lies in. */
  page(position: number): number {
    return Math.floor(position / this.virtualPageSize) % this.numPages;
  }

  /** The word of a position within its page, the header not counted. */
  word(position: number): number {
    return position % this.virtualPageSize;
  }

  /** The byte offset of a position in its page. */
  byteOffset(position: number): number {
    return (HEADER_WORDS + (position % this.virtualPageSize)) * WORD_SIZE;
  }

  /** The first position of the page a position lies in. */
  pageBegin(position: number): number {
    return position - (position % this.virtualPageSize);
  }

  /** The first position of the page after. */
  nextPage(position: number): number {
    return this.pageBegin(position) + this.virtualPageSize;
  }

  /** The position of the first entry that begins in a page with valid init info. */
  pageHead(init: number, page: number): number {
    return (initCycle(init) * this.numPages + page) * this.virtualPageSize + initPrefix(init);
  }
}
