// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What CFSTORE promises, and what its design believes, as data.
 *
 * NON-TOCK: the design says that a cut at any point leaves a state from which the newest committed record is recovered.
 */
import type { Claim } from '../store/claim.ts';
import { LONGEST_NAME, LONGEST_VALUE } from './driver.ts';

/** The claim. */
export const CLAIM: Claim = {
  cutModel: 'any-subset-of-bits',
  survives: ['failures', 'wrongWay'],
  atomic: ['put', 'delete', 'flush', 'boot'],
  wipes: 'never',
  wiped: 'A deleted or replaced value stays until its slot is erased: two flushes later at most.',
  letsThrough: [
    'A record that a cut left unfinished passes its CRC-32 with chance 1 in 2^32.',
    'A record whose CRC-32 is all ones is committed as soon as its value is there.',
    'Rot in a record of the delta: the record is taken for one that was never committed, and what is behind a header that rotted may be lost with it. In a header of the snapshot: the store does not start.',
    'A CRC says nothing about who wrote; a MAC does, of records, but an old snapshot that is put back passes.',
  ],
  programsPerWord: 1,
  mostWorkingWords: 1024,
  limits: { longestName: LONGEST_NAME, longestValue: LONGEST_VALUE, longestRam: 4096 },
};

/** What the design believes. */
export const LITERAL_CLAIM: Claim = {
  ...CLAIM,
  survives: [],
  letsThrough: [
    'A cut between the commit of a version and the deletion of the one before leaves both: who deletes the newer one has the older one back.',
    'Where a header was torn so that it seems blank, the next one is written over it.',
    'A delta is taken although a flush of it will not fit into a snapshot.',
  ],
};
