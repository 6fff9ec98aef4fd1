// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The line to name when a user's JSON is refused. NON-TOCK. */
import { expect } from 'chai';
import fc from 'fast-check';
import { lineOf, linesOf, parseJson } from '#lab/studies/framework/json-place';

const TEXT = `{
  "name": "a \\"part\\", {of: mine}",
  "program": {
    "unit": 4,

    "each": [1, 2,
      { "deep": null }]
  }
}
`;

describe('linesOf', () => {
  it('finds each value by its path, whatever stands in texts', () => {
    expect([...linesOf(TEXT)]).to.deep.equal([
      ['', 1],
      ['name', 2],
      ['program', 3],
      ['program.unit', 4],
      ['program.each', 6],
      ['program.each.0', 6],
      ['program.each.1', 6],
      ['program.each.2', 7],
      ['program.each.2.deep', 7],
    ]);
  });

  it('names the line of what is around a value that is missing', () => {
    expect(lineOf(TEXT, 'program.window')).to.equal(3);
    expect(lineOf(TEXT, 'pages')).to.equal(1);
    expect(lineOf(TEXT, 'program.each.2.deep')).to.equal(7);
  });

  it('finds every value of any JSON: the line that JSON.stringify gave it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value, undefined, 1);
        const rows = text.split('\n');
        for (const [path, line] of linesOf(text)) {
          const key = path.slice(path.lastIndexOf('.') + 1);
          const row = rows[line - 1] ?? '';
          const named = row.includes(JSON.stringify(key).slice(1, -1));
          if (!named && !/^\d*$/.test(key)) return false;
        }
        return true;
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('parseJson', () => {
  for (const [what, text, expected] of [
    ['a comma too many', '{\n  "a": 1,\n}', 'line 3: not JSON'],
    ['an end that is missing', '{\n  "a": 1,\n  "b": 2\n', 'line 3: not JSON'],
    ['nothing', '', 'line 1: not JSON'],
  ] as const) {
    it(`names the line of ${what}`, () => {
      const parsed = parseJson(text);
      expect(parsed.ok ? '' : parsed.error).to.equal(expected);
    });
  }
});
