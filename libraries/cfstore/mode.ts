// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What differs between the design as it is written, and the store that survives a cut at any bit.
 *
 * NON-TOCK: the flags exist to show each hole of the design by itself.
 */

/** The choices. */
export interface Mode {
  /** Headers have a CRC-16, and what is torn is stepped over. Without: the list ends where no header is. */
  readonly checksHeaders: boolean;
  /** One cleared bit in VALID is enough to delete. Without: only a VALID of 00 does. */
  readonly anyBitDeletes: boolean;
  /** The newest version is the last one in the newest slot. Without: the one with the largest number. */
  readonly ordersBySlot: boolean;
  /** A start deletes older versions and leftover increments, and does a flush again that was cut. */
  readonly cleans: boolean;
  /** A change is refused whose result would not fit into a snapshot. Without: a flush finds out. */
  readonly reserves: boolean;
  /** All writers of a key share one reserved record, which the last of them commits. Without: each has its own. */
  readonly shares: boolean;
  /** Bytes that fill no unit wait in RAM. Without: they are not taken. */
  readonly keepsRest: boolean;
  /** What a writer left out is taken from the old value. Without: it stays blank, unless there are increments. */
  readonly fillsUp: boolean;
  /** An open for writing that is closed without a write leaves the key as it is. Without: it commits what is there. */
  readonly dropsUntouched: boolean;
  /** Increments count behind the reserved record only. Without: all of the key's that are newer than its old version. */
  readonly ownIncrements: boolean;
}

/** Survives what `claim.ts` says. */
export const HARDENED: Mode = {
  checksHeaders: true,
  anyBitDeletes: true,
  ordersBySlot: true,
  cleans: true,
  reserves: true,
  shares: true,
  keepsRest: true,
  fillsUp: true,
  dropsUntouched: true,
  ownIncrements: true,
};

/** As the design says it. */
export const LITERAL: Mode = {
  checksHeaders: false,
  anyBitDeletes: false,
  ordersBySlot: false,
  cleans: false,
  reserves: false,
  shares: false,
  keepsRest: false,
  fillsUp: false,
  dropsUntouched: false,
  ownIncrements: false,
};
