// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A storage whose pages lie in several ranges of another one, such as OpenSK's 16 + 4 pages around other content.
 *
 * NON-TOCK: the specification of OpenSK's `libraries/persistent_store` leaves this translation to the storage.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { Storage } from '../store/storage.ts';

/** Pages of a storage in a row. */
export interface PageRange {
  readonly firstPage: number;
  readonly count: number;
}

export class SegmentedStorage implements Storage {
  readonly wordSize: number;
  readonly pageSize: number;
  readonly numPages: number;
  readonly maxWordWrites: number;
  readonly maxPageErases: number;

  private constructor(
    private readonly storage: Storage,
    private readonly pages: Uint32Array,
  ) {
    this.wordSize = storage.wordSize;
    this.pageSize = storage.pageSize;
    this.numPages = pages.length;
    this.maxWordWrites = storage.maxWordWrites;
    this.maxPageErases = storage.maxPageErases;
  }

  /** The ranges as one storage, in the order given. InvalidArgument: one is empty or not within the storage, or two overlap. */
  static over(
    storage: Storage,
    ranges: readonly PageRange[],
  ): Result<SegmentedStorage, 'InvalidArgument'> {
    const pages = new Set<number>();
    for (const { firstPage, count } of ranges) {
      const isWithin =
        Number.isInteger(firstPage) &&
        Number.isInteger(count) &&
        firstPage >= 0 &&
        count > 0 &&
        firstPage + count <= storage.numPages;
      if (!isWithin) return Err('InvalidArgument');
      for (let page = firstPage; page < firstPage + count; page++) {
        if (pages.has(page)) return Err('InvalidArgument');
        pages.add(page);
      }
    }
    return Ok(new SegmentedStorage(storage, Uint32Array.from(pages)));
  }

  /**
   * The page of the other storage that a page stands for. Who performs the requests of a store on this, because the other
   * storage defers, goes by it: a FlashRequest names the pages of this one.
   */
  pageBelow(page: number): number {
    return this.pages[page] ?? 0;
  }

  readWord(page: number, byteOffset: number): number | undefined {
    return this.storage.readWord(this.pageBelow(page), byteOffset);
  }

  isErased(page: number, byteOffset: number): boolean | undefined {
    return this.storage.isErased?.(this.pageBelow(page), byteOffset);
  }

  read(page: number, byteOffset: number, length: number): Uint8Array | undefined {
    return this.storage.read(this.pageBelow(page), byteOffset, length);
  }

  write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean | undefined {
    return this.storage.write(this.pageBelow(page), byteOffset, bytes, start, length);
  }

  erase(page: number): boolean | undefined {
    return this.storage.erase(this.pageBelow(page));
  }
}
