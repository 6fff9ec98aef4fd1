// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What TinyOS's log promises, as data: the crash laboratory judges it against this, and the docs print it.
 *
 * NON-TOCK: the promise of TEP 129, that no reboot loses or overwrites what was logged, and its limits.
 */
import type { Claim } from '../store/claim.ts';
import { COOKIES, HARDENED_HEADER, LITERAL_HEADER, MAX_LENGTH } from './log-format.ts';
import { LEAST_UNITS } from './volume.ts';

const COMMON = {
  atomic: ['append', 'boot'],
  wipes: 'never',
  wiped:
    'Nothing is promised: entries that were given up stay in flash until their unit is used again.',
  mostWorkingWords: Math.ceil((HARDENED_HEADER + MAX_LENGTH) / 4),
  limits: { leastUnits: LEAST_UNITS, largestEntryBytes: MAX_LENGTH },
} as const;

/** The claim of the hardened log: what was appended is there, and not yet given up, after any cuts. */
export const LOG_CLAIM: Claim = {
  ...COMMON,
  cutModel: 'any-subset-of-bits',
  survives: ['failures'],
  letsThrough: [
    'A torn entry closes its unit: cuts in many appends make as many units hold less, down to one entry each.',
    'Bits that decay: one of an entry is always noticed, and so are all that fall one way; else CRC-8 and the count of zeros let some through.',
    'A damaged entry is passed over; of the unit that is erased next, so are those before it at a boot.',
    'A decayed length hides the entries behind it in its unit.',
    'After 2^32 - 1 entries without an erase of all: NoLifetime.',
  ],
  programsPerWord: 1,
  limits: { ...COMMON.limits, headerBytes: HARDENED_HEADER, largestCookie: COOKIES - 1 },
};

/** What TEP 129 believes of itself. The laboratory shows that it does not hold. */
export const LOG_LITERAL_CLAIM: Claim = {
  ...COMMON,
  cutModel: 'word-atomic',
  survives: [],
  letsThrough: [
    'A header is believed as it stands; its CRC is written, and never looked at.',
    'A unit whose first cookie is torn reads as the newest; what is behind a torn length is not found.',
    'What a cut left behind a blank cookie is written over.',
    'Entries are packed, so that a word is programmed for the end of one, and for the begin of the next.',
  ],
  programsPerWord: 2,
  limits: { ...COMMON.limits, headerBytes: LITERAL_HEADER, largestCookie: COOKIES },
};
