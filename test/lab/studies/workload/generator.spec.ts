// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Made-up workloads: their shares, their keys by Zipf's law, and refusals by line. NON-TOCK. */
import { expect } from 'chai';
import type { CheckedLine } from '#lab/run/workload';
import { parseDescription } from '#lab/studies/workload/generator';

const FIELDS = {
  calls: 10_000,
  intervalMilliseconds: 1000,
  keys: { count: 20, first: 100, zipf: 1 },
  sizes: { least: 4, most: 64 },
  deletes: 0.1,
  finds: 0.2,
  batches: { share: 0.05, updates: 3 },
};

function made(changes: Readonly<Record<string, unknown>> = {}): readonly CheckedLine[] {
  const parsed = parseDescription(JSON.stringify({ ...FIELDS, ...changes }));
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function refusal(changes: Readonly<Record<string, unknown>>): string {
  const parsed = parseDescription(JSON.stringify({ ...FIELDS, ...changes }, undefined, 1));
  return parsed.ok ? `accepted ${parsed.value.length}` : parsed.error;
}

function share(lines: readonly CheckedLine[], op: CheckedLine['op']): number {
  return lines.filter((line) => line.op === op).length / FIELDS.calls;
}

describe('parseDescription', () => {
  it('draws calls by their shares, four standard deviations wide', () => {
    const lines = made();
    expect(share(lines, 'remove')).to.be.closeTo(0.1, 0.012);
    expect(share(lines, 'find')).to.be.closeTo(0.2, 0.016);
    expect(share(lines, 'transaction')).to.be.closeTo(0.05, 0.009);
    expect(share(lines, 'insert')).to.be.closeTo(0.65, 0.02);
  });

  it("draws keys by Zipf's law: the r-th as often as 1 / r of the sum of all", () => {
    const keys = made({ deletes: 0, finds: 1, batches: undefined }).flatMap((line) =>
      line.op === 'find' ? [line.key] : [],
    );
    const harmonic = Array.from({ length: 20 }, (_, rank) => 1 / (rank + 1)).reduce(
      (a, b) => a + b,
    );
    for (const rank of [1, 2, 5, 20]) {
      const found = keys.filter((key) => key === 99 + rank).length / keys.length;
      const expected = 1 / rank / harmonic;
      const deviation = Math.sqrt((expected * (1 - expected)) / keys.length);
      expect(found, `rank ${rank}`).to.be.closeTo(expected, 4 * deviation);
    }
    expect([Math.min(...keys), Math.max(...keys)]).to.deep.equal([100, 119]);
  });

  it('keeps sizes in their range, reaching both ends, and keys of a transaction apart', () => {
    const lines = made();
    const sizes = lines.flatMap((line) => (line.op === 'insert' ? [line.size] : []));
    expect([Math.min(...sizes), Math.max(...sizes)]).to.deep.equal([4, 64]);
    for (const line of lines) {
      if (line.op !== 'transaction') continue;
      expect(new Set(line.updates.map(({ key }) => key)).size).to.equal(3);
    }
  });

  it('ends also where one key takes nearly every draw and a transaction needs all', () => {
    const lines = made({
      calls: 100,
      keys: { count: 31, zipf: 10 },
      batches: { share: 1, updates: 31 },
      deletes: 0,
      finds: 0,
    });
    expect(lines.every(({ op }) => op === 'transaction')).to.equal(true);
  });

  it('calls at its interval and cuts the power once a day', () => {
    const lines = made({ calls: 10, intervalMilliseconds: 36_000_000 });
    const boots = lines.filter(({ op }) => op === 'boot').map(({ t }) => t / 3_600_000);
    expect(boots).to.deep.equal([30, 60, 90]);
    expect(lines.filter(({ op }) => op !== 'boot').map(({ t }) => t / 36_000_000)).to.deep.equal([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it('makes the same from the same seed, and another from another', () => {
    expect(made({ seed: 5 })).to.deep.equal(made({ seed: 5 }));
    expect(made({ seed: 5 })).to.not.deep.equal(made({ seed: 6 }));
  });

  for (const [what, changes, expected] of [
    [
      'a share over one',
      { deletes: 1.5 },
      'line 13: "deletes" must be a share of the calls from 0 to 1, not 1.5',
    ],
    [
      'shares over one together',
      { deletes: 0.9 },
      'line 13: "deletes" and "finds" and "batches.share" make 1.150, more than 1',
    ],
    [
      'shares of a whole in decimals: not',
      { deletes: 0.1, finds: 0.2, batches: { share: 0.7, updates: 2 } },
      'accepted 10000',
    ],
    [
      'a negative size',
      { sizes: { least: -4, most: 4 } },
      'line 10: "sizes.least" must be a whole number of bytes from 0 to 1023, not -4',
    ],
    [
      'sizes the wrong way round',
      { sizes: { least: 9, most: 4 } },
      'line 11: "sizes.most" 4 is less than "sizes.least" 9',
    ],
    [
      'keys past the last',
      { keys: { first: 4000, count: 97 } },
      'line 6: "keys.count" goes past the last key: 4000 + 97 > 4096',
    ],
    [
      'a transaction of more keys than there are',
      { keys: { count: 2 } },
      'line 15: "batches.updates" 3 is more than the 2 keys',
    ],
    [
      'no calls',
      { calls: 0 },
      'line 2: "calls" must be a whole number of calls from 1 to 1000000, not 0',
    ],
    [
      'a stranger',
      { sizes: { least: 1, most: 2, mean: 1 } },
      'line 12: unknown field "sizes.mean"',
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(refusal(changes)).to.equal(expected);
    });
  }
});
