// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bits of items and markers, against headers that were worked out apart from this code.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { dataChecksum, lengthChecksum } from '#libraries/sequential-storage/checksums';
import {
  buildHeader,
  isMarked,
  itemSize,
  maxItemLength,
  pageState,
  parseHeader,
} from '#libraries/sequential-storage/format';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

const GOLDEN: readonly (readonly [data: string, header: string])[] = [
  ['0a2f1d', '8e6f6f3b0300b6e0'],
  ['', '11111111000003e2'],
  ['00000000', '2c92f767040084f7'],
  ['ffffffffffffffff', '62bc7ae9080050fd'],
  [hex(Buffer.from('abcdefgh')), '12d689ab080050fd'],
];

describe('libraries/sequential-storage/format', () => {
  for (const [data, header] of GOLDEN) {
    it(`has the header ${header} before the data '${data}' (SM-01)`, () => {
      const { length } = bytes(data);
      const built = buildHeader({ checksum: dataChecksum(bytes(data)), length });
      expect(hex(built)).to.equal(header);
      expect(parseHeader(built)).to.deep.equal({ checksum: dataChecksum(bytes(data)), length });
    });
  }

  it('never has a checksum whose lowest byte is 00 or FF, nor a length with FFFF', () => {
    for (let length = 0; length < 0x10000; length++) {
      if (lengthChecksum(length) === 0xffff) expect.fail(`length ${length}`);
      const lowest = dataChecksum(Uint8Array.of(length, length >>> 8)) & 0xff;
      if (lowest === 0 || lowest === 0xff) expect.fail(`data ${length}`);
    }
  });

  it('tells blank flash from a header, and a torn length from a whole one', () => {
    expect(parseHeader(bytes('ffffffffffffffff'))).to.equal('blank');
    expect(parseHeader(bytes('8e6f6f3b0300b6ff'))).to.equal('torn');
    expect(parseHeader(bytes('8e6f6f3bffffffff'))).to.equal('torn');
  });

  it('counts a marker as set from four zero bits on, and no sooner (SM-05)', () => {
    expect([0xffff_ffff, 0xffff_fff8, 0x7fff_fffc].map(isMarked)).to.deep.equal(
      Array(3).fill(false),
    );
    expect([0xffff_fff0, 0x3fff_fffc, 0].map(isMarked)).to.deep.equal(Array(3).fill(true));
  });

  it('knows a page by its two markers (SM-05)', () => {
    expect(pageState(-1, -1)).to.equal('open');
    expect(pageState(0, -1)).to.equal('partial');
    expect(pageState(0, 0)).to.equal('closed');
    expect(pageState(-1, 0)).to.equal('corrupt');
  });

  it('puts data behind eight bytes of header, in whole words', () => {
    expect([0, 1, 4, 5].map(itemSize)).to.deep.equal([8, 12, 12, 16]);
    expect(maxItemLength({ pageSize: 4096 })).to.equal(4096 - 8 - 8);
    expect(maxItemLength({ pageSize: 1 << 20 })).to.equal(0xffff);
  });
});
