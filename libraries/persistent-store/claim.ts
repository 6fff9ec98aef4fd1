// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the store promises, as data: the crash laboratory judges it against this, and the docs print it.
 *
 * NON-TOCK: the promises of OpenSK's `libraries/persistent_store`.
 */
import { HEADER_WORDS, MAX_KEY, MAX_UPDATES } from './format.ts';

/** A store's claim. */
export interface Claim {
  /** What an interrupted write or erase may leave behind for the claim to hold. */
  readonly cutModel: 'word-atomic' | 'byte-prefix' | 'any-subset-of-bits';
  /** What is all or nothing over any cut, also one during recovery. */
  readonly atomic: readonly string[];
  /** What holds of deleted and replaced values, and of those that were never committed. */
  readonly wiped: string;
  /** What its checks let through, and known gaps. */
  readonly letsThrough: readonly string[];
  /** Programs of one word between two erasures of its page. */
  readonly programsPerWord: number;
  /** Words of working memory an operation needs at a time, the list of live entries left out. */
  readonly mostWorkingWords: number;
  readonly limits: Readonly<Record<string, number>>;
}

/** The claim of this store. */
export const CLAIM: Claim = {
  cutModel: 'any-subset-of-bits',
  atomic: ['insert', 'remove', 'removeHandle', 'transaction', 'clear', 'prepare', 'boot'],
  wiped:
    'Once an operation or a recovery completes, no bit of such a value is left in flash, whatever was cut before.',
  letsThrough: [
    'Checksums count zero bits: they tell unfinished words from finished ones and do not detect two errors that cancel, such as a bit set and a bit cleared.',
    'Words of a value other than its last are not covered at all: bits that decay there go unnoticed.',
    'In mode `upstream` only: if the roll-back of a transaction is cut after an entry was marked deleted and before it was wiped, its value, which was never committed, stays readable in flash until the boot after next.',
  ],
  programsPerWord: 2,
  mostWorkingWords: 257,
  limits: {
    largestKey: MAX_KEY,
    longestValueBytes: 1023,
    updatesPerTransaction: MAX_UPDATES,
    leastPages: 3,
    mostPages: 64,
    leastPageBytes: 32,
    mostPageBytes: 4096,
    mostErasesPerPage: 65535,
    headerWordsPerPage: HEADER_WORDS,
  },
};
