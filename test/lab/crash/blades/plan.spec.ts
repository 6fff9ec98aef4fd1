// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Which interventions there are, and their words. NON-TOCK. */
import { expect } from 'chai';
import { ns } from '#kernel/time';
import { parseWord, plan, wordFor } from '#lab/crash/blades/plan';
import type { Observation } from '#lab/crash/blades/trial';

/** Work ended at these instants, and hardware meant to do something between the first two and at the last. */
const RUN = {
  moments: [10, 20, 20, 30, 40].map((time) => ({ time: ns(time), records: 0 })),
  events: [
    { from: ns(10), meant: ns(20) },
    { from: ns(20), meant: ns(40) },
  ],
} as unknown as Observation;

describe('Plan of interventions', () => {
  it('has each blade at each moment', () => {
    const words = plan(RUN, ['kill', 'restart']).map(wordFor);
    expect(words).to.have.length(10);
    expect(words.slice(3, 6)).to.deep.equal(['kill@3', 'kill@4', 'restart@0']);
  });

  it('moves each interrupt to every other instant that it can have, from what caused it on', () => {
    expect(plan(RUN, ['interrupt']).map(wordFor)).to.deep.equal([
      'interrupt:0@10',
      'interrupt:0@30',
      'interrupt:0@40',
      'interrupt:1@20',
      'interrupt:1@30',
    ]);
  });

  it('reads each word back, and nothing else', () => {
    for (const intervention of [...plan(RUN), { kind: 'none' } as const]) {
      expect(parseWord(wordFor(intervention))).to.deep.equal(intervention);
    }
    for (const word of ['', 'kill', 'kill@', 'kill@x', 'kill:1@2', 'interrupt@3', 'melt@1']) {
      expect(parseWord(word), word).to.equal(undefined);
    }
  });
});
