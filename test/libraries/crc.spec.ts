// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The checks against the check values that catalogues of CRCs give: what each makes of the digits 1 to 9.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import {
  CCITT,
  CKSUM,
  addHighestFirst,
  addHighestFirst16,
  addLowestFirst,
  crc32,
  crc8,
  lowestFirst,
} from '#libraries/crc';

const DIGITS = new TextEncoder().encode('123456789');

describe('libraries/crc', () => {
  it('CRC-32 of IEEE 802.3 makes CBF43926 of the digits', () => {
    expect(crc32(DIGITS)).to.equal(0xcbf4_3926);
    expect(crc32(Uint8Array.of(7, ...DIGITS, 8), 1, 10)).to.equal(0xcbf4_3926);
    expect(crc32(new Uint8Array(0))).to.equal(0);
    expect(crc32(DIGITS, 4, 9, crc32(DIGITS, 0, 4)), 'in two pieces').to.equal(0xcbf4_3926);
  });

  it('CRC-32C, lowest bit first, makes E3069283 of them', () => {
    const table = lowestFirst(0x82f6_3b78);
    const register = DIGITS.reduce((sum, byte) => addLowestFirst(table, sum, byte), -1);
    expect(~register >>> 0).to.equal(0xe306_9283);
  });

  it('CRC-32/CKSUM, highest bit first, makes 765E7680 of them', () => {
    const register = DIGITS.reduce((sum, byte) => addHighestFirst(CKSUM, sum, byte), 0);
    expect(~register >>> 0).to.equal(0x765e_7680);
  });

  it('CRC-16 of fewer bits than 32 is the same, lowest bit first: ARC makes BB3D of them', () => {
    const table = lowestFirst(0xa001);
    const register = DIGITS.reduce((sum, byte) => addLowestFirst(table, sum, byte), 0);
    expect(register).to.equal(0xbb3d);
  });

  it('CRC-16 of the CCITT, highest bit first: XMODEM makes 31C3 of them, from FFFF on 29B1', () => {
    const from = (base: number): number =>
      DIGITS.reduce((sum, byte) => addHighestFirst16(CCITT, sum, byte), base);
    expect([from(0), from(0xffff)]).to.deep.equal([0x31c3, 0x29b1]);
  });

  it('CRC-8 by 07, highest bit first: SMBUS makes F4 of them, in one piece or two', () => {
    expect(crc8(DIGITS)).to.equal(0xf4);
    expect(crc8(DIGITS.subarray(4), crc8(DIGITS.subarray(0, 4)))).to.equal(0xf4);
  });
});
