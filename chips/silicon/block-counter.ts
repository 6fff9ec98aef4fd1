// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Counts the word programs of each block of a part, for parts that limit them.
 *
 * NON-TOCK: matter; the older rule of the nRF52 series.
 */
import { assert } from '#kernel/assert';
import type { BlockRule } from './part.ts';

const WORD_SIZE = 4;
const MOST = 0xffff;

export class BlockCounter {
  private readonly shift: number;
  private readonly counts: Uint16Array;

  constructor(
    readonly rule: BlockRule,
    words: number,
  ) {
    this.shift = Math.log2(rule.bytes / WORD_SIZE);
    assert(Number.isInteger(this.shift), 'a block is a power of two of words');
    this.counts = new Uint16Array(words >>> this.shift);
  }

  /** Counts a program; the programs of its block so far, at most 65,535. */
  count(word: number): number {
    const block = word >>> this.shift;
    const count = Math.min((this.counts[block] ?? 0) + 1, MOST);
    this.counts[block] = count;
    return count;
  }

  /** The words from `start` to before `end` are erased. */
  clear(start: number, end: number): void {
    this.counts.fill(0, start >>> this.shift, end >>> this.shift);
  }

  /** The first word of the block of a word. */
  firstWord(word: number): number {
    return (word >>> this.shift) << this.shift;
  }

  /** The counters of some words, as the bytes of a snapshot. */
  view(start: number, end: number): Uint8Array {
    const counts = this.counts.subarray(start >>> this.shift, end >>> this.shift);
    return new Uint8Array(counts.buffer, counts.byteOffset, counts.byteLength);
  }
}
