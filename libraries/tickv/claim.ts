// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What TicKV promises, as data; for both of its modes.
 *
 * NON-TOCK: upstream says in prose that a cut hurts one key at most.
 */
import type { Claim } from '../store/claim.ts';
import { MAX_OBJECT, OVERHEAD } from './format.ts';
import { HARDENED, LITERAL, programsPerWord } from './mode.ts';

/** Bytes of the region that is in RAM, as words; of the largest region of the boards. */
const REGION_WORDS = 1024;

/** Of the hardened store. */
export const CLAIM: Claim = {
  cutModel: 'any-subset-of-bits',
  survives: ['failures'],
  atomic: ['put', 'delete', 'collect', 'boot'],
  wipes: 'never',
  wiped: 'A deleted or replaced value stays until its region is erased; `zeroise` overwrites one.',
  letsThrough: [
    'A torn object passes its CRC-32 with chance 1 in 2^32.',
    'An erasure that is cut brings a deleted value back if it completed each of the 32 bits of the region’s mark, set one valid flag, and no other bit of that object: less than 1 in 2^64 for bits that move independently of each other.',
    'Keys are known by 64 bits of hash: two keys with one hash are one key.',
    'Rot: an object whose header rots is taken for the leftover of a cut, with what is behind it in its region.',
  ],
  programsPerWord: programsPerWord(HARDENED),
  mostWorkingWords: REGION_WORDS,
  limits: { longestValue: MAX_OBJECT - OVERHEAD },
};

/** Of the literal one: what upstream says of itself, with each operation for atomic. The laboratory shows that it does not hold. */
export const LITERAL_CLAIM: Claim = {
  ...CLAIM,
  cutModel: 'word-atomic',
  survives: [],
  letsThrough: [
    'An update is two operations: a cut between them loses the key.',
    'Nothing is looked for at a start: what a cut left is taken for objects.',
    'Flash without the super key is erased, whatever is in it.',
  ],
  programsPerWord: programsPerWord(LITERAL),
};
