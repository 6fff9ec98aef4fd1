// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the log promises, as data: the crash laboratory judges it against this, and the docs print it.
 *
 * NON-TOCK: the promise of Tock's `kernel/src/hil/log.rs`, that a sync makes all entries persistent, and its limits.
 */
import type { Claim } from '../store/claim.ts';
import { ENTRY_HEADER_SIZE } from './format.ts';
import { HARDENED, LITERAL } from './mode.ts';

const COMMON = {
  atomic: ['append', 'sync', 'boot'],
  wipes: 'never',
  wiped:
    'Nothing is promised: entries that were given up stay in flash until their page is used again.',
  programsPerWord: 1,
  mostWorkingWords: 0,
  limits: { leastPages: 2, largestOffset: 2 ** 32, entryHeaderBytes: ENTRY_HEADER_SIZE },
} as const;

/** The claim of the hardened log: whatever was synced is there, and not yet given up, after any cut. */
export const CLAIM: Claim = {
  ...COMMON,
  cutModel: 'any-subset-of-bits',
  survives: ['failures'],
  letsThrough: [
    'Entries that were not synced are lost in a cut, the newest first: that is the design.',
    'A torn page is taken for a whole one with a chance of 1 in 2^32, the length of its checksum.',
    'The checksum is looked at in a boot only: bits that decay after it are read as they are.',
    'A page whose bits decay is lost with all of its entries; those before and after it stay.',
  ],
  limits: { ...COMMON.limits, pageHeaderBytes: HARDENED.headerSize },
};

/** What Tock's log believes of itself. The laboratory shows that none of it holds. */
export const LITERAL_CLAIM: Claim = {
  ...COMMON,
  cutModel: 'word-atomic',
  survives: [],
  letsThrough: [
    'There is no checksum: whatever stands in flash is believed.',
    'A sync erases the page that holds what was synced before.',
    'A length whose low byte is 00 or FF ends the log at a boot; one of FF hides what follows in its page at once.',
  ],
  limits: { ...COMMON.limits, pageHeaderBytes: LITERAL.headerSize },
};
