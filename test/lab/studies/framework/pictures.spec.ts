// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Pictures: marks stand where the figures say. NON-TOCK. */
import { expect } from 'chai';
import { axisScale, CHART } from '#lab/studies/framework/chart-scales';
import { draw } from '#lab/studies/framework/pictures';

const numbers = (svg: string, pattern: RegExp): number[] =>
  [...svg.matchAll(pattern)].map(([, value]) => Number(value));

describe('pictures', () => {
  it('draw bars as high as their values, side by side', () => {
    const svg = draw({
      kind: 'bars',
      title: 't',
      y: { title: 'ms' },
      stacked: false,
      groups: ['g'],
      series: [
        { name: 'one', values: [10] },
        { name: 'two', values: [30] },
      ],
    });
    const heights = numbers(svg, /height="([\d.]+)" fill="[^"]*"><title>g,/g);
    expect(heights).to.have.length(2);
    expect((heights[1] ?? 0) / (heights[0] ?? 1)).to.be.closeTo(3, 0.01);
  });

  it('put the names of groups side by side where they fit, and aslant, but inside, where not', () => {
    const named = (groups: readonly string[]): string =>
      draw({
        kind: 'bars',
        title: 't',
        y: { title: 'ms' },
        stacked: false,
        groups,
        series: [{ name: 'one', values: groups.map(() => 1) }],
      });
    expect(named(['short', 'names'])).not.to.include('rotate');
    const long = 'n'.repeat(30);
    const slanted = named(Array.from({ length: 12 }, (_, index) => `${index}${long}`));
    const middles = numbers(slanted, /rotate\(-30 ([\d.]+) [\d.]+\)/g);
    expect(middles).to.have.length(12);
    const width = 6.2 * `0${long}`.length * Math.cos(Math.PI / 6);
    expect(Math.min(...middles)).to.be.at.least(width);
  });

  it('put one bar upon the other', () => {
    const svg = draw({
      kind: 'bars',
      title: 't',
      y: { title: '%' },
      stacked: true,
      groups: ['g'],
      series: [
        { name: 'one', values: [40] },
        { name: 'two', values: [60] },
      ],
    });
    const [first = 0, second = 0] = numbers(
      svg,
      / y="([\d.]+)" width="[\d.]+" height="[\d.]+" fill="[^"]*"><title>g/g,
    );
    const [, height = 0] = numbers(svg, /height="([\d.]+)" fill="[^"]*"><title>g/g);
    expect(second + height).to.be.closeTo(first, 0.02);
  });

  it('place decades at equal distances on a logarithmic axis, and zero at its edge', () => {
    const { place, ticks } = axisScale({ title: 'x', scale: 'log' }, [1, 1000], [0, 300]);
    expect([1, 10, 100, 1000].map((value) => Math.round(place(value)))).to.deep.equal([
      0, 100, 200, 300,
    ]);
    expect(place(0)).to.equal(0);
    expect(ticks.map(({ text }) => text)).to.deep.equal(['1', '10', '100', '1,000']);
    const two = axisScale({ title: 'x', scale: 'log' }, [10, 1000], [0, 300]);
    expect(two.ticks.map(({ text }) => text)).to.deep.equal([
      '10',
      '20',
      '50',
      '100',
      '200',
      '500',
      '1,000',
    ]);
  });

  it('stay inside the picture with no value, one value, and none above zero', () => {
    for (const values of [[], [5], [0], [-3, 4]]) {
      for (const scale of ['linear', 'log'] as const) {
        const { place } = axisScale({ title: 'x', scale }, values, [0, CHART.width]);
        for (const value of values) expect(place(value)).to.be.within(0, CHART.width);
      }
    }
  });
});
