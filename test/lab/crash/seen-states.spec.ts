// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The set of states seen before, against a map.
 *
 * NON-TOCK: test of lab/crash/seen-states.ts.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { SeenStates } from '#lab/crash/seen-states';

describe('lab/crash/seen-states', () => {
  it('a state is seen when it was noted at its level or a lower one since the set was emptied', () => {
    const random = new Random(2);
    const seen = new SeenStates();
    for (let round = 0; round < 5; round++) {
      const model = new Map<string, number>();
      for (let count = 0; count < 8000; count++) {
        const hash = (random.below(3000) - 1500) * 4096;
        const check = random.below(2);
        const level = 1 + random.below(3);
        const noted = model.get(`${hash},${check}`) ?? Infinity;
        expect(seen.has(hash, check, level)).to.equal(noted <= level);
        model.set(`${hash},${check}`, Math.min(noted, level));
      }
      seen.clear();
    }
  });
});
