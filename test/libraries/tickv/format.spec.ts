// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bytes of an object, against vectors from upstream's library.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Hash64 } from '#libraries/sip-hash';
import {
  MAX_OBJECT,
  buildObject,
  checksum,
  generationAt,
  hasHash,
  hashAt,
  invalidated,
  isSound,
  isValidAt,
  lengthAt,
  nextGeneration,
} from '#libraries/tickv/format';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const VECTORS: readonly (readonly [name: string, hash: Hash64, value: string, object: string])[] = [
  ['the super key', { high: 0x7bc9_f7ff, low: 0x4f76_f244 }, '', '01800f7bc9f7ff4f76f244bb32741d'],
  [
    'a value of four bytes',
    { high: 0xeda1_0078, low: 0x8861_93bb },
    '23232323',
    '018013eda10078886193bb2323232392480e8e',
  ],
];

describe('libraries/tickv/format', () => {
  for (const [name, hash, value, object] of VECTORS) {
    it(`${name} has the bytes that upstream writes (TK-01)`, () => {
      expect(hex(buildObject(hash, Buffer.from(value, 'hex')))).to.equal(object);
    });

    it(`${name} is read as what it was made of (TK-01)`, () => {
      const bytes = Buffer.from(`ffff${object}`, 'hex');
      const length = object.length / 2;
      expect(lengthAt(bytes, 2)).to.equal(length);
      expect(hashAt(bytes, 2)).to.deep.equal(hash);
      expect(hasHash(bytes, 2, hash)).to.equal(true);
      expect(isValidAt(bytes, 2)).to.equal(true);
      expect(isSound(bytes, 2, length)).to.equal(true);
    });
  }

  it('a hash differs in each of its bytes', () => {
    const hash = { high: 0x0102_0304, low: 0x8506_0708 };
    const object = buildObject(hash, new Uint8Array(0));
    for (let byte = 0; byte < 8; byte++) {
      const other = object.slice();
      other[3 + byte] = 0xff;
      expect(hasHash(other, 0, hash), `byte ${byte}`).to.equal(false);
    }
  });

  it('the checksum is the CRC of POSIX cksum without the length: the check value of its kind', () => {
    // Of "123456789"; the second byte is taken with the valid flag, so it is handed in that way.
    const text = new TextEncoder().encode('123456789');
    const table = (bytes: Uint8Array): number => {
      let sum = 0;
      for (const byte of bytes) {
        sum ^= byte << 24;
        for (let bit = 0; bit < 8; bit++) sum = sum < 0 ? (sum << 1) ^ 0x04c1_1db7 : sum << 1;
      }
      return ~sum >>> 0;
    };
    expect(table(text)).to.equal(0x765e_7680);
    const flagged = text.slice();
    flagged[1] = (flagged[1] ?? 0) | 0x80;
    expect(checksum(text, 0, text.length)).to.equal(table(flagged));
  });

  it('an object stays sound when it is invalidated, and no other bit may move', () => {
    const object = buildObject({ high: 1, low: 2 }, Uint8Array.of(1, 2, 3));
    for (let bit = 0; bit < object.length * 8; bit++) {
      const other = object.slice();
      other[bit >>> 3] = (other[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isSound(other, 0, object.length), `bit ${bit}`).to.equal(bit === 15);
    }
    object[1] = invalidated(object[1] ?? 0);
    expect(isValidAt(object, 0)).to.equal(false);
    expect(isSound(object, 0, object.length)).to.equal(true);
  });

  it('a generation is kept beside the length, and the fourth is followed by the first', () => {
    const value = new Uint8Array(MAX_OBJECT - 15);
    for (let generation = 0; generation < 4; generation++) {
      const object = buildObject({ high: 1, low: 2 }, value, generation);
      expect([generationAt(object, 0), lengthAt(object, 0)]).to.deep.equal([generation, 0xffe]);
      expect(nextGeneration(generation)).to.equal([1, 2, 3, 0][generation]);
    }
  });
});
