// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Lives by arithmetic. NON-TOCK. The lives that are run stand against them in the studies. */
import { expect } from 'chai';
import { updatesInLife, virtualCapacity } from '#lab/studies/framework/closed-forms';

const TRUE2F = { pages: 3, pageSize: 2048, endurance: 50_000 };

describe('closed forms', () => {
  it('give the virtual capacity of the specification: (N - 1)(Q - 4) - M - 1', () => {
    expect(virtualCapacity({ pages: 20, pageSize: 4096, endurance: 1 }, 256)).to.equal(
      19 * 1020 - 257,
    );
  });

  it('let no life be longer than its words: ((E + 1) N - 1)(Q - 2), two an update', () => {
    const { least, most } = updatesInLife(TRUE2F, { words: 2, cold: 0, longest: 256 });
    expect(least).to.equal(most);
    expect(most).to.be.lessThan(((50_001 * 3 - 1) * 510) / 2);
    expect(most).to.be.greaterThan(((50_001 * 3 - 1) * 508) / 2);
  });

  it('bound a life from both sides where copies land on two pages', () => {
    const { least, most } = updatesInLife(TRUE2F, { words: 2, cold: 398, longest: 256 });
    expect(least).to.be.lessThan(most);
  });
});
