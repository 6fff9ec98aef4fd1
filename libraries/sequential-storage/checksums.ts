// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The two checksums of an item: of its data, and of its length.
 *
 * NON-TOCK: made to read like those of the crate `sequential-storage`.
 */
import { addLowestFirst, lowestFirst } from '../crc.ts';

const CASTAGNOLI = lowestFirst(0x82f6_3b78);
const KOOPMAN_16 = lowestFirst(0x1a2e);

/** Not all ones, as usual: a header over blank data would come too near to blank. */
const INITIAL_32 = 0xeeee_eeee;
const INITIAL_16 = 0xffff;

/**
 * CRC-32C of an item's data. It is never 0, which marks an item as popped, and its lowest byte is neither 00 nor FF: a
 * checksum of which only the first byte was popped, or written, is wrong already.
 */
export function dataChecksum(data: Uint8Array): number {
  let crc = INITIAL_32;
  for (const byte of data) crc = addLowestFirst(CASTAGNOLI, crc, byte);
  crc = ~crc >>> 0;
  const lowest = crc & 0xff;
  return lowest === 0 || lowest === 0xff ? (crc ^ 1) >>> 0 : crc;
}

/** CRC-16 of an item's length, as two bytes, low one first. It is never FFFF, so that blank flash is no length. */
export function lengthChecksum(length: number): number {
  const low = addLowestFirst(KOOPMAN_16, INITIAL_16, length);
  const crc = addLowestFirst(KOOPMAN_16, low, length >>> 8) ^ 0xffff;
  return crc === 0xffff ? 0xfffe : crc;
}
