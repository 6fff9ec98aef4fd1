// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Random campaigns: today's design suffers nothing from capsules that try everything; the others suffer what they should.
 *
 * NON-TOCK: tests. Seeds are fixed; the million steps are in `npm run bench`.
 */
import { expect } from 'chai';
import { isOwnershipDamage } from '#conformance/ownership-damage';
import { PROFILES } from '#kernel/profile';
import { runCampaign, type CampaignResult } from '#lab/swap/campaign';
import { castOf, hostileCast } from '#lab/swap/casts';
import { DESIGNS, LETTERS, type Design } from '#lab/swap/designs';
import { MISBEHAVIOURS } from '#lab/swap/misbehaviours';
import type { Attempt } from '#lab/swap/capsules/misbehaviour';

/** Enough for each row to show: the slowest takes some hundred. */
const ENOUGH = 2500;

/** Which designs suffer from which rows: none from the others, and G from none. */
const SUFFER: Readonly<Record<'callback' | 'buffer', Readonly<Record<number, string>>>> = {
  callback: {
    1: 'ABC',
    2: 'BC',
    3: 'ABCD',
    4: 'BCD',
    5: 'ABC',
    6: 'BC',
    7: 'ABC',
    8: 'ABCDE',
    9: 'ABCD',
    10: 'BC',
  },
  buffer: {
    1: 'A',
    2: 'BCDEF',
    3: 'BCDEF',
    4: 'BCDEF',
    5: 'ABCDEF',
    7: 'A',
    8: 'ABCDEF',
    9: 'ABCDEF',
    10: 'ABCDEF',
    11: 'ABCDEF',
    12: 'ABCDEF',
    17: 'A',
  },
};

function suffers(design: Design, attempts: readonly Attempt[]): boolean {
  return attempts
    .filter(({ designs = DESIGNS }) => designs.includes(design))
    .some((attempt) => {
      const { oracle } = runCampaign({
        profile: PROFILES[design],
        seed: 1,
        steps: ENOUGH,
        cast: castOf(design, attempt),
        untilDamage: true,
      });
      return oracle.hasOwnershipDamage;
    });
}

const hostile = (seed: number, steps = 20_000): CampaignResult =>
  runCampaign({ profile: PROFILES['2.2'], seed, steps, cast: hostileCast });

describe('Campaign', function () {
  this.timeout(20_000);

  it("finds no ownership damage under today's design, whatever a capsule tries", () => {
    for (const seed of [1, 2, 3]) {
      const { oracle, steps, calls, lives, refusedToCompile } = hostile(seed);
      expect(refusedToCompile).to.equal(undefined);
      expect(oracle.damages.filter(isOwnershipDamage)).to.deep.equal([]);
      expect(steps).to.equal(20_000);
      expect(calls, 'upcalls came').to.be.above(1000 + lives);
      expect(lives, 'processes ended').to.be.above(100);
    }
  });

  it('does the same steps with the same seed, others with another', () => {
    const [first, again, other] = [hostile(1), hostile(1), hostile(2)];
    const figures = ({ calls, lives, oracle }: CampaignResult): unknown[] => [
      calls,
      lives,
      oracle.damages,
    ];
    expect(figures(again)).to.deep.equal(figures(first));
    expect(figures(other)).not.to.deep.equal(figures(first));
  });

  for (const design of DESIGNS) {
    it(`finds nothing against an honest capsule under design ${LETTERS[design]}`, () => {
      const cast = castOf(design, {});
      const { oracle, refusedToCompile } = runCampaign({
        profile: PROFILES[design],
        seed: 7,
        steps: 8000,
        cast,
      });
      expect(refusedToCompile).to.equal(undefined);
      expect(oracle.damages.filter(isOwnershipDamage)).to.deep.equal([]);
      expect(oracle.violations).to.deep.equal([]);
    });
  }

  for (const { number, title, callback, buffer } of MISBEHAVIOURS) {
    for (const [kind, side] of Object.entries({ callback, buffer })) {
      if (typeof side === 'string') continue;
      const expected = SUFFER[kind as 'callback' | 'buffer'][number] ?? '';
      it(`row ${number.toString()}, ${kind}: the capsule ${title}: damage under ${expected || 'none'}`, () => {
        const found = DESIGNS.filter((design) => suffers(design, side.attempts));
        expect(found.map((design) => LETTERS[design]).join('')).to.equal(expected);
      });
    }
  }
});
