// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Tables, durations and percentiles of reports. */
import { expect } from 'chai';
import { columns, duration, grouped, percentile, wrap } from '#lab/report/columns';

describe('columns', () => {
  it('puts the first column to the left and the others to the right, under a rule as wide as the table', () => {
    const rows = [
      ['name', 'n'],
      ['a', 1],
      ['longer', 1234],
    ];
    expect(columns(rows)).to.equal(
      ['name       n', '────────────', 'a          1', 'longer  1234'].join('\n'),
    );
  });
});

describe('duration', () => {
  it('chooses the largest unit that is not over the value, with three figures', () => {
    expect(
      [0, 999, 1000, 41_000, 85e6, 127.2e6, 2.5e9, 90e9, 5400e9, 2 * 86400e9].map(duration),
    ).to.deep.equal([
      '0 ns',
      '999 ns',
      '1.00 µs',
      '41.0 µs',
      '85.0 ms',
      '127 ms',
      '2.50 s',
      '1.50 min',
      '1.50 h',
      '2.00 d',
    ]);
  });
});

describe('grouped', () => {
  it('sets thousands apart', () => {
    expect([0, 999, 1000, 50_428, 204_419_418].map(grouped)).to.deep.equal([
      '0',
      '999',
      '1,000',
      '50,428',
      '204,419,418',
    ]);
  });
});

describe('percentile', () => {
  it('is the nearest rank, whatever the order of the samples', () => {
    const samples = Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) + 1);
    expect([0, 0.5, 0.99, 1].map((share) => percentile(samples, share))).to.deep.equal([
      1, 50, 99, 100,
    ]);
  });
  it('is 0 for no samples', () => {
    expect(percentile([], 0.5)).to.equal(0);
  });
});

describe('wrap', () => {
  it('breaks at spaces so that no line is longer than 80, and indents what follows', () => {
    const text = `label  ${'word '.repeat(40)}`.trimEnd();
    const lines = wrap(text, 7).split('\n');
    for (const line of lines) expect(line.length).to.be.at.most(80);
    for (const line of lines.slice(1)) expect(line).to.match(/^ {7}word/);
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).to.equal(text.replaceAll(/\s+/g, ' '));
  });
  it('breaks a word that is longer than a line', () => {
    expect(wrap('x'.repeat(100), 2)).to.equal(`${'x'.repeat(80)}\n  ${'x'.repeat(20)}`);
  });
});
