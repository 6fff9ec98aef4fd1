// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Where a campaign stands, in a file and back. NON-TOCK. */
import { expect } from 'chai';
import { advance, firstStanding, standingFromText, standingToText } from '#lab/crash/corpus';
import { ALL_EXTREMES } from '#lab/crash/cut-model';
import { DEFAULT_OPTIONS, explore, type CrashOptions } from '#lab/crash/explore';

const OPTIONS: CrashOptions = {
  ...DEFAULT_OPTIONS,
  store: 'persistent',
  pageSize: 32,
  pages: 3,
  length: 5,
  images: 3,
  subsets: ALL_EXTREMES, // Holds an Infinity, which JSON does not know.
  workload: [{ op: 'insert', key: 1, value: Uint8Array.of(1, 2) }],
};

describe('A standing', () => {
  const report = explore(OPTIONS, { shards: 2 });
  const standing = advance(firstStanding(OPTIONS), OPTIONS, 2, report);
  const text = standingToText(OPTIONS, standing);

  it('comes back from its text as it was', () => {
    expect(standing.report.cuts).to.be.greaterThan(0);
    expect(standingFromText(text, OPTIONS)).to.deep.equal({ ok: true, value: standing });
  });

  it('adds up what each part of the campaign found', () => {
    const twice = advance(standing, OPTIONS, 4, report);
    expect(twice.next).to.equal(4);
    expect(twice.report.cuts).to.equal(2 * report.cuts);
    expect(twice.report.coverage.images).to.equal(2 * report.coverage.images);
  });

  it('is of one campaign: other options are refused by name', () => {
    const others: readonly (readonly [Partial<CrashOptions>, string])[] = [
      [{ seed: 2 }, 'seed'],
      [{ pages: 4 }, 'pages'],
      [{ cutModel: 'word-atomic' }, 'cutModel'],
      [{ workload: [{ op: 'remove', key: 1 }] }, 'workload'],
    ];
    for (const [other, name] of others) {
      const read = standingFromText(text, { ...OPTIONS, ...other });
      expect(read.ok ? '' : read.error).to.match(new RegExp(`another ${name};`));
    }
  });

  it('is not read from anything else', () => {
    const strangers = ['', 'x', 'null', '[]', '{}', text.replace('corpus/1', 'corpus/2')];
    for (const stranger of [...strangers, text.replace(/"cuts": \d+/, '"cuts": -1')]) {
      expect(standingFromText(stranger, OPTIONS).ok, stranger).to.equal(false);
    }
  });
});
