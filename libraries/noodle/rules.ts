// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * In what noodle, its literal form and its first design differ, as data.
 *
 * NON-TOCK: a peer's design notes leave these open, or decided them twice.
 */
import { CountSeal, CrcSeal, type Seal } from './seal.ts';

/** What the records that are read at boot are. */
export type Source =
  /** The newest whole record. */
  | 'newest-whole'
  /** Whatever can still be read of the newest record that has its end. */
  | 'newest-part'
  /** The same, and what is missing there from older records. */
  | 'filled-from-older';

/** The choices. */
export interface Rules {
  /** What an end element holds. */
  readonly seal: () => Seal;
  /** Data elements that a record needs. */
  readonly leastData: number;
  /** The number of the next record: one more than that of any in flash, of a whole one, or of one that has its end. */
  readonly next: 'after-any' | 'after-whole' | 'after-ended';
  /** Where the data of a record are looked for: where it stands, or behind the first start of its number. */
  readonly find: 'by-place' | 'by-number';
  readonly source: Source;
  /** What garbage is: what is older than all kept records, or whatever is not in one. */
  readonly garbage: 'older' | 'all-else';
  /** Whether a list is refused that will not have room for ever, so that what cuts left can always be cleared for it. */
  readonly reserves: boolean;
  /** Whether the data are read back before the end element is written, or all of the record after it. */
  readonly verifies: 'before-end' | 'after-end';
  /** Whether a boot that finds no whole record pops whatever there is. */
  readonly clearsUnconfirmed: boolean;
}

/** As the boards would run it. */
export const HARDENED: Rules = {
  seal: () => new CrcSeal(),
  leastData: 0,
  next: 'after-any',
  find: 'by-place',
  source: 'newest-whole',
  garbage: 'older',
  reserves: true,
  verifies: 'after-end',
  clearsUnconfirmed: false,
};

/** As the peer has it. */
export const LITERAL: Rules = {
  ...HARDENED,
  leastData: 1,
  next: 'after-whole',
  find: 'by-number',
  garbage: 'all-else',
  reserves: false,
};

/** As it was first drafted: a start block, nodes, and a confirmation that holds their number. */
export const FIRST: Rules = {
  ...LITERAL,
  seal: () => new CountSeal(),
  leastData: 0,
  next: 'after-ended',
  source: 'newest-part',
  garbage: 'older',
  verifies: 'before-end',
  clearsUnconfirmed: true,
};
