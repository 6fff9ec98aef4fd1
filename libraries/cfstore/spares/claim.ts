// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What CFSTORE with spares promises, as data.
 *
 * NON-TOCK: the design says what is to be done with a bad sector, and leaves open what becomes of the store meanwhile.
 */
import type { Claim } from '../../store/claim.ts';
import { CLAIM as CORE_CLAIM } from '../claim.ts';

/** The claim. */
export const CLAIM: Claim = {
  ...CORE_CLAIM,
  survives: ['failures', 'badPages'],
  atomic: ['put', 'delete', 'flush', 'boot'],
  letsThrough: [
    ...CORE_CLAIM.letsThrough,
    'One failure is enough to take a sector out of service for good, even if it would have worked the next time.',
    'Where no sectors are left to move to, or the list of bad ones cannot be written, the store can only be read.',
    'A sector that cannot be read any more is lost with what it held.',
  ],
};
