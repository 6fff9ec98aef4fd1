// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the store asks of a flash, and the steps of an operation that had to wait for it.
 *
 * NON-TOCK: OpenSK's `persistent_store` has a blocking `Storage` trait; here each call may also answer "later".
 */

/** Shape and limits of a flash region. */
export interface Geometry {
  /** Bytes in the smallest unit that is written; the store supports 4. */
  readonly wordSize: number;
  /** Bytes in the smallest unit that is erased; where these are not alike, the largest of them. */
  readonly pageSize: number;
  readonly numPages: number;
  /** Bytes of each page, where they are not alike. */
  readonly pageSizes?: readonly number[];
  /** How often a word may be written between two erasures of its page. */
  readonly maxWordWrites: number;
  /** How often a page may be erased in its life. */
  readonly maxPageErases: number;
}

/** Bytes of a page. */
export function pageSizeOf({ pageSize, pageSizes }: Geometry, page: number): number {
  return pageSizes?.[page] ?? pageSize;
}

/** Bytes of all pages. */
export function flashSizeOf({ pageSize, numPages, pageSizes }: Geometry): number {
  return pageSizes?.reduce((sum, size) => sum + size, 0) ?? pageSize * numPages;
}

/** Where each page begins when they lie one behind the other, bytes; undefined where all are alike. */
export function pageStartsOf({ pageSizes }: Geometry): readonly number[] | undefined {
  let next = 0;
  return pageSizes?.map((size) => (next += size) - size);
}

/**
 * A flash region. No access crosses a page, and writes are whole words that clear bits only.
 *
 * Each call does its work at once and returns the outcome, or returns `undefined`: then the store hands out a
 * FlashRequest instead, and goes on when that has been performed. One storage may mix both, such as reads at
 * once from memory-mapped flash and writes later.
 */
export interface Storage extends Geometry {
  /** The little-endian word at a byte offset in a page, as a signed 32-bit number. */
  readWord(page: number, byteOffset: number): number | undefined;
  /** The words of a page where they lie in memory, to look at until the next access; undefined: they do not. */
  memory?(page: number): Int32Array | undefined;
  /** Whether a page is all ones from a byte offset on. For storages that can tell faster than word by word. */
  isErased?(page: number, byteOffset: number): boolean | undefined;
  /** Whether `count` words of a page are all equal to one. For the same storages. */
  isFilled?(page: number, byteOffset: number, count: number, word: number): boolean | undefined;
  /** `length` bytes of a page; the store copies them before it calls again. */
  read(page: number, byteOffset: number, length: number): Uint8Array | undefined;
  /** Writes `length` bytes of `bytes` from `start` on; true when written, false when the flash failed. */
  write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean | undefined;
  /** Sets every bit of a page; true when erased, false when the flash failed. */
  erase(page: number): boolean | undefined;
}

/** One access to perform. The store owns the object and its buffer and reuses both: copy what must outlive the step. */
export interface FlashRequest {
  readonly operation: 'read' | 'write' | 'erase';
  readonly page: number;
  readonly byteOffset: number;
  /** Bytes to read or write; those of the page for an erase. */
  readonly length: number;
  /** Exactly `length` bytes: to be written, or to be filled in by a read. Empty for an erase. */
  readonly bytes: Uint8Array;
}

/**
 * An operation under way. It yields a request and is resumed with whether that was performed; a request that
 * failed ends the operation with StorageError. To drop it in the middle is what a power loss does.
 */
export type Steps<T> = Generator<FlashRequest, T, boolean>;

/** A flash that does nothing at once: every access becomes a request. Split-phase users run a store on this. */
export class DeferredStorage implements Storage {
  readonly wordSize: number;
  readonly pageSize: number;
  readonly numPages: number;
  readonly pageSizes?: readonly number[];
  readonly maxWordWrites: number;
  readonly maxPageErases: number;

  constructor(geometry: Geometry) {
    this.wordSize = geometry.wordSize;
    this.pageSize = geometry.pageSize;
    this.numPages = geometry.numPages;
    if (geometry.pageSizes !== undefined) this.pageSizes = geometry.pageSizes;
    this.maxWordWrites = geometry.maxWordWrites;
    this.maxPageErases = geometry.maxPageErases;
  }

  readWord(_page: number, _byteOffset: number): number | undefined {
    return undefined;
  }

  read(_page: number, _byteOffset: number, _length: number): Uint8Array | undefined {
    return undefined;
  }

  write(): boolean | undefined {
    return undefined;
  }

  erase(): boolean | undefined {
    return undefined;
  }
}
