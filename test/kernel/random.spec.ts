// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Seeded chance: replayable, in range, well spread.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { Random } from '#kernel/random';

function draw(seed: number, count: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.u32());
}

describe('Random', () => {
  it('gives the same numbers for the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(draw(seed, 20)).to.deep.equal(draw(seed, 20));
      }),
    );
  });

  it('gives other numbers for a neighbouring seed, 0 included', () => {
    const first = new Set(Array.from({ length: 1000 }, (_, seed) => draw(seed, 1)[0]));
    expect(first.size).to.equal(1000);
  });

  it('gives whole numbers of 32 bits, never 0', () => {
    for (const value of draw(1, 10_000)) {
      expect(value).to.satisfy(Number.isInteger);
      expect(value).to.be.within(1, 0xffff_ffff);
    }
  });

  it('sets each bit about half of the time', () => {
    const values = draw(42, 10_000);
    for (let bit = 0; bit < 32; bit++) {
      const ones = values.filter((value) => (value >>> bit) & 1).length;
      expect(ones, `bit ${bit}`).to.be.within(4700, 5300); // six standard deviations
    }
  });

  it('below(n) is in [0, n) and reaches every value', () => {
    const random = new Random(7);
    const seen = new Set(Array.from({ length: 1000 }, () => random.below(10)));
    expect([...seen].sort()).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(random.below(1)).to.equal(0);
  });

  it('follows xorshift32 with shifts 13, 17, 5 (Marsaglia 2003)', () => {
    const [first = 0, second = 0] = draw(3, 2);
    // The same step in exact arithmetic.
    let x = BigInt(first);
    x ^= (x << 13n) & 0xffff_ffffn;
    x ^= x >> 17n;
    x ^= (x << 5n) & 0xffff_ffffn;
    expect(second).to.equal(Number(x));
  });
});
