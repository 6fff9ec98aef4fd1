// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a store sees of the cells: reads at once, and changes at once or handed to the explorer.
 *
 * NON-TOCK: one class for both, so that the store's reads stay one shape to the compiler.
 */
import type { Geometry, Storage } from '#libraries/store/storage';
import type { Cells } from './cells.ts';

/** Reads a store may do between two moments at which the explorer looks at it; far more than any needs. */
const FUEL = 1 << 22;

/** Thrown into a store that reads for ever. */
export class OutOfFuel extends Error {
  constructor() {
    super(`it read ${FUEL} words without an end`);
  }
}

/** Thrown into a store that leaves its pages. */
export class OutOfRange extends Error {
  constructor(what: string, page: number, byteOffset: number, length: number) {
    super(
      `${what} of ${length} bytes at byte ${byteOffset} of page ${page} leaves the store's pages`,
    );
  }
}

export class CellsStorage implements Storage, Geometry {
  readonly wordSize: number;
  readonly pageSize: number;
  readonly numPages: number;
  readonly maxWordWrites: number;
  readonly maxPageErases: number;
  private readonly words: Int32Array;
  private readonly views: Int32Array[] = [];
  private readonly image: Uint8Array;
  /** Reads left before somebody looks whether it still gets anywhere. */
  private fuel = FUEL;
  /** Bits that read at random, by index of their word; empty on a sound part. */
  private readonly unstable = new Map<number, number>();
  private noise = 1;

  /** `stepped`: programs and erases are handed out as requests. */
  constructor(
    private readonly cells: Cells,
    readonly stepped: boolean,
    private readonly badPages: readonly number[] = [],
  ) {
    const { geometry } = cells;
    this.wordSize = geometry.wordSize;
    this.pageSize = geometry.pageSize;
    this.numPages = geometry.numPages;
    this.maxWordWrites = geometry.maxWordWrites;
    this.maxPageErases = geometry.maxPageErases;
    this.words = cells.words;
    this.image = cells.image;
  }

  /** Something begins: it may read for long again. */
  refuel(): void {
    this.fuel = this.unstable.size > 0 ? 0 : FUEL;
  }

  /** From here on these bits read at random, until their words are written; an empty list ends it. */
  unsettle(bits: ReadonlyMap<number, number>, seed: number): void {
    this.unstable.clear();
    for (const [index, mask] of bits) this.unstable.set(index, mask);
    this.noise = seed | 1;
    this.refuel();
  }

  readWord(page: number, byteOffset: number): number | undefined {
    const index = (page * this.pageSize + byteOffset) >>> 2;
    if (--this.fuel < 0) return this.readSlowly(index);
    return this.words[index];
  }

  private readSlowly(index: number): number | undefined {
    if (this.fuel < -FUEL || this.unstable.size === 0) throw new OutOfFuel();
    const mask = this.unstable.get(index) ?? 0;
    return (this.words[index] ?? 0) ^ (this.random() & mask);
  }

  private random(): number {
    this.noise ^= this.noise << 13;
    this.noise ^= this.noise >>> 17;
    this.noise ^= this.noise << 5;
    return this.noise;
  }

  memory(page: number): Int32Array | undefined {
    if (this.unstable.size > 0) return undefined;
    const count = this.pageSize >>> 2;
    return (this.views[page] ??= this.words.subarray(page * count, (page + 1) * count));
  }

  isErased(page: number, byteOffset: number): boolean | undefined {
    if (this.unstable.size > 0) return undefined;
    const { words } = this;
    const end = ((page + 1) * this.pageSize) >>> 2;
    for (let at = (page * this.pageSize + byteOffset) >>> 2; at < end; at++) {
      if (words[at] !== -1) return false;
    }
    return true;
  }

  isFilled(page: number, byteOffset: number, count: number, word: number): boolean | undefined {
    if (this.unstable.size > 0) return undefined;
    const { words } = this;
    const first = (page * this.pageSize + byteOffset) >>> 2;
    const end = first + count;
    let at = first;
    // Four at a time: most of a log is dead words, and they are looked at in every recovery.
    for (; at + 3 < end; at += 4) {
      const one = (words[at] ?? 0) ^ word;
      const two = (words[at + 1] ?? 0) ^ word;
      const three = (words[at + 2] ?? 0) ^ word;
      const four = (words[at + 3] ?? 0) ^ word;
      if ((one | two | three | four) !== 0) return false;
    }
    for (; at < end; at++) if (words[at] !== word) return false;
    return true;
  }

  read(page: number, byteOffset: number, length: number): Uint8Array {
    const start = page * this.pageSize + byteOffset;
    const bytes = this.image.subarray(start, start + length);
    return this.unstable.size > 0 ? this.shaken(bytes, start) : bytes;
  }

  private shaken(bytes: Uint8Array, start: number): Uint8Array {
    return bytes.map((byte, at) => {
      const mask = this.unstable.get((start + at) >>> 2) ?? 0;
      return byte ^ (this.random() & (mask >>> (8 * ((start + at) & 3))) & 0xff);
    });
  }

  write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean | undefined {
    const isWithin = byteOffset >= 0 && byteOffset + length <= this.pageSize && length % 4 === 0;
    if (!this.isPage(page) || !isWithin || byteOffset % 4 !== 0) {
      throw new OutOfRange('a write', page, byteOffset, length);
    }
    if (this.stepped) return undefined;
    if (this.badPages.includes(page)) return false;
    const first = (page * this.pageSize + byteOffset) >>> 2;
    this.cells.program(first, bytes, start, length >>> 2);
    this.steady(first, length >>> 2);
    return true;
  }

  erase(page: number): boolean | undefined {
    if (!this.isPage(page)) throw new OutOfRange('an erase', page, 0, this.pageSize);
    if (this.stepped) return undefined;
    if (this.badPages.includes(page)) return false;
    this.cells.erase(page);
    this.steady((page * this.pageSize) >>> 2, this.pageSize >>> 2);
    return true;
  }

  private isPage(page: number): boolean {
    return page >= 0 && page < this.numPages && page % 1 === 0;
  }

  /** Words that were written are stable from then on. */
  private steady(first: number, count: number): void {
    if (this.unstable.size === 0) return;
    for (let index = first; index < first + count; index++) this.unstable.delete(index);
    if (this.unstable.size === 0) this.refuel();
  }
}
