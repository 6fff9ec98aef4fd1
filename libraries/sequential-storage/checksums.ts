// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The two checksums of an item: of its data, and of its length.
 *
 * NON-TOCK: made to read like those of the crate `sequential-storage`.
 */

/** The remainders of all bytes, for a polynomial with its bits in reverse. */
function remainders(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    }
    return remainder;
  });
}

const CASTAGNOLI = remainders(0x82f6_3b78);
const KOOPMAN_16 = remainders(0x1a2e);

/** Not all ones, as usual: a header over blank data would come too near to blank. */
const INITIAL_32 = 0xeeee_eeee;
const INITIAL_16 = 0xffff;

/**
 * CRC-32C of an item's data. It is never 0, which marks an item as popped, and its lowest byte is neither 00 nor FF: a
 * checksum of which only the first byte was popped, or written, is wrong already.
 */
export function dataChecksum(data: Uint8Array): number {
  let crc = INITIAL_32;
  for (const byte of data) crc = (crc >>> 8) ^ (CASTAGNOLI[(crc ^ byte) & 0xff] ?? 0);
  crc = ~crc >>> 0;
  const lowest = crc & 0xff;
  return lowest === 0 || lowest === 0xff ? (crc ^ 1) >>> 0 : crc;
}

/** CRC-16 of an item's length, as two bytes, low one first. It is never FFFF, so that blank flash is no length. */
export function lengthChecksum(length: number): number {
  let crc = INITIAL_16;
  crc = (crc >>> 8) ^ (KOOPMAN_16[(crc ^ length) & 0xff] ?? 0);
  crc = (crc >>> 8) ^ (KOOPMAN_16[(crc ^ (length >>> 8)) & 0xff] ?? 0);
  crc ^= 0xffff;
  return crc === 0xffff ? 0xfffe : crc;
}
