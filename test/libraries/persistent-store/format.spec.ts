// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Bit fields, checksums, sizes and positions against worked examples.
 *
 * NON-TOCK: figures from the crate's specification and its own tests.
 */
import { expect } from 'chai';
import * as format from '#libraries/persistent-store/format';
import { Format, Internal } from '#libraries/persistent-store/format';
import { geometry } from './support.ts';

function build(key: number, value: readonly number[]): number[] {
  const words = new Int32Array(257);
  const count = format.buildUser(words, new Uint8Array(words.buffer), key, Uint8Array.from(value));
  return [...words.subarray(0, count)].map((word) => word >>> 0);
}

describe('libraries/persistent-store/format', () => {
  it('sizes 5 pages of 64 bytes: Q 14, M 13, W 43, V 39, C 34, L 686', () => {
    const small = new Format(geometry(64, 5, 9));
    expect(small).to.include({ virtualPageSize: 14, maxValueLength: 52, maxPrefix: 13 });
    expect(small).to.include({ window: 43, virtualCapacity: 39, totalCapacity: 34 });
    expect(small.totalLifetime).to.equal(686);
  });

  it('sizes 20 pages of 4096 bytes: Q 1022, M 256, W 19162, V 19143, C 19123, L 204419418', () => {
    const device = new Format(geometry(4096, 20, 10_000));
    expect(device).to.include({ virtualPageSize: 1022, maxValueLength: 1023, maxPrefix: 256 });
    expect(device).to.include({ window: 19162, virtualCapacity: 19143, totalCapacity: 19123 });
    expect(device.totalLifetime).to.equal(204419418);
  });

  it('sizes the smallest flash, 3 pages of 32 bytes: Q 6, M 5, W 7, V 5, C 2', () => {
    const least = new Format(geometry(32, 3));
    expect(least).to.include({ virtualPageSize: 6, maxValueLength: 20, maxPrefix: 5 });
    expect(least).to.include({ window: 7, virtualCapacity: 5, totalCapacity: 2 });
  });

  it('gives 4315 words of capacity to 10 pages of 2048 bytes (OpenTitan)', () => {
    expect(new Format(geometry(2048, 10)).totalCapacity).to.equal(4315);
  });

  it('takes positions beyond 31 bits apart', () => {
    const largest = new Format(geometry(4096, 64, 65535));
    const position = 0xff80_0000 - 1;
    expect(largest.cycle(position)).to.equal(65535);
    expect(largest.page(position)).to.equal(63);
    expect(largest.word(position)).to.equal(1021);
    expect(largest.byteOffset(position)).to.equal(4092);
    expect(largest.nextPage(position)).to.equal(0xff80_0000);
  });

  it('writes the init info of cycle 0 without prefix as 0xce000000', () => {
    expect(format.buildInit(0, 0) >>> 0).to.equal(0xce00_0000);
  });

  it('keeps cycle and prefix of an init info apart', () => {
    const word = format.buildInit(0xabcd, 0x101);
    expect(format.singleDifference(word)).to.equal(0);
    expect([format.initCycle(word), format.initPrefix(word)]).to.deep.equal([0xabcd, 0x101]);
  });

  it('writes key 0 with value 61 62 63 as 0x8c00003d, 0xff636261', () => {
    expect(build(0, [0x61, 0x62, 0x63])).to.deep.equal([0x8c00_003d, 0xff63_6261]);
  });

  it('flips the last byte of an all-ones value: 0x60000045, 0x7fffffff', () => {
    expect(build(0, [255, 255, 255, 255])).to.deep.equal([0x6000_0045, 0x7fff_ffff]);
  });

  it('flips for the single byte ff as well, which is not word-aligned', () => {
    const [header, last] = build(0, [255]);
    expect(last).to.equal(0x7fff_ffff);
    expect(format.isFlipped(header ?? -1)).to.equal(true);
  });

  it('has a checksum that only loses validity when any one bit is cleared', () => {
    for (const kind of Object.values(Internal)) {
      const word = format.buildInternal(kind, 5);
      expect(format.singleDifference(word)).to.equal(0);
      expect(format.internalField(kind, word)).to.equal(5);
      for (let bit = 0; bit < 32; bit++) {
        const cut = word & ~(1 << bit);
        if (cut !== word) expect(format.singleDifference(cut), `bit ${bit}`).to.be.below(0);
      }
    }
  });

  it('tells an unfinished word: with any bit still to clear below the checksum it is above 0', () => {
    const word = format.buildInternal(Internal.REMOVE, 0);
    for (let bit = 5; bit < 17; bit++) {
      expect(format.singleDifference(word | (1 << bit))).to.be.above(0);
    }
  });

  it('supports pages of 32 to 4096 bytes, 3 to 64 of them, and two writes a word', () => {
    const fine = geometry(64, 3);
    expect(format.isSupported(fine)).to.equal(true);
    for (const wrong of [
      { pageSize: 28 },
      { pageSize: 34 },
      { pageSize: 4100 },
      { numPages: 2 },
      { numPages: 65 },
      { maxPageErases: 65536 },
      { maxPageErases: 1.5 },
      { maxWordWrites: 1 },
      { wordSize: 8 },
    ]) {
      expect(format.isSupported({ ...fine, ...wrong }), JSON.stringify(wrong)).to.equal(false);
    }
    expect(format.isSupported({ ...fine, pageSize: 36, maxPageErases: 0 })).to.equal(true);
  });
});
