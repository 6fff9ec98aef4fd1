// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The stand-in for the cipher is reversible, and depends on key, place and content.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { scramble, unscramble } from '#chips/lowrisc/registers/scramble';

describe('Scrambling', () => {
  const word = fc.integer({ min: 0, max: 0xffff_ffff });

  it('is undone with the same key at the same place', () => {
    fc.assert(
      fc.property(word, fc.nat(131_071), word, word, (key, index, low, high) => {
        const stored = scramble(key, index, [low, high]);
        expect(stored.every((half) => half >= 0 && half <= 0xffff_ffff)).to.equal(true);
        expect(unscramble(key, index, stored)).to.deep.equal([low, high]);
      }),
    );
  });

  it('gives something else with another key, at another place, of another word', () => {
    const stored = scramble(1, 2, [3, 4]);
    for (const other of [scramble(2, 2, [3, 4]), scramble(1, 3, [3, 4]), scramble(1, 2, [3, 5])]) {
      expect(other[0]).to.not.equal(stored[0]);
      expect(other[1]).to.not.equal(stored[1]);
    }
    expect(unscramble(2, 2, stored)).to.not.deep.equal([3, 4]);
  });
});
