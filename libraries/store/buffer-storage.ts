// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A flash in memory that keeps the rules, counts wear, and can be cut at any write or erase, bit by bit.
 *
 * NON-TOCK: plays the part of OpenSK's `BufferStorage`; for tests, replays and benches of the store alone.
 */
import { assert } from '#kernel/assert';
import { flashSizeOf, pageSizeOf, pageStartsOf, type Geometry, type Storage } from './storage.ts';

/** What was asked of the flash so far. */
export interface WriteCounts {
  /** Writes, one that was cut included. */
  writeCalls: number;
  /** Words of the writes that completed. */
  wordsWritten: number;
  /** Those of them whose content changed. */
  wordsChanged: number;
  /** Erasures that completed. */
  erases: number;
}

/** Which of the bits that a cut operation was to change have changed, by number from the lowest address on. */
export type BitChoice = (index: number, total: number) => boolean;

interface Cut {
  readonly page: number;
  readonly byteOffset: number;
  readonly target: Uint8Array;
  readonly isErase: boolean;
}

const NEVER = Infinity;

export class BufferStorage implements Storage {
  readonly wordSize: number;
  readonly pageSize: number;
  readonly numPages: number;
  readonly pageSizes?: readonly number[];
  readonly maxWordWrites: number;
  readonly maxPageErases: number;
  readonly counts: WriteCounts = { writeCalls: 0, wordsWritten: 0, wordsChanged: 0, erases: 0 };
  /** The whole flash, page 0 first. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** Writes that changed each word of 4 bytes, or the larger unit it lies in, since its page was erased. */
  readonly wordWrites: Uint8Array;
  /** Completed erasures of each page. */
  readonly pageErases: Uint32Array;
  /** The first broken rule of flash as a sentence. With `strict` off, rules are not looked at. */
  violation: string | undefined;
  private readonly words: Int32Array;
  private readonly views: Int32Array[] = [];
  /** Where pages begin; undefined where all are alike, which is faster multiplied. */
  private readonly starts: readonly number[] | undefined;
  private callsLeft = NEVER;
  private cut: Cut | undefined;

  /**
   * A blank flash. `strict`: a write leaves old AND new, as cells do; one that was to set a bit, or of less than whole
   * units, and going over a limit are remembered in `violation`. Else a write leaves what it says.
   */
  constructor(
    geometry: Geometry,
    private readonly strict = true,
  ) {
    this.wordSize = geometry.wordSize;
    this.pageSize = geometry.pageSize;
    this.numPages = geometry.numPages;
    this.maxWordWrites = geometry.maxWordWrites;
    this.maxPageErases = geometry.maxPageErases;
    if (geometry.pageSizes !== undefined) this.pageSizes = geometry.pageSizes;
    this.starts = pageStartsOf(geometry);
    assert((this.starts?.length ?? this.numPages) === this.numPages, 'each page has its size');
    const size = flashSizeOf(geometry);
    this.image = new Uint8Array(size).fill(0xff);
    this.words = new Int32Array(this.image.buffer);
    this.wordWrites = new Uint8Array(size / 4);
    this.pageErases = new Uint32Array(geometry.numPages);
  }

  /** Another flash with the same content and wear, and counts of its own. */
  clone(): BufferStorage {
    const copy = new BufferStorage(this, this.strict);
    copy.image.set(this.image);
    copy.wordWrites.set(this.wordWrites);
    copy.pageErases.set(this.pageErases);
    return copy;
  }

  /** Where a page begins in the image; the end of it for a page that is not there. */
  private startOf(page: number): number {
    const { starts } = this;
    return starts === undefined ? page * this.pageSize : (starts[page] ?? this.image.length);
  }

  readWord(page: number, byteOffset: number): number | undefined {
    return this.words[(this.startOf(page) + byteOffset) >>> 2];
  }

