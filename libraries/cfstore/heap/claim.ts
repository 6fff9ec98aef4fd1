// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the store in the heap promises, as data.
 *
 * NON-TOCK: this project's own; the promise of mbed's store, that what was flushed is there, and what is known to break it.
 */
import type { Claim } from '../../store/claim.ts';
import { LONGEST_NAME } from '../driver.ts';
import { MAX_KEY } from '../driver-map.ts';
import { HANDLES } from './handles.ts';

/** The claim without the defects. */
export const CLAIM: Claim = {
  cutModel: 'any-subset-of-bits',
  survives: ['failures'],
  atomic: ['put', 'delete', 'boot'],
  wipes: 'never',
  wiped: 'Nothing is promised: an image that was replaced stays until its slot is used again.',
  letsThrough: [
    'What is written and not flushed is lost with the power: that is the design. The map flushes each change.',
    'An image is checked by a CRC of 32 bits: of one torn image in about four thousand million, one is not seen.',
    'An image whose bits change later is lost whole, and the one before it is back.',
    'All of it must fit into RAM, and into one slot: a quarter of the flash.',
  ],
  programsPerWord: 1,
  mostWorkingWords: 0,
  limits: { largestKey: MAX_KEY, longestName: LONGEST_NAME, openKeys: HANDLES },
};

/** What mbed's code believes of itself. */
export const LITERAL_CLAIM: Claim = {
  ...CLAIM,
  letsThrough: [
    ...CLAIM.letsThrough,
    'The deletion of the last key does not reach flash.',
    'A flush says that it succeeded when the flash failed.',
    'A store that no longer fits into a slot is noticed at the flush, and stays so until keys are deleted.',
  ],
};
