// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A random subset has the share of bits that was asked for.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { randomSubset } from '#chips/silicon/subset';
import { Random } from '#kernel/random';

const DRAWS = 4000;

function share(fraction: number): number {
  const random = new Random(7);
  let ones = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    for (let mask = randomSubset(random, fraction); mask !== 0; mask &= mask - 1) ones++;
  }
  return ones / (DRAWS * 32);
}

describe('randomSubset', () => {
  for (const fraction of [0, 1 / 256, 0.1, 0.25, 0.5, 0.75, 0.9, 1]) {
    it(`moves ${fraction} of the bits`, () => {
      expect(share(fraction)).to.be.closeTo(fraction, 0.005);
    });
  }

  it('moves none before the start and all after the end', () => {
    expect([randomSubset(new Random(1), -3), randomSubset(new Random(1), 5)]).to.deep.equal([
      0, 0xffff_ffff,
    ]);
  });

  it('depends on the seed alone', () => {
    const draw = (seed: number): number => randomSubset(new Random(seed), 0.4);
    expect(draw(5)).to.equal(draw(5));
    expect(draw(5)).not.to.equal(draw(6));
  });
});
