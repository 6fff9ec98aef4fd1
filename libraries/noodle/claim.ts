// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What noodle claims, and what its peer and its first design believe, as data.
 *
 * NON-TOCK: this project's own.
 */
import type { Claim } from '../store/claim.ts';
import { MAX_KEY } from './format.ts';
import { KEPT, MAX_SEQUENCE } from './noodle.ts';

/** Words of the longest element, and of the records that are kept in mind. */
const WORKING_WORDS = 0x1_0000 / 4 + 6 * (KEPT + 1);

/** The claim. */
export const CLAIM: Claim = {
  cutModel: 'any-subset-of-bits',
  survives: ['failures', 'weak', 'wrongWay'],
  atomic: ['put', 'delete', 'putAll', 'collect', 'boot'],
  wipes: 'never',
  wiped: `Nothing is promised: the last ${KEPT} records stay readable, and what was popped until its page is erased.`,
  letsThrough: [
    'What reads as it should has passed two checksums of 32 bits: of one change in about four thousand million, one is not seen.',
    'Bits that change after a record was read back cost that record: a boot goes back to the one before, whole.',
    'A record that a cut left just whole, on bits that read otherwise later, counts or does not, from boot to boot.',
  ],
  programsPerWord: 2,
  mostWorkingWords: WORKING_WORDS,
  limits: { largestKey: MAX_KEY, largestSequence: MAX_SEQUENCE, keptRecords: KEPT },
};

/** What the peer believes. */
export const LITERAL_CLAIM: Claim = {
  ...CLAIM,
  cutModel: 'byte-prefix',
  survives: [],
};

/** What the first design believes. */
export const FIRST_CLAIM: Claim = {
  ...CLAIM,
  cutModel: 'byte-prefix',
  survives: [],
  letsThrough: [
    'A confirmation counts nodes: which they are, and of which attempt, it does not say.',
  ],
};
