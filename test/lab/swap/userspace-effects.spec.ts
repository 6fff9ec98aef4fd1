// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What userspace notices, avoids and suffers by itself: each row from what the library can know.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { STRATEGIES } from '#lab/swap/userspace-costs';
import { userspaceEffects, userspaceEffectsMarkdown } from '#lab/swap/userspace-effects';

const NONE = 'no occasion';

/** In the order of the strategies: share scopes, the same compared, static, the same compared. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  // What is never taken back cannot be kept; that a copy was kept, no answer tells.
  'keeps a callback that was taken back, and calls it': ['stale call', 'stale call', NONE, NONE],
  'gives back null though it held one': ['unharmed', 'noticed; unharmed', NONE, NONE],
  // The library forgets the function that it seems to have back, unless it compares.
  "gives back another number's": [
    'stale call',
    'noticed; unharmed',
    'stale call',
    'noticed; unharmed',
  ],
  'refuses with another than the one passed': [
    'an error',
    'noticed; an error',
    'an error',
    'noticed; an error',
  ],
  // Noticed when it is taken back, which static callbacks are not.
  'stores the new one but refuses': ['an error', 'noticed; an error', 'an error', 'an error'],
  'says Ok but keeps the old one': ['stale call', 'stale call', NONE, NONE],
  'exchanges two numbers': Array.from({ length: 4 }, () => 'waits for ever'),
};

describe('Effects of misbehaviour on userspace alone', () => {
  const effects = userspaceEffects();
  const table = userspaceEffectsMarkdown(effects);

  for (const [misbehaviour, cells] of Object.entries(EXPECTED)) {
    it(`a capsule that ${misbehaviour}: ${cells.join(', ')}`, () => {
      expect(table.split('\n')).to.include(`| ${[misbehaviour, ...cells].join(' | ')} |`);
    });
  }

  it('there is a row for each misbehaviour, and no other', () => {
    expect(effects).to.have.lengthOf(Object.keys(EXPECTED).length * STRATEGIES.length);
  });

  it('a capsule without occasion harms nobody, and nothing is noticed without comparing', () => {
    for (const { misdeeds, noticed, harm, strategy } of effects) {
      if (misdeeds === 0) expect([noticed, harm]).to.deep.equal([0, 'unharmed']);
      if (!strategy.includes('compared')) expect(noticed).to.equal(0);
    }
  });
});
