// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the store promises, as data: the crash laboratory judges it against this, and the docs print it.
 *
 * NON-TOCK: the promises of OpenSK's `libraries/persistent_store`.
 */
import type { Claim } from '../store/claim.ts';
import { HEADER_WORDS, MAX_KEY, MAX_UPDATES } from './format.ts';

/** The claim of this store in mode `ours`. */
export const CLAIM: Claim = {
  cutModel: 'any-subset-of-bits',
  survives: ['failures'],
  atomic: ['insert', 'remove', 'removeHandle', 'transaction', 'clear', 'prepare', 'boot'],
  wipes: 'always',
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

/** The claim in mode `upstream`: as the crate has it. */
export const UPSTREAM_CLAIM: Claim = { ...CLAIM, wipes: 'unless-recovery-is-cut' };
