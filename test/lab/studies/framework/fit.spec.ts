// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Fitting costs to times. NON-TOCK. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  SPECIFICATION_COSTS,
  timeOf,
  type CostModel,
  type Counts,
} from '#lab/studies/framework/cost-model';
import { fit, type Observation } from '#lab/studies/framework/fit';

const ZERO: Counts = { readCalls: 0, deadEntries: 0, wordsWritten: 0, writeCalls: 0, erases: 0 };
const COUNTS: readonly Counts[] = [
  { ...ZERO, readCalls: 2080 },
  { ...ZERO, readCalls: 20056, deadEntries: 9560 },
  { ...ZERO, readCalls: 1446, wordsWritten: 1024, writeCalls: 25, erases: 1 },
  { ...ZERO, readCalls: 2096, wordsWritten: 51, writeCalls: 2 },
  { ...ZERO, readCalls: 656, wordsWritten: 1, writeCalls: 1 },
];

const observe = (model: CostModel): Observation[] =>
  COUNTS.map((counts, index) => {
    return { name: String(index), counts, microseconds: timeOf(counts, model) };
  });

describe('fit', () => {
  it('finds the costs that times were made with', () => {
    const cost = fc.double({ min: 0.5, max: 1000, noNaN: true });
    fc.assert(
      fc.property(cost, cost, cost, (readCalls, deadEntries, wordsWritten) => {
        const model = { ...SPECIFICATION_COSTS, readCalls, deadEntries, wordsWritten };
        const free = ['readCalls', 'deadEntries', 'wordsWritten'] as const;
        const found = fit(observe(model), SPECIFICATION_COSTS, free);
        if (typeof found === 'string') expect.fail(found);
        for (const name of free) expect(found.model[name]).to.be.closeTo(model[name], 1e-3);
        expect(found.worst).to.be.lessThan(1e-6);
      }),
      { numRuns: 50 },
    );
  });

  it('weighs errors by the measured time: a short operation counts as much as a long one', () => {
    const [short, long] = [
      { name: 'short', counts: { ...ZERO, readCalls: 1 }, microseconds: 11 },
      { name: 'long', counts: { ...ZERO, readCalls: 1000 }, microseconds: 9000 },
    ];
    const found = fit([short, long], SPECIFICATION_COSTS, ['readCalls']);
    if (typeof found === 'string') expect.fail(found);
    // The least of (c/11 - 1)² + (c/9 - 1)².
    expect(found.model.readCalls).to.be.closeTo((1 / 11 + 1 / 9) / (1 / 121 + 1 / 81), 1e-9);
  });

  it('sets a cost to zero that would be negative, and fits the others again', () => {
    const model = { ...SPECIFICATION_COSTS, deadEntries: -3 };
    const found = fit(observe(model), SPECIFICATION_COSTS, ['readCalls', 'deadEntries']);
    if (typeof found === 'string') expect.fail(found);
    expect(found.model.deadEntries).to.equal(0);
    expect(found.model.readCalls).to.be.within(9, 11);
  });

  it('refuses too few measurements, and those that do not tell the free costs apart', () => {
    const one = observe(SPECIFICATION_COSTS).slice(0, 1);
    const free = ['readCalls', 'deadEntries'] as const;
    expect(fit(one, SPECIFICATION_COSTS, free)).to.equal('too few measurements');
    const alike = [...one, ...one, ...one];
    expect(fit(alike, SPECIFICATION_COSTS, free)).to.match(/do not tell/);
  });
});
