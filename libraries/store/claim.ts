// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a store promises, as data: the crash laboratory judges it against this, and the docs print it.
 *
 * NON-TOCK: stores elsewhere say it in prose, or not at all.
 */

/**
 * What a program or erase that lost its power may leave behind. `word-atomic`: words change whole, one after the other.
 * `byte-prefix`: bytes do. `any-subset-of-bits`: any of the bits that were to move have moved. An erase goes through
 * its page in the same way.
 */
export type CutModel = 'word-atomic' | 'byte-prefix' | 'any-subset-of-bits';

/** What real parts do besides losing power: see `lab/crash/parts.ts`. */
export type PartBehaviour = 'unstable' | 'weak' | 'rot' | 'failures' | 'badPages' | 'wrongWay';

/** When nothing is left in flash of a value that is deleted, or whose operation was rolled back. */
export type WipePromise = 'always' | 'unless-recovery-is-cut' | 'never';

/** A store's claim. */
export interface Claim {
  /** What an interrupted write or erase may leave behind for the claim to hold. */
  readonly cutModel: CutModel;
  /** Which misbehaviour of parts, besides cuts, it survives. */
  readonly survives: readonly PartBehaviour[];
  /** What is all or nothing over any cut, also one during recovery. */
  readonly atomic: readonly string[];
  readonly wipes: WipePromise;
  /** The same as a sentence: what holds of deleted and replaced values, and of those that were never committed. */
  readonly wiped: string;
  /** What its checks let through, and known gaps. */
  readonly letsThrough: readonly string[];
  /** Programs of one word between two erasures of its page. */
  readonly programsPerWord: number;
  /** Words of working memory an operation needs at a time, lists of live entries left out. */
  readonly mostWorkingWords: number;
  readonly limits: Readonly<Record<string, number>>;
}
