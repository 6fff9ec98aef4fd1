// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the author of the naive store believes of it, as data. The crash laboratory shows that none of it holds.
 *
 * NON-TOCK: an example of failure.
 */
import type { Claim } from '../store/claim.ts';
import { MAX_KEY } from './format.ts';

/** The claim. */
export const CLAIM: Claim = {
  cutModel: 'word-atomic',
  survives: [],
  atomic: ['insert', 'remove', 'boot'],
  wipes: 'never',
  wiped: 'Nothing is promised: old values stay until the flash is full.',
  letsThrough: ['There is no checksum: whatever stands in flash is believed.'],
  programsPerWord: 1,
  mostWorkingWords: Infinity,
  limits: { largestKey: MAX_KEY },
};
