// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a program or erase that lost its power may leave behind: which of the bits it was to move have moved.
 *
 * NON-TOCK: the vocabulary of the claims of stores.
 */

/**
 * Which moving bits have moved, as text. Bits are numbered among those that differ, from the lowest address and the
 * lowest bit on. `none`, `all`, `even`, `odd`, `firstHalf`, `lastHalf`, `xorshift:SEED` as in golden vectors; `first:`
 * and how many; `set:` or `but:` and numbers with commas: only these, or all but these.
 */
export type BitSet = string;

const BIT_SET =
  /^(none|all|even|odd|firstHalf|lastHalf|first:\d{1,7}|xorshift:\d{1,10}|(set|but):\d{1,7}(,\d{1,7})*)$/;

/** Whether a text is a set of bits. */
export function isBitSet(text: string): text is BitSet {
  return BIT_SET.test(text);
}

/** How many subsets of moving bits are tried at each flash operation. */
export interface SubsetOptions {
  /** With at most so many moving bits, all subsets are tried. */
  readonly allUpTo: number;
  /** Of more: how many single bits are tried, each as the only one that moved and as the only one that did not. */
  readonly singles: number;
  /** And so many subsets at random. */
  readonly random: number;
}

/** Few subsets for speed, yet each kind of them. */
export const DEFAULT_SUBSETS: SubsetOptions = { allUpTo: 6, singles: 8, random: 8 };

/** Every extreme: none, all, and each bit alone or missing. */
export const ALL_EXTREMES: SubsetOptions = { allUpTo: 6, singles: Infinity, random: 0 };
