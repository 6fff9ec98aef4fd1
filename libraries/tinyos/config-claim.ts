// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What ConfigStorage promises, as data.
 *
 * NON-TOCK: TEP 129 promises that settings "can be infinitely updated", and nothing of power; its literal form is held to the
 * harshest reading.
 */
import type { Claim } from '../store/claim.ts';
import { MAX_LENGTH, NO_KEY } from './config-format.ts';
import { LITERAL, RING } from './config-mode.ts';

const COMMON = {
  cutModel: 'any-subset-of-bits',
  survives: ['failures'],
  atomic: ['insert', 'remove', 'boot'],
  wipes: 'never',
  wiped: 'Old values stay in flash until their unit is erased.',
  // An entry on its way to flash: header and longest value.
  mostWorkingWords: (RING.headerSize + MAX_LENGTH + 1) / 4,
  limits: { largestKey: NO_KEY - 1, longestValue: MAX_LENGTH, fewestUnits: 2 },
} as const;

/** The claim of ring and log. */
export const CLAIM: Claim = {
  ...COMMON,
  programsPerWord: RING.programsPerWord,
  letsThrough: [
    'Rot of a key or a value that CRC-8 does not see: one in 256 of any size; none of up to eight bits in a row.',
    'Rot of one of the two bits that tell a live entry from a dead one: the key is gone.',
    'Rot in the rest of the second word of a header: it ends its unit there, and what is behind it is gone at the next copy.',
  ],
};

/** The claim of the literal form, which does not hold. */
export const LITERAL_CLAIM: Claim = {
  ...COMMON,
  programsPerWord: LITERAL.programsPerWord,
  letsThrough: [
    ...CLAIM.letsThrough,
    'Whatever a cut tears: lengths are believed, doubles stay, a half that was half copied counts (see CONFIG-STORAGE.md).',
  ],
};
