// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The benchmark table: medians, verdicts and widths.
 *
 * NON-TOCK: a harness that judges in the wrong direction would praise a slow simulator.
 */
import { expect } from 'chai';
import { measure, type BenchRow } from '#bench/row';
import { figure, toJson, toMarkdown, toText } from '#bench/table';

const HOST = { node: '20.19.0', processor: 'a test' };

/** A row whose runs give these figures, one after the other. */
function row(figures: readonly number[], unit: string, toReach: number): BenchRow {
  const left = [...figures];
  return { name: 'word programs', unit, toReach, peer: 'a peer', run: () => left.shift() ?? NaN };
}

describe('Benchmark table', () => {
  it('takes the median of five runs, not the best and not the mean', () => {
    expect(measure(row([1, 900, 3, 2, 100], '/s', 3)).median).to.equal(3);
  });

  it('wants rates to be at least, and durations to be at most, the figure to reach', () => {
    expect(measure(row([5, 5, 5, 5, 5], 'M/s', 6)).reached).to.equal(false);
    expect(measure(row([5, 5, 5, 5, 5], 'M/s', 5)).reached).to.equal(true);
    expect(measure(row([5, 5, 5, 5, 5], 'ms', 6)).reached).to.equal(true);
    expect(measure(row([5, 5, 5, 5, 5], 'ms', 4)).reached).to.equal(false);
  });

  it('counts a run that gave no number as missed', () => {
    expect(measure(row([], '/s', 1)).reached).to.equal(false);
    expect(measure(row([], 'ms', 1)).reached).to.equal(false);
  });

  it('stays within 80 columns, whatever the names', () => {
    const long = { ...row([], '/s', 1e9), name: 'x'.repeat(99), peer: 'some peer '.repeat(9) };
    const text = toText([measure(long), measure(row([1, 1, 1, 1, 1], 'ms', 1))], HOST);
    for (const line of text.split('\n')) expect(line.length).to.be.at.most(80);
    expect(text.replaceAll(/[^x]/g, '')).to.contain('x'.repeat(99));
  });

  it('says MISSED and ok in text and in Markdown, and the same in JSON', () => {
    const results = [
      measure(row([1, 1, 1, 1, 1], '/s', 2)),
      measure(row([2e6, 2e6, 2e6, 2e6, 2e6], '/s', 2)),
    ];
    expect(toText(results, HOST)).to.match(/1 \/s +2 \/s MISSED a peer\n.* 2 M\/s +2 \/s ok/);
    expect(toMarkdown(results, HOST)).to.match(/1 \/s \| 2 \/s \| \*\*MISSED\*\* \| a peer \|/);
    const { rows } = JSON.parse(toJson(results, HOST)) as { rows: { reached: boolean }[] };
    expect(rows.map(({ reached }) => reached)).to.deep.equal([false, true]);
  });

  it('prints three digits and the unit', () => {
    expect([figure(151_234_567, '/s'), figure(1234, 'ms'), figure(0.01234, 'ms')]).to.deep.equal([
      '151 M/s',
      '1234 ms',
      '0.0123 ms',
    ]);
  });
});
