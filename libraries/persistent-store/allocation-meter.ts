// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How much working memory the store's operations need at a time, in words.
 *
 * NON-TOCK: the specification of OpenSK's `libraries/persistent_store` promises at most an entry: 257 words.
 *
 * Counted are an entry that is built or copied and the keys of a transaction. Not counted are what belongs to the open
 * store (the list of live entries), and what the caller owns: updates, handles, values that were read.
 */

/** Told by a store that has one, each time an operation begins to use working memory. */
export interface AllocationMeter {
  /** That many words are in use now; what was in use before is free. */
  inUse(words: number): void;
}

/** Remembers the most words in use at a time. */
export class PeakMeter implements AllocationMeter {
  peak = 0;

  inUse(words: number): void {
    this.peak = Math.max(this.peak, words);
  }
}
