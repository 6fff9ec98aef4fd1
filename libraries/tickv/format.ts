// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bytes of TicKV in flash: one object after the other, each a header, a value and a checksum.
 *
 * Mirrors the object of `libraries/tickv/src/tickv.rs`. The generation stands in two of the three flags that are unused there.
 */
import { CKSUM, addHighestFirst } from '../crc.ts';
import type { Hash64 } from '../sip-hash.ts';

/** The first byte of an object. */
export const VERSION = 1;
/** What a cut left, filled with zeros: skipped word by word. */
export const FILLER = 0;
/** A byte, and a word, that nothing was written to. */
export const BLANK = 0xff;
export const BLANK_WORD = -1;

/** Bytes in a word. */
export const WORD = 4;

/** Where the fields of an object begin. */
export const LENGTH_AT = 1;
export const HASH_AT = 3;
export const HEADER_LENGTH = 11;
export const CHECKSUM_LENGTH = 4;

/** Bytes of an object besides its value. */
export const OVERHEAD = HEADER_LENGTH + CHECKSUM_LENGTH;

/** The longest object: the length has 12 bits, and all ones would look blank. */
export const MAX_OBJECT = 0xffe;

/** The flag of an object that is not invalidated. */
const VALID = 0x80;
/** Two flags that count the versions of a key, so that of two neighbours the newer is known. */
const GENERATION_SHIFT = 4;
const GENERATIONS = 4;

/** Bytes of a whole object. */
export function objectLength(valueLength: number): number {
  return OVERHEAD + valueLength;
}

/** The bytes of an object, valid. */
export function buildObject(hash: Hash64, value: Uint8Array, generation = 0): Uint8Array {
  const length = objectLength(value.length);
  const object = new Uint8Array(length);
  object[0] = VERSION;
  object[LENGTH_AT] = VALID | (generation << GENERATION_SHIFT) | (length >>> 8);
  object[LENGTH_AT + 1] = length;
  putHash(object, hash);
  object.set(value, HEADER_LENGTH);
  putChecksum(object, length - CHECKSUM_LENGTH, checksum(object, 0, length - CHECKSUM_LENGTH));
  return object;
}

function putHash(object: Uint8Array, { high, low }: Hash64): void {
  for (let byte = 0; byte < 4; byte++) {
    object[HASH_AT + byte] = high >>> (24 - 8 * byte);
    object[HASH_AT + 4 + byte] = low >>> (24 - 8 * byte);
  }
}

function putChecksum(object: Uint8Array, at: number, sum: number): void {
  for (let byte = 0; byte < CHECKSUM_LENGTH; byte++) object[at + byte] = sum >>> (8 * byte);
}

/** The whole length of the object at a place, as its header has it. */
export function lengthAt(bytes: Uint8Array, at: number): number {
  return (((bytes[at + LENGTH_AT] ?? 0) & 0x0f) << 8) | (bytes[at + LENGTH_AT + 1] ?? 0);
}

/** Whether the object at a place is not invalidated. */
export function isValidAt(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at + LENGTH_AT] ?? 0) & VALID) !== 0;
}

/** The byte of flags and length with the object invalidated. */
export function invalidated(flags: number): number {
  return flags & ~VALID;
}

/** Which version of its key the object at a place is, modulo 4. */
export function generationAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at + LENGTH_AT] ?? 0) >>> GENERATION_SHIFT) % GENERATIONS;
}

/** The generation that follows one. */
export function nextGeneration(generation: number): number {
  return (generation + 1) % GENERATIONS;
}

/** The hash of the object at a place. */
export function hashAt(bytes: Uint8Array, at: number): Hash64 {
  return { high: bigEndian(bytes, at + HASH_AT), low: bigEndian(bytes, at + HASH_AT + 4) };
}

function bigEndian(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** Whether the object at a place has a hash. The low half comes first: it tells most hashes apart. */
export function hasHash(bytes: Uint8Array, at: number, { high, low }: Hash64): boolean {
  return (
    bytes[at + 10] === (low & 0xff) &&
    bytes[at + 9] === ((low >>> 8) & 0xff) &&
    bytes[at + 8] === ((low >>> 16) & 0xff) &&
    bytes[at + 7] === low >>> 24 &&
    bytes[at + 6] === (high & 0xff) &&
    bytes[at + 5] === ((high >>> 8) & 0xff) &&
    bytes[at + 4] === ((high >>> 16) & 0xff) &&
    bytes[at + 3] === high >>> 24
  );
}

/** Whether the checksum at the end of an object of so many bytes fits it, were it still valid. */
export function isSound(bytes: Uint8Array, at: number, length: number): boolean {
  const sumAt = at + length - CHECKSUM_LENGTH;
  const sum = checksum(bytes, at, sumAt - at);
  for (let byte = 0; byte < CHECKSUM_LENGTH; byte++) {
    if (bytes[sumAt + byte] !== ((sum >>> (8 * byte)) & 0xff)) return false;
  }
  return true;
}

/** The CRC of POSIX `cksum`, its length not appended, of an object's header and value, taken for valid. */
export function checksum(bytes: Uint8Array, at: number, length: number): number {
  let sum = 0;
  for (let index = 0; index < length; index++) {
    const byte = (bytes[at + index] ?? 0) | (index === LENGTH_AT ? VALID : 0);
    sum = addHighestFirst(CKSUM, sum, byte);
  }
  return ~sum >>> 0;
}
