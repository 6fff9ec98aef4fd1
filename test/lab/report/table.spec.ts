// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Tables that fit a terminal. NON-TOCK. */
import { expect } from 'chai';
import fc from 'fast-check';
import { fitted } from '#lab/report/table';

const firstIsText = (column: number): boolean => column === 0;
const lines = (text: string): string[] => text.split('\n');

describe('fitted', () => {
  it('leaves what fits on one line, text to the left and numbers to the right', () => {
    const rows = [
      ['name', 'time, ms'],
      ['a', 1],
      ['longer', 1234],
    ];
    expect(lines(fitted(rows, firstIsText))).to.deep.equal([
      'name    time, ms',
      '────────────────',
      'a              1',
      'longer      1234',
    ]);
  });

  it('breaks headings over as few lines as fit, the last line next to the rule', () => {
    const long = 'so many words of a heading';
    const rows = [
      ['name', long, long, long],
      ['a', 1, 2, 3],
    ];
    const [first, second, rule] = lines(fitted(rows, firstIsText));
    expect(first).to.match(/^ {4} +so many words +so many words +so many words$/);
    expect(second).to.match(/^name +of a heading +of a heading +of a heading$/);
    expect(rule).to.match(/^─+$/);
  });

  it('cuts what is wider into blocks, each with the columns that tell its rows apart', () => {
    const wide = Array.from({ length: 6 }, (_, index) => `heading-${index}-long`);
    const cells = wide.map((_, index) => 100 + index);
    const rows = [
      ['name', 'pages', ...wide],
      ['a', 1, ...cells],
      ['a', 2, ...cells],
    ];
    const blocks = fitted(rows, firstIsText).split('\n\n');
    expect(blocks).to.have.length(2);
    for (const block of blocks) {
      expect(lines(block)[0]).to.match(/^name {2}pages/);
      expect(lines(block)[3]).to.match(/^a {9}2/);
    }
    const values = blocks.flatMap((block) => (lines(block)[2] ?? '').split(/ +/).slice(2));
    expect(values.map(Number)).to.deep.equal(cells);
    const widths = blocks.map((block) => lines(block)[1]?.length ?? 0);
    expect(Math.max(...widths) - Math.min(...widths), 'nearly as wide').to.be.at.most(2);
  });

  it('breaks long cells, too', () => {
    const name = 'a name that is longer than any name has to be';
    const shown = lines(fitted([['name'], [name]], firstIsText)).slice(2);
    expect(shown.length).to.be.greaterThan(1);
    expect(shown.join(' ')).to.equal(name);
  });

  it('is never wider than 80 characters, and shows every cell', () => {
    const word = fc.stringMatching(/^[a-z]{1,70}$/);
    const table = fc.integer({ min: 1, max: 12 }).chain((columns) =>
      fc.record({
        headings: fc.array(word, { minLength: columns, maxLength: columns }),
        values: fc.array(fc.nat(), { minLength: columns, maxLength: columns }),
        name: word,
      }),
    );
    fc.assert(
      fc.property(table, ({ headings, values, name }) => {
        const text = fitted(
          [
            ['name', ...headings],
            [name, ...values],
          ],
          firstIsText,
        );
        expect(Math.max(...lines(text).map(({ length }) => length))).to.be.at.most(80);
        for (const value of values) expect(text).to.contain(String(value));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
