// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CRC-32 as in IEEE 802.3: what tells a whole page of the log from a torn one.
 *
 * NON-TOCK: Tock's log has no check.
 */
const POLYNOMIAL = 0xedb8_8320;
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
  return rest;
});

/** The CRC of bytes, or of those from one index up to another; unsigned. */
export function crc32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let rest = -1;
  for (let at = from; at < to; at++) {
    rest = (rest >>> 8) ^ (TABLE[(rest ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return ~rest >>> 0;
}
