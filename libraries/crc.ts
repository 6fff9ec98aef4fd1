// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Cyclic redundancy checks of up to 32 bits, a byte at a time: what the formats of the stores begin with, and what they do with the
 * rest, is theirs.
 *
 * NON-TOCK: each of its stores has its own copy. The two forms differ in which end of the register a byte enters by.
 */

/** What is left of each byte. */
export type Remainders = Int32Array;

/** For checks that take the lowest bit first. The polynomial is given with its bits in reverse, as their tables have it. */
export function lowestFirst(polynomial: number): Remainders {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? polynomial : 0);
    return rest;
  });
}

/** For checks of 32 bits that take the highest bit first. */
export function highestFirst(polynomial: number): Remainders {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte << 24;
    for (let bit = 0; bit < 8; bit++) rest = (rest << 1) ^ (rest < 0 ? polynomial : 0);
    return rest;
  });
}

/** The register after one more byte, lowest bit first. */
export function addLowestFirst(table: Remainders, register: number, byte: number): number {
  return (register >>> 8) ^ (table[(register ^ byte) & 0xff] ?? 0);
}

/** The register after one more byte, highest bit first. */
export function addHighestFirst(table: Remainders, register: number, byte: number): number {
  return (register << 8) ^ (table[(register >>> 24) ^ byte] ?? 0);
}

/** For checks of `width` bits up to 32 that take the highest bit first, the register in the lowest bits of a number. */
export function highestFirstOf(width: number, polynomial: number): Remainders {
  return highestFirst(polynomial << (32 - width)).map((rest) => rest >>> (32 - width));
}

/** The register of a check of 16 bits after one more byte, highest bit first. */
export function addHighestFirst16(table: Remainders, register: number, byte: number): number {
  return ((register << 8) & 0xff00) ^ (table[(register >>> 8) ^ byte] ?? 0);
}

/** CRC-16 of the CCITT, highest bit first: TinyOS's. */
export const CCITT = highestFirstOf(16, 0x1021);

/** The polynomial x^8 + x^2 + x + 1, highest bit first. */
const BY_07 = highestFirstOf(8, 0x07);

/** CRC-8 with the polynomial 0x07 of more bytes, from a register on; 0 to begin with. */
export function crc8(bytes: Uint8Array, register = 0): number {
  let rest = register;
  for (const byte of bytes) rest = BY_07[rest ^ byte] ?? 0;
  return rest;
}

/** The polynomial of Ethernet's CRC-32, highest bit first: POSIX's cksum has it, too. */
export const CKSUM = highestFirst(0x04c1_1db7);

/** The same, lowest bit first. */
const ETHERNET = lowestFirst(0xedb8_8320);

/**
 * CRC-32 as in IEEE 802.3 of bytes, or of those from one index up to another; unsigned. `before`: of the bytes that came
 * before them, for a check of what is not in one piece.
 */
export function crc32(bytes: Uint8Array, from = 0, to = bytes.length, before = 0): number {
  let register = ~before;
  for (let at = from; at < to; at++) register = addLowestFirst(ETHERNET, register, bytes[at] ?? 0);
  return ~register >>> 0;
}
