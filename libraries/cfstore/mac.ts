// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The codes that may stand in the tail of a record: a CRC, or a code that needs a key.
 *
 * NON-TOCK: the choice of the design of CFSTORE. A CRC says that bytes are as they were written; only a code with a key
 * says who wrote them, and only while the key is kept better than the flash.
 *
 * The design gives HMAC-SHA-1 "120 bits = 20 bytes" and leaves AES-CMAC open: these have 160 bits and 128 bits.
 */
import { cmac } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { assert } from '#kernel/assert';
import { crc32 } from '../crc.ts';

/** A code under way. */
export interface TailCodeRun {
  /** Takes more bytes. They are looked at in the call only. */
  update(bytes: Uint8Array): void;
  /** The code of all bytes taken: `size` bytes of the caller's own. To be asked once. */
  digest(): Uint8Array;
}

/** A code over the bytes of a record. */
export interface TailCode {
  /** As documents call it. */
  readonly name: string;
  /** Bytes of a code. */
  readonly size: number;
  begin(): TailCodeRun;
}

/** Keys of AES, bytes. */
const AES_KEYS: readonly number[] = [16, 24, 32];

/** CRC-32 as in IEEE 802.3, its highest byte first: 4 bytes. Needs no key, and keeps nobody out. */
export const CRC_32: TailCode = {
  name: 'CRC-32',
  size: 4,
  begin() {
    let crc = 0;
    return {
      update(bytes) {
        crc = crc32(bytes, 0, bytes.length, crc);
      },
      digest() {
        return Uint8Array.of(crc >>> 24, crc >>> 16, crc >>> 8, crc);
      },
    };
  },
};

type Hash = typeof sha1 | typeof sha256 | typeof sha384 | typeof sha512;

function hmacOf(name: string, hash: Hash, key: Uint8Array): TailCode {
  return {
    name,
    size: hash.outputLen,
    begin() {
      const run = hmac.create(hash, key);
      return { update: (bytes) => void run.update(bytes), digest: () => run.digest() };
    },
  };
}

/** HMAC of RFC 2104 with SHA-1: 20 bytes. */
export function hmacSha1(key: Uint8Array): TailCode {
  return hmacOf('HMAC-SHA-1', sha1, key);
}

/** With SHA-256: 32 bytes. */
export function hmacSha256(key: Uint8Array): TailCode {
  return hmacOf('HMAC-SHA-256', sha256, key);
}

/** With SHA-384: 48 bytes. */
export function hmacSha384(key: Uint8Array): TailCode {
  return hmacOf('HMAC-SHA-384', sha384, key);
}

/** With SHA-512: 64 bytes. */
export function hmacSha512(key: Uint8Array): TailCode {
  return hmacOf('HMAC-SHA-512', sha512, key);
}

/** CMAC of RFC 4493 with AES: 16 bytes. The key has 16, 24 or 32 bytes; panics at another. */
export function aesCmac(key: Uint8Array): TailCode {
  assert(AES_KEYS.includes(key.length), `a key of AES has 16, 24 or 32 bytes, not ${key.length}`);
  return {
    name: 'AES-CMAC',
    size: 16,
    begin() {
      const run = cmac.create(key);
      return { update: (bytes) => void run.update(bytes), digest: () => run.digest() };
    },
  };
}
