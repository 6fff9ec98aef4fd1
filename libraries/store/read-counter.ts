// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A storage that counts what is read through it, calls and words: of a store that keeps no count itself.
 *
 * NON-TOCK: costs of time are charged by it, and studies print it.
 */
import { pageSizeOf, type Geometry, type Storage } from './storage.ts';

export class ReadCounter implements Storage {
  readonly wordSize: number;
  readonly pageSize: number;
  readonly numPages: number;
  readonly pageSizes?: readonly number[];
  readonly maxWordWrites: number;
  readonly maxPageErases: number;
  /** Reads of at least a byte: one call each, however long. */
  calls = 0;
  /** Words that these touched. */
  words = 0;

  constructor(private readonly storage: Storage) {
    const { wordSize, pageSize, numPages, maxWordWrites, maxPageErases, pageSizes }: Geometry =
      storage;
    this.wordSize = wordSize;
    this.pageSize = pageSize;
    this.numPages = numPages;
    if (pageSizes !== undefined) this.pageSizes = pageSizes;
    this.maxWordWrites = maxWordWrites;
    this.maxPageErases = maxPageErases;
  }

  private count(byteOffset: number, length: number): void {
    if (length === 0) return;
    this.calls += 1;
    this.words += ((byteOffset + length + 3) >>> 2) - (byteOffset >>> 2);
  }

  readWord(page: number, byteOffset: number): number | undefined {
    this.count(byteOffset, 4);
    return this.storage.readWord(page, byteOffset);
  }

  /** A look at the rest of a page is one read of it, where the flash can tell at all. */
  isErased(page: number, byteOffset: number): boolean | undefined {
    const isErased = this.storage.isErased?.(page, byteOffset);
    if (isErased !== undefined) this.count(byteOffset, pageSizeOf(this, page) - byteOffset);
    return isErased;
  }

  isFilled(page: number, byteOffset: number, count: number, word: number): boolean | undefined {
    const isFilled = this.storage.isFilled?.(page, byteOffset, count, word);
    if (isFilled !== undefined) this.count(byteOffset, 4 * count);
    return isFilled;
  }

  read(page: number, byteOffset: number, length: number): Uint8Array | undefined {
    this.count(byteOffset, length);
    return this.storage.read(page, byteOffset, length);
  }

  write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean | undefined {
    return this.storage.write(page, byteOffset, bytes, start, length);
  }

  erase(page: number): boolean | undefined {
    return this.storage.erase(page);
  }
}