  memory(page: number): Int32Array {
    return (this.views[page] ??= this.words.subarray(
      this.startOf(page) >>> 2,
      this.startOf(page + 1) >>> 2,
    ));
  }

  isErased(page: number, byteOffset: number): boolean {
    const end = this.startOf(page + 1) >>> 2;
    for (let at = (this.startOf(page) + byteOffset) >>> 2; at < end; at++) {
      if (this.words[at] !== -1) return false;
    }
    return true;
  }

  isFilled(page: number, byteOffset: number, count: number, word: number): boolean {
    const first = (this.startOf(page) + byteOffset) >>> 2;
    for (let at = first; at < first + count; at++) if (this.words[at] !== word) return false;
    return true;
  }

  read(page: number, byteOffset: number, length: number): Uint8Array {
    const start = this.startOf(page) + byteOffset;
    return this.image.subarray(start, start + length);
  }

  write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    this.counts.writeCalls += 1;
    if (this.wordSize > 4) this.checkUnits(byteOffset, length);
    if (!this.goesThrough()) {
      const target = bytes.slice(start, start + length);
      if (this.strict) this.clearOnly(page, byteOffset, target);
      return this.interrupt({ page, byteOffset, target, isErase: false });
    }
    const first = (this.startOf(page) + byteOffset) >>> 2;
    const count = length >>> 2;
    let changed = 0;
    for (let index = 0; index < count; index++) {
      const word = wordOf(bytes, start + index * 4);
      if (this.words[first + index] !== word) {
        changed += 1;
        this.writeWord(first + index, word);
      }
    }
    if (this.wordSize > 4) this.levelUnits(first, count);
    this.counts.wordsWritten += count;
    this.counts.wordsChanged += changed;
    return true;
  }

  /** What a write of bytes leaves. */
  private clearOnly(page: number, byteOffset: number, target: Uint8Array): void {
    const old = this.read(page, byteOffset, target.length);
    for (const [at, byte] of target.entries()) target[at] = byte & (old[at] ?? 0);
  }

  private checkUnits(byteOffset: number, length: number): void {
    const { wordSize } = this;
    if (this.strict && (byteOffset % wordSize !== 0 || length % wordSize !== 0)) {
      this.violated(`a write of ${length} bytes at ${byteOffset} of a page: not whole units`);
    }
  }

  /** The words of a unit were written as often as the one of them that changed most often. */
  private levelUnits(first: number, count: number): void {
    const words = this.wordSize >>> 2;
    for (let at = first; at < first + count; at += words) {
      const unit = this.wordWrites.subarray(at, at + words);
      unit.fill(Math.max(...unit));
    }
  }

  private writeWord(index: number, word: number): void {
    const writes = (this.wordWrites[index] ?? 0) + 1;
    const left = (this.words[index] ?? 0) & word;
    if (this.strict && (writes > this.maxWordWrites || left !== word)) {
      this.violated(`a write of the word at byte ${index * 4} sets a bit or is number ${writes}`);
    }
    this.words[index] = this.strict ? left : word;
    this.wordWrites[index] = writes;
  }

  erase(page: number): boolean {
    if (!this.goesThrough()) {
      const target = new Uint8Array(pageSizeOf(this, page)).fill(0xff);
      return this.interrupt({ page, byteOffset: 0, target, isErase: true });
    }
    this.erased(page);
    this.image.fill(0xff, this.startOf(page), this.startOf(page + 1));
    this.counts.erases += 1;
    return true;
  }

  private erased(page: number): void {
    const erases = (this.pageErases[page] ?? 0) + 1;
    if (this.strict && erases > this.maxPageErases) {
      this.violated(`erasure ${erases} of page ${page} is over its limit`);
    }
    this.pageErases[page] = erases;
    this.wordWrites.fill(0, this.startOf(page) >>> 2, this.startOf(page + 1) >>> 2);
  }

  private violated(sentence: string): void {
    this.violation ??= sentence;
  }

  // --- Power loss ------------------------------------------------------------------------------

  /** Lets `delay` writes and erases through; the next fails, and all after it until `corrupt` or `disarm`. */
  arm(delay: number): void {
    this.callsLeft = delay;
    this.cut = undefined;
  }

  /** No cut any more; returns how many calls would still have gone through. */
  disarm(): number {
    const left = this.callsLeft;
    this.callsLeft = NEVER;
    this.cut = undefined;
    return left;
  }

  /** Bytes in the range of the call that was cut, or undefined when none was. */
  get interruptedBytes(): number | undefined {
    return this.cut?.target.length;
  }

  private goesThrough(): boolean {
    if (this.callsLeft === NEVER) return true;
    if (this.callsLeft === 0) return false;
    this.callsLeft -= 1;
    return true;
  }

  private interrupt(cut: Cut): boolean {
    if (this.cut !== undefined) this.violated('the flash was written after the power was lost');
    this.cut ??= cut;
    return false;
  }

  /** Moves the chosen bits of the call that was cut to where they were to go, and gives power again. */
  corrupt(isMoved: BitChoice): void {
    const { cut } = this;
    this.disarm();
    if (cut === undefined) return;
    const start = this.startOf(cut.page) + cut.byteOffset;
    if (cut.isErase) {
      this.moveBits(start, cut.target, isMoved);
      if (countDifferences(this.image, start, cut.target) === 0) this.erased(cut.page);
      return;
    }
    const pending: number[] = [];
    for (let at = 0; at < cut.target.length; at += this.wordSize) {
      if (this.differs(start, at, cut.target)) pending.push(at);
    }
    this.moveBits(start, cut.target, isMoved);
    // A unit that was cut counts as written when it ended as intended.
    for (const at of pending) if (!this.differs(start, at, cut.target)) this.countUnit(start + at);
  }

  /** Whether the unit at an offset of a target has other content. */
  private differs(start: number, offset: number, target: Uint8Array): boolean {
    const end = offset + this.wordSize;
    return countDifferences(this.image, start + offset, target.subarray(offset, end)) !== 0;
  }

  private countUnit(at: number): void {
    for (let index = at >>> 2; index < (at + this.wordSize) >>> 2; index++) {
      this.wordWrites[index] = (this.wordWrites[index] ?? 0) + 1;
    }
  }

  private moveBits(start: number, target: Uint8Array, isMoved: BitChoice): void {
    const total = countDifferences(this.image, start, target);
    let index = 0;
    for (const [offset, intended] of target.entries()) {
      const old = this.image[start + offset] ?? 0;
      let byte = old;
      for (let bit = 1; bit < 0x100; bit <<= 1) {
        if (((old ^ intended) & bit) !== 0 && isMoved(index++, total)) byte ^= bit;
      }
      this.image[start + offset] = byte;
    }
  }
}

function wordOf(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function countDifferences(image: Uint8Array, start: number, target: Uint8Array): number {
  let total = 0;
  for (const [offset, byte] of target.entries()) {
    let differing = (image[start + offset] ?? 0) ^ byte;
    for (; differing !== 0; differing &= differing - 1) total += 1;
  }
  return total;
}

const CHOICES: Readonly<Record<string, BitChoice>> = {
  none: () => false,
  all: () => true,
  even: (index) => index % 2 === 0,
  odd: (index) => index % 2 === 1,
  firstHalf: (index, total) => index < Math.floor(total / 2),
  lastHalf: (index, total) => index >= Math.floor(total / 2),
};

/** The choice a name stands for: none, all, even, odd, firstHalf, lastHalf, or `xorshift:SEED`; undefined otherwise. */
export function bitChoice(name: string): BitChoice | undefined {
  const seed = /^xorshift:(\d{1,10})$/.exec(name)?.[1];
  if (seed === undefined) return Object.hasOwn(CHOICES, name) ? CHOICES[name] : undefined;
  let x = Number(seed) >>> 0;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x & 1) === 1;
  };
}
