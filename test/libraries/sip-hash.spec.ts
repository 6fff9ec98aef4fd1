// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * SipHash against the paper's vector, its authors' table, and the digests that Tock's boards store.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { SIP_1_3, sipHash, ZERO_KEY } from '#libraries/sip-hash';

const hex = ({ low, high }: { low: number; high: number }): string =>
  high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');

/** Key 00 01 … 0f, of the paper's appendix A and of the reference's table. */
const PAPER_KEY = {
  k0: { low: 0x03020100, high: 0x07060504 },
  k1: { low: 0x0b0a0908, high: 0x0f0e0d0c },
};
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index);

describe('SipHash', () => {
  it('gives the paper’s value for 00 … 0e (appendix A)', () => {
    expect(hex(sipHash(counting(15), PAPER_KEY))).to.equal('a129ca6149be45e5');
  });

  it('gives the values of the authors’ table for lengths around a word', () => {
    const table = new Map([
      [0, '726fdb47dd0e0e31'],
      [1, '74f839c593dc67fd'],
      [7, 'ab0200f58b01d137'],
      [8, '93f5f5799a932462'],
    ]);
    for (const [length, hash] of table) {
      expect(hex(sipHash(counting(length), PAPER_KEY)), `${length}`).to.equal(hash);
    }
  });

  it('gives what a board stores for key "a": 96c20860cd93a249', () => {
    expect(hex(sipHash(Uint8Array.of(0x61)))).to.equal('96c20860cd93a249');
  });

  it('with 1-3 rounds gives what TicKV’s own tests hash ONE and TWO to', () => {
    const hashOf = (text: string): string => {
      const bytes = new Uint8Array(8 + text.length);
      bytes[0] = text.length;
      bytes.set(new TextEncoder().encode(text), 8);
      return hex(sipHash(bytes, ZERO_KEY, SIP_1_3));
    };
    expect(hashOf('ONE')).to.equal('81137e959e93aa3d');
    expect(hashOf('TWO')).to.equal('9dd3714505c2f866');
  });
});
