// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What map and queue promise, as data.
 *
 * NON-TOCK: the crate says "power-fail safe", without a word on what a cut may leave; so its literal variants are held to
 * the harshest reading.
 */
import type { Claim } from '../store/claim.ts';

const COMMON = {
  cutModel: 'any-subset-of-bits',
  survives: ['failures'],
  wipes: 'never',
  programsPerWord: 2,
} as const;

const LETS_THROUGH = [
  'A torn item whose data has the right CRC-32 by chance, once in four thousand million.',
  'A popped item whose checksum comes back in an interrupted erase, bit by bit the right one: as rare.',
] as const;

/** The claim of the map. `largestItem` is for a page of 4096 bytes. */
export const MAP_CLAIM: Claim = {
  ...COMMON,
  atomic: ['put', 'delete', 'boot'],
  wiped: 'Old values stay in flash until their page is erased.',
  letsThrough: LETS_THROUGH,
  mostWorkingWords: 1024,
  limits: { largestKey: 0xffff, fewestPages: 3 },
};

/** The claim of the queue. */
export const QUEUE_CLAIM: Claim = {
  ...COMMON,
  atomic: ['append', 'pop', 'boot'],
  wiped: 'Popped entries stay in flash until their page is needed again.',
  letsThrough: LETS_THROUGH,
  mostWorkingWords: 1024,
  limits: { fewestPages: 1 },
};

/** The claim of the map as the crate has it, which does not hold. */
export const LITERAL_MAP_CLAIM: Claim = {
  ...MAP_CLAIM,
  letsThrough: [
    ...LETS_THROUGH,
    'A header that a torn one and the next item make up together (see README).',
    'What an interrupted erase leaves when it does not go from the first byte to the last (see README).',
  ],
  limits: { largestKey: 0xffff, fewestPages: 2 },
};

/** The claim of the queue as the crate has it, which does not hold. */
export const LITERAL_QUEUE_CLAIM: Claim = {
  ...QUEUE_CLAIM,
  letsThrough: LITERAL_MAP_CLAIM.letsThrough,
};
