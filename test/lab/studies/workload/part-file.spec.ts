// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Parts of the user's own: what is taken, and what is refused with its line, unit and range. NON-TOCK. */
import { expect } from 'chai';
import fc from 'fast-check';
import { programClock } from '#chips/silicon/part-sheet';
import { parsePart } from '#lab/studies/workload/part-file';
import { ms, us } from '#kernel/time';

const FIELDS: Readonly<Record<string, unknown>> = {
  name: 'mine',
  pageSize: 2048,
  pages: 64,
  programsPerWord: 2,
  erasesPerPage: 10_000,
  programUnitMicroseconds: 41,
  erasePageMicroseconds: 85_000,
};

function text(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...FIELDS, ...changes }, undefined, 1);
}

function refusal(source: string): string {
  const parsed = parsePart(source);
  return parsed.ok ? 'accepted' : parsed.error;
}

describe('parsePart', () => {
  it('takes the seven fields that are needed; the rest are those of an nRF52840', () => {
    const part = parsePart(text());
    if (!part.ok) throw new Error(part.error);
    const { sheet, storeRead, board } = part.value;
    expect([sheet.name, sheet.pageSize.value, sheet.pages.value]).to.deep.equal(['mine', 2048, 64]);
    expect(sheet.erasePage.value).to.equal(ms(85));
    expect(programClock(sheet.program)(0, 40)).to.equal(10 * us(41));
    expect([storeRead, board]).to.deep.equal([us(11), undefined]);
  });

  it('takes units, the least time and windows', () => {
    const part = parsePart(
      text({ programUnit: 8, programLeastMicroseconds: 48, programWindow: 64 }),
    );
    if (!part.ok) throw new Error(part.error);
    const time = programClock(part.value.sheet.program);
    expect(time(60, 8)).to.equal(2 * us(48));
    expect(time(0, 16)).to.equal(2 * us(41));
  });

  const REFUSALS: readonly (readonly [string, string, string])[] = [
    ['no JSON', '{', 'line 1: not JSON'],
    ['a list', '[]', 'line 1: must be an object, not a list'],
    ['a number', '7', 'line 1: must be an object, not 7'],
    ['a field that is missing', '{"name": "x"}', 'line 1: "pageSize" is missing'],
    ['a stranger', text({ colour: 1 }), 'line 9: unknown field "colour"'],
    [
      'a name that moves a cursor',
      text({ name: '\u001B[2J' }),
      'line 2: "name" must not hold control characters',
    ],
    ['an empty name', text({ name: '' }), 'line 2: "name" must not be empty'],
    [
      'a page of no power of two',
      text({ pageSize: 3000 }),
      'line 3: "pageSize" must be a power of two of bytes from 32 to 4096, not 3000',
    ],
    [
      'a page larger than the store can describe',
      text({ pageSize: 8192 }),
      'line 3: "pageSize" must be a whole number of bytes from 32 to 4096, not 8192',
    ],
    [
      'pages below zero',
      text({ pages: -3 }),
      'line 4: "pages" must be a whole number of pages from 3 to 1048576, not -3',
    ],
    [
      'one program a word',
      text({ programsPerWord: 1 }),
      'line 5: "programsPerWord" is 1: the store marks an entry as deleted by a second program of its first word',
    ],
    [
      'no erasure at all',
      text({ erasesPerPage: 0 }),
      'line 6: "erasesPerPage" must be a whole number of erasures from 1 to 1000000, not 0',
    ],
    [
      'a time in text',
      text({ programUnitMicroseconds: '41us' }),
      'line 7: "programUnitMicroseconds" must be a number of microseconds from 0 to 86400000000, not "41us"',
    ],
    [
      'a time below zero',
      text({ erasePageMicroseconds: -1 }),
      'line 8: "erasePageMicroseconds" must be a number of microseconds from 0 to 86400000000, not -1',
    ],
    [
      'a window smaller than a unit',
      text({ programUnit: 8, programWindow: 4 }),
      'line 10: "programWindow" 4 is smaller than "programUnit" 8',
    ],
  ];
  for (const [what, source, expected] of REFUSALS) {
    it(`refuses ${what}`, () => {
      expect(refusal(source)).to.equal(expected);
    });
  }

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (source) => {
        return refusal(source).startsWith('line ');
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
