// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Words of 32 bits in bytes, low byte first: what several formats of the stores are made of.
 *
 * NON-TOCK: `u32::from_le_bytes` and `to_le_bytes` of Rust.
 */

/** The unsigned word at a byte. Bytes beyond the end count as 0. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)) >>>
    0
  );
}

/** Puts a word at a byte. */
export function putWord(bytes: Uint8Array, at: number, word: number): void {
  for (let nth = 0; nth < 4; nth++) bytes[at + nth] = (word >>> (8 * nth)) & 0xff;
}
