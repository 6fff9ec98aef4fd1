// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Entries of TinyOS's log: bytes worked out by hand, and what the checks let through.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import {
  COOKIES,
  checkOf,
  hardenedEntry,
  hardenedSize,
  headerOf,
  isEntryWhole,
  isLengthWhole,
  literalEntry,
} from '#libraries/tinyos/log-format';
import { entry } from './log-support.ts';

const header = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, 8);

function isWhole(bytes: Uint8Array): boolean {
  const { length } = headerOf(bytes);
  return isEntryWhole(header(bytes), bytes.subarray(8, 8 + length));
}

function passesCrc(bytes: Uint8Array): boolean {
  const { length } = headerOf(bytes);
  return checkOf(header(bytes), bytes.subarray(8, 8 + length)) === bytes[5];
}

describe('libraries/tinyos/log-format', () => {
  it('literal: cookie low byte first, length, CRC-8, data, and nothing to fill a word', () => {
    const bytes = literalEntry(0, Uint8Array.of(7, 8, 9));
    expect([...bytes]).to.deep.equal([0, 0, 0, 0, 3, 0xbb, 7, 8, 9]);
    expect([...literalEntry(1, entry(0, 0))]).to.deep.equal([1, 0, 0, 0, 0, 0x62]);
    const large = { cookie: 0xf234_5678, length: 2 };
    expect(headerOf(literalEntry(large.cookie, Uint8Array.of(7, 8)))).to.deep.equal(large);
  });

  it('hardened: behind the CRC-8 the zeros of all, in twelve bits, and of the length, in four', () => {
    // Cookie 5: 30 zeros; length 1: 7; CRC C7: 3; AA: 4. Together 44 = 02C.
    const five = [5, 0, 0, 0, 1, 0xc7, 0x2c, 0x70, 0xaa, 0xff, 0xff, 0xff];
    expect([...hardenedEntry(5, Uint8Array.of(0xaa))]).to.deep.equal(five);
    expect([...hardenedEntry(0, entry(0, 0))]).to.deep.equal([0, 0, 0, 0, 0, 0, 0x30, 0x80]);
    const last = [0xfe, 0xff, 0xff, 0xff, 4, 0x2a, 0x28, 0x70, 1, 2, 3, 4];
    expect([...hardenedEntry(0xffff_fffe, Uint8Array.of(1, 2, 3, 4))]).to.deep.equal(last);
  });

  it('hardened: whole words; a count of all zeros has room in twelve bits', () => {
    expect([0, 1, 4, 5, 255].map(hardenedSize)).to.deep.equal([8, 12, 12, 16, 264]);
    const zeros = hardenedEntry(0, new Uint8Array(255));
    expect(isWhole(zeros)).to.equal(true);
    expect(headerOf(zeros)).to.deep.equal({ cookie: 0, length: 255 });
  });

  it('neither blank nor zeroed flash is a whole entry, nor a length', () => {
    for (const byte of [0, 0xff]) {
      const bytes = new Uint8Array(264).fill(byte);
      expect([isWhole(bytes), isLengthWhole(bytes)]).to.deep.equal([false, false]);
    }
  });

  it('no set of ones more than were programmed is taken for whole; CRC-8 takes one in some 256', () => {
    const random = new Random(3);
    const torn = { tried: 0, whole: 0, crc: 0, length: 0 };
    for (let count = 0; count < 200_000; count++) {
      const bytes = hardenedEntry(random.below(1 << 20), entry(count, random.below(6)));
      const before = bytes.slice();
      // Few ones more, or many: each mask with as many bits as it comes.
      for (const at of bytes.keys()) bytes[at] = (bytes[at] ?? 0) | torer(random, count % 3);
      if (bytes.every((byte, at) => byte === before[at])) continue;
      torn.tried += 1;
      torn.whole += Number(isWhole(bytes) && !isPadding(bytes, before));
      torn.length += Number(isLengthWhole(bytes) && bytes[4] !== before[4]);
      if (bytes[4] === before[4]) torn.crc += Number(passesCrc(bytes));
    }
    expect(torn.tried).to.be.greaterThan(100_000);
    expect([torn.whole, torn.length]).to.deep.equal([0, 0]);
    expect(torn.crc).to.be.greaterThan(100);
  });

  it('a cookie torn in every possible way: CRC-8 alone believes 255 of the 65,535 for one of 16 zeros', () => {
    const bytes = hardenedEntry(0xffff_0000, Uint8Array.of(1, 2, 3));
    let [whole, crc] = [0, 0];
    for (let extra = 1; extra < 1 << 16; extra++) {
      bytes[0] = extra & 0xff;
      bytes[1] = extra >>> 8;
      whole += Number(isWhole(bytes));
      crc += Number(passesCrc(bytes));
    }
    // A CRC of 8 bits splits the 2^16 patterns of 16 bits into equal parts: 256 are as none, one of which is none.
    expect([whole, crc]).to.deep.equal([0, 255]);
  });

  it('one bit that decays is always noticed, whatever it is', () => {
    const whole = hardenedEntry(123_456, entry(9, 20));
    for (let bit = 0; bit < 8 * 28; bit++) {
      expect(isWhole(flipped(whole, bit)), `bit ${bit}`).to.equal(false);
    }
  });

  it('two bits that decay pass 127 bits apart, the period of CRC-8, if they were unlike: 19 of 16,836 pairs in 16 bytes', () => {
    const whole = hardenedEntry(123_456, entry(9));
    let [pairs, passing] = [0, 0];
    for (let one = 0; one < 8 * 24; one++) {
      for (let other = one + 1; other < 8 * 24; other++) {
        const bytes = flipped(flipped(whole, one), other);
        if (bytes[4] !== whole[4]) continue;
        pairs += 1;
        if (!isWhole(bytes)) continue;
        passing += 1;
        expect(bitOf(whole, one)).not.to.equal(bitOf(whole, other));
        expect(Math.abs(inCrc(one) - inCrc(other))).to.equal(127);
      }
    }
    expect([pairs, passing]).to.deep.equal([16_836, 19]);
  });

  it('2^32 - 1 cookies at one a second are the 136.1 years of TEP 129 (TL-11)', () => {
    const years = COOKIES / (365.25 * 24 * 3600);
    expect(years.toFixed(1)).to.equal('136.1');
  });
});

/** Ones for a byte: about half of them, a quarter, or one in sixteen. */
function torer(random: Random, kind: number): number {
  let mask = random.u32() >>> 24;
  if (kind > 0) mask &= random.u32() >>> 24;
  if (kind > 1) mask &= (random.u32() >>> 24) & (random.u32() >>> 24);
  return mask;
}

/** Whether all that differs is behind the data. */
function isPadding(bytes: Uint8Array, before: Uint8Array): boolean {
  const end = 8 + headerOf(before).length;
  return bytes.subarray(0, end).every((byte, at) => byte === before[at]);
}

/** Where the CRC takes a bit: the highest of a byte first, its own byte last, the counts not at all. */
function inCrc(bit: number): number {
  const [byte, low] = [bit >>> 3, bit & 7];
  const place = byte < 5 ? byte : byte - 3;
  return 8 * (byte === 5 ? 21 : place) + 7 - low;
}

function bitOf(bytes: Uint8Array, bit: number): number {
  return ((bytes[bit >>> 3] ?? 0) >>> (bit & 7)) & 1;
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >>> 3] = (copy[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
