// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The line to name when a user's JSON is refused. NON-TOCK. */
import { expect } from 'chai';
import fc from 'fast-check';
import { faultOf, lineOf, linesOf, parseJson } from '#lab/studies/framework/json-place';

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

describe('linesOf a text that is nested deeply', () => {
  it('takes time in proportion to its length', () => {
    const deep = `{"b": -1, "a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(lineOf(deep, 'a.0.0')).to.equal(1);
    expect(linesOf(deep).size).to.be.lessThan(20);
  });
});

describe('parseJson', () => {
  for (const [what, text, expected] of [
    ['a comma too many', '{\n  "a": 1,\n}', 'line 3: not JSON'],
    ['an end that is missing', '{\n  "a": 1,\n  "b": 2\n', 'line 3: not JSON'],
    ['nothing', '', 'line 1: not JSON'],
    ['a table', 't,op\n0,boot\n', 'line 1: not JSON'],
    ['a comma that is missing', '{\n"a": 1\n"b": 2\n}', 'line 3: not JSON'],
    ['a colon that is missing', '{\n"a": 1,\n"b" 2\n}', 'line 3: not JSON'],
    ['a bracket too many', '[\n1]\n]', 'line 3: not JSON'],
    ['the wrong bracket', '[\n1\n}', 'line 3: not JSON'],
    ['a key without quotes', '{\n\na: 1}', 'line 3: not JSON'],
    ['a value in other quotes', "{\n'a': 1}", 'line 2: not JSON'],
    ['a number that begins with zero', '[1,\n02]', 'line 2: not JSON'],
    ['a value that is none', '{"a":\nundefined}', 'line 2: not JSON'],
    ['a line end in a text', '["a",\n"b\n"]', 'line 2: not JSON'],
    ['a byte that is no text', '{"a": 1}\n\0', 'line 2: not JSON'],
  ] as const) {
    it(`names the line of ${what}`, () => {
      const parsed = parseJson(text);
      expect(parsed.ok ? '' : parsed.error).to.equal(expected);
    });
  }

  it('finds a line wherever the host finds a fault, and none where it finds none', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '0', 'x'));
    fc.assert(
      fc.property(broken, ([json, at, inserted]) => {
        const place = at % (json.length + 1);
        const text = `${json.slice(0, place)}${inserted}${json.slice(place)}`;
        const { ok } = parseJson(text);
        expect(faultOf(text) === undefined, text).to.equal(ok);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
