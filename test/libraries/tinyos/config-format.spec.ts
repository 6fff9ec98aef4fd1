// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Headers of ConfigStorage: bytes, and which torn ones are taken for whole.
 *
 * NON-TOCK: tests. The checks of the golden bytes are worked out with a division of their own, bit by bit.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import * as format from '#libraries/tinyos/config-format';

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The bits that are zero in a word. */
function zerosOf(word: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((word >>> bit) & 1) === 0);
}

/** A header, and its second word. */
function headerOf(key: number, value: Uint8Array): { bytes: Uint8Array; view: DataView } {
  const bytes = format.buildHeader(key, value);
  return { bytes, view: new DataView(bytes.buffer) };
}

describe('libraries/tinyos/config-format', () => {
  it('has the magics of TEP 129, and what DD over EE leaves (TC-04)', () => {
    expect([format.EMPTY, format.VALID, format.INVALID]).to.deep.equal([0xff, 0xee, 0xdd]);
    expect(format.DEAD).to.equal(0xcc);
  });

  it('builds hashId, low byte first, magic EE, length, CRC-8, and how many bits of these three are zero (TC-01)', () => {
    const four = Uint8Array.of(1, 2, 3, 4);
    expect(hex(format.buildHeader(0x11, four))).to.equal('11000000' + 'ee0490ef');
    expect(hex(format.buildSeedHeader(0x11, four))).to.equal('11000000' + 'ee0490');
    const abc = Uint8Array.of(0x61, 0x62, 0x63);
    expect(hex(format.buildHeader(0x1234_5678, abc))).to.equal('78563412' + 'ee03d5eb');
    expect(format.parseHeader(format.buildHeader(0x1234_5678, abc))).to.deep.equal({
      key: 0x1234_5678,
      length: 3,
      crc: 0xd5,
      isLive: true,
    });
  });

  it('takes no subset of the bits of a commit for an entry, but the whole', () => {
    const random = new Random(3);
    for (let round = 0; round < 12; round++) {
      const value = new Uint8Array(random.below(256)).map(() => random.below(256));
      const { bytes, view } = headerOf(round, value);
      const zeros = zerosOf(view.getUint32(4, true));
      for (let set = 0; set < 2 ** zeros.length - 1; set++) {
        const word = zeros.reduce((left, bit, nth) => ((set >> nth) & 1 ? left & ~(1 << bit) : left), -1); // prettier-ignore
        view.setUint32(4, word, true);
        const seen = format.parseHeader(bytes);
        if (seen !== (set === 0 ? 'blank' : 'torn')) expect.fail(`${hex(bytes)}: not torn`);
      }
    }
  });

  it('takes whatever a kill leaves for an entry of the same length, and for a dead one unless nothing has moved', () => {
    const { bytes } = headerOf(7, Uint8Array.of(9, 9));
    for (const [magic, isLive] of [
      [0xee, true],
      [0xec, false],
      [0xce, false],
      [0xcc, false],
    ] as const) {
      bytes[format.MAGIC_AT] = magic;
      const header = format.parseHeader(bytes);
      expect(header).to.deep.include({ key: 7, length: 2, isLive });
    }
  });

  it('sees any flipped bit of the second word, but for the two that mean death', () => {
    const { bytes, view } = headerOf(7, Uint8Array.of(9, 9));
    const whole = view.getUint32(4, true);
    for (let bit = 0; bit < 32; bit++) {
      view.setUint32(4, whole ^ (1 << bit), true);
      const isDeath = bit === 1 || bit === 5;
      expect(typeof format.parseHeader(bytes), `bit ${bit}`).to.equal(
        isDeath ? 'object' : 'string',
      );
    }
  });

  it('takes no subset of the bits of an area’s header, programmed or erased, for a whole one', () => {
    const random = new Random(4);
    const whole = format.buildAreaHeader(0x0102_0304);
    expect(hex(whole)).to.equal('04030201' + 'fbfcfdfe');
    expect(format.parseAreaHeader(whole)).to.equal(0x0102_0304);
    for (let round = 0; round < 2000; round++) {
      const torn = whole.map((byte) => byte | (random.u32() & random.u32() & 0xff));
      const isWhole = torn.every((byte, at) => byte === whole[at]);
      if (!isWhole) expect(format.parseAreaHeader(torn), hex(torn)).to.equal(undefined);
    }
    for (const bit of Array.from({ length: 64 }, (_, nth) => nth)) {
      const torn = whole.slice();
      const mask = 1 << (bit % 8);
      if (((torn[bit >> 3] ?? 0) & mask) !== 0) continue;
      torn[bit >> 3] = (torn[bit >> 3] ?? 0) | mask;
      expect(format.parseAreaHeader(torn)).to.equal(undefined);
    }
    expect(format.parseAreaHeader(new Uint8Array(8).fill(0xff))).to.equal(undefined);
    expect(format.parseAreaHeader(new Uint8Array(8))).to.equal(undefined);
  });
});
