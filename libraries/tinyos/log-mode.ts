// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TinyOS's log as TEP 129 has it, and the log that a power loss does not deceive: what differs.
 *
 * NON-TOCK: a part of `log-storage.ts`; `LITERAL` is as TEP 129 has it.
 */
import {
  HARDENED_HEADER,
  LITERAL_HEADER,
  NO_COOKIE,
  hardenedEntry,
  hardenedSize,
  headerOf,
  isEntryWhole,
  isLengthWhole,
  literalEntry,
  type LogHeader,
} from './log-format.ts';

/** In what two logs may differ. */
export interface LogMode {
  /** Bytes before the data of an entry. */
  readonly headerSize: number;
  /** Bytes of flash that an entry of so many bytes takes. */
  sizeOf(length: number): number;
  /** An entry as it is to be in flash. */
  encode(cookie: number, data: Uint8Array): Uint8Array;
  /** Bytes at the begin of an entry that are programmed last, so that it counts from then on; 0: it is programmed at once. */
  readonly commitSize: number;
  /** What a header says; undefined: no entry is known to begin here. */
  open(header: Uint8Array): LogHeader | undefined;
  /** Whether an entry is the one that was appended. */
  isWhole(header: Uint8Array, data: Uint8Array): boolean;
  /** Whether entries are believed without a look at their data, and a unit ends at the first header that is none. */
  readonly trusts: boolean;
  /** Whether a boot makes sure that nothing is behind the entries of the newest unit; else it takes no more. */
  readonly checksEnd: boolean;
  /** Whether a boot makes sure that no erasure of the oldest unit was begun. */
  readonly checksStart: boolean;
  /** The last cookie: after it there is no life left. */
  readonly lastCookie: number;
  /** Whether a unit is erased before its first entry even when it is blank. */
  readonly erasesBlank: boolean;
}

function headerUnlessBlank(bytes: Uint8Array): LogHeader | undefined {
  const header = headerOf(bytes);
  return header.cookie === NO_COOKIE ? undefined : header;
}

/** TEP 129's: whatever is no fill byte is believed. The CRC, which it calls optional, is written and never looked at. */
export const LITERAL: LogMode = {
  headerSize: LITERAL_HEADER,
  sizeOf: (length) => LITERAL_HEADER + length,
  encode: literalEntry,
  commitSize: 0,
  open: headerUnlessBlank,
  isWhole: () => true,
  trusts: true,
  checksEnd: false,
  checksStart: false,
  // It goes on with 0, after one that reads as blank.
  lastCookie: NO_COOKIE,
  erasesBlank: true,
};

/**
 * A cookie is programmed after all the rest, and an entry counts its zeros. A cut program or erase leaves ones where zeros
 * are to be, or were: then there are fewer than counted, and the count itself reads as it was or higher.
 */
export const HARDENED: LogMode = {
  headerSize: HARDENED_HEADER,
  sizeOf: hardenedSize,
  encode: hardenedEntry,
  commitSize: 4,
  open: (bytes) => (isLengthWhole(bytes) ? headerUnlessBlank(bytes) : undefined),
  isWhole: isEntryWhole,
  trusts: false,
  checksEnd: true,
  checksStart: true,
  lastCookie: NO_COOKIE - 1,
  erasesBlank: false,
};
