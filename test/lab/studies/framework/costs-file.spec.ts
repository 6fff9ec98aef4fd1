// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Cost models as files: what is written is read, and what is wrong is named by its line. NON-TOCK. */
import { expect } from 'chai';
import { describeCosts, SPECIFICATION_COSTS } from '#lab/studies/framework/cost-model';
import { costsText, parseCosts } from '#lab/studies/framework/costs-file';

const COSTS = { device: 'a DK', model: SPECIFICATION_COSTS };

function refusal(change: Readonly<Record<string, unknown>>): string {
  const { device, model } = COSTS;
  const parsed = parseCosts(JSON.stringify({ device, ...model, ...change }, undefined, 1));
  return parsed.ok ? 'accepted' : parsed.error;
}

describe('parseCosts', () => {
  it('reads what was written', () => {
    expect(parseCosts(costsText(COSTS))).to.deep.equal({ ok: true, value: COSTS });
  });

  for (const [what, change, expected] of [
    [
      'a cost below zero',
      { erases: -1 },
      'line 7: "erases" must be a number of microseconds from 0 to 60000000, not -1',
    ],
    [
      'a cost in text',
      { readCalls: '11 µs' },
      'line 3: "readCalls" must be a number of microseconds from 0 to 60000000, not "11 µs"',
    ],
    ['a cost that is missing', { writeCalls: undefined }, 'line 1: "writeCalls" is missing'],
    ['a stranger', { reads: 1 }, 'line 8: unknown field "reads"'],
    ['a device without a name', { device: '' }, 'line 2: "device" must not be empty'],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(refusal(change)).to.equal(expected);
    });
  }
});

describe('describeCosts', () => {
  it('says every cost with its unit', () => {
    expect(describeCosts(COSTS)).to.equal(
      'a DK: read call 11 µs, dead entry at boot 0 µs, word 41 µs, write call 170 µs, erasure 85085 µs',
    );
  });
});
