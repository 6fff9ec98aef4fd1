// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where things are in an entry of TinyOS's log, and the two checks of it.
 *
 * NON-TOCK: TinyOS's TEP 129; what it leaves open is this project's own.
 */
import { crc8 } from '../crc.ts';

/** The cookie of blank flash: no entry has it. */
export const NO_COOKIE = 0xffff_ffff;

/** Entries that a log can have between two erasures of all of it: one a second for 136.1 years. */
export const COOKIES = NO_COOKIE;

/** The longest entry: its length has a byte. */
export const MAX_LENGTH = 255;

/** Bytes before the data as TEP 129 has them: cookie, length, CRC-8. */
export const LITERAL_HEADER = 6;

/** Bytes before the data of the hardened log: these, and counts of zeros. */
export const HARDENED_HEADER = 8;

const LENGTH_AT = 4;
/** Where the CRC-8 is in a header. */
export const CRC_AT = 5;
const ZEROS_AT = 6;
/** Bits of the count over the entry; those above count in the length alone. */
const ZEROS_BITS = 12;

const ZEROS_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 8;
  for (let left = byte; left !== 0; left &= left - 1) count -= 1;
  return count;
});

/** What a header says. */
export interface LogHeader {
  readonly cookie: number;
  /** Bytes of data. */
  readonly length: number;
}

/** An entry as TEP 129 has it, with the optional CRC filled in. */
export function literalEntry(cookie: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LITERAL_HEADER + data.length);
  return fill(bytes, cookie, data, LITERAL_HEADER);
}

/** An entry of the hardened log: whole words, all of it counted. */
export function hardenedEntry(cookie: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(hardenedSize(data.length)).fill(0xff);
  fill(bytes, cookie, data, HARDENED_HEADER);
  const counts = zerosOf(bytes, data) | (zerosIn(data.length) << ZEROS_BITS);
  bytes[ZEROS_AT] = counts & 0xff;
  bytes[ZEROS_AT + 1] = counts >>> 8;
  return bytes;
}

function fill(bytes: Uint8Array, cookie: number, data: Uint8Array, dataAt: number): Uint8Array {
  for (let nth = 0; nth < LENGTH_AT; nth++) bytes[nth] = (cookie >>> (8 * nth)) & 0xff;
  bytes[LENGTH_AT] = data.length;
  bytes[CRC_AT] = checkOf(bytes, data);
  bytes.set(data, dataAt);
  return bytes;
}

/** Bytes of flash of an entry of the hardened log. */
export function hardenedSize(length: number): number {
  return (HARDENED_HEADER + length + 3) & ~3;
}

/** Cookie and length as they stand. */
export function headerOf(bytes: Uint8Array): LogHeader {
  const low = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  const high = (bytes[2] ?? 0) | ((bytes[3] ?? 0) << 8);
  return { cookie: (low | (high << 16)) >>> 0, length: bytes[LENGTH_AT] ?? 0 };
}

/** Whether the length of a hardened header is the one that was programmed: for sure, but for bits that decay. */
export function isLengthWhole(header: Uint8Array): boolean {
  return zerosIn(header[LENGTH_AT] ?? 0) === countsIn(header) >>> ZEROS_BITS;
}

/** Whether a hardened entry is whole: for sure if all that may have happened is that bits are one that were zero. */
export function isEntryWhole(header: Uint8Array, data: Uint8Array): boolean {
  const counted = countsIn(header) & ((1 << ZEROS_BITS) - 1);
  return (
    isLengthWhole(header) &&
    counted === zerosOf(header, data) &&
    header[CRC_AT] === checkOf(header, data)
  );
}

/** The CRC-8 of cookie, length and data. */
export function checkOf(header: Uint8Array, data: Uint8Array): number {
  return crc8(data, crc8(header.subarray(0, CRC_AT)));
}

/** Bits that are zero in cookie, length, CRC and data: 2088 at most. */
function zerosOf(header: Uint8Array, data: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < ZEROS_AT; at++) count += zerosIn(header[at] ?? 0);
  for (const byte of data) count += zerosIn(byte);
  return count;
}

function zerosIn(byte: number): number {
  return ZEROS_OF_BYTE[byte] ?? 0;
}

function countsIn(header: Uint8Array): number {
  return (header[ZEROS_AT] ?? 0) | ((header[ZEROS_AT + 1] ?? 0) << 8);
}
