// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Workloads come from anywhere: what is refused, and in which words. NON-TOCK. */
import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseWorkload } from '#lab/run/workload';
import { ROOT } from '#tools/sources';

const BOOT = '{"t":0,"event":"boot","act":1,"label":"on","op":"boot"}';
const FIND = '{"t":24,"event":"getInfo","act":1,"op":"find","key":2038}';

function refusal(...rows: string[]): string {
  const parsed = parseWorkload(rows.join('\n'));
  return parsed.ok ? `accepted ${parsed.value.length}` : parsed.error;
}

function shipped(name: string): string {
  return readFileSync(join(ROOT, 'data/workloads', name), 'utf8');
}

describe('parseWorkload', () => {
  for (const [name, count] of [
    ['fido-first-day', 1075],
    ['fido-tour', 603],
    ['fido-year', 15173],
  ] as const) {
    it(`accepts ${name}: ${count} lines`, () => {
      const parsed = parseWorkload(shipped(`${name}.jsonl`));
      expect(parsed.ok ? parsed.value.length : parsed.error).to.equal(count);
    });
  }

  it('accepts the end of the file with and without a line feed, and CR LF', () => {
    expect(refusal(BOOT, FIND)).to.equal('accepted 2');
    expect(refusal(BOOT, FIND, '')).to.equal('accepted 2');
    expect(refusal(`${BOOT}\r`, FIND)).to.equal('accepted 2');
  });

  const change = (from: string, to: string): string => {
    expect(FIND, from).to.contain(from);
    return FIND.replace(from, to);
  };
  const REFUSALS: readonly (readonly [string, readonly string[], string])[] = [
    ['nothing at all', [''], 'the workload is empty'],
    ['an empty line', [BOOT, '', FIND], 'line 2: the line is empty'],
    ['what is not JSON', [BOOT, '{"t":1,'], 'line 2: not JSON'],
    ['a list', [BOOT, '[1]'], 'line 2: must be an object, not a list'],
    ['null', [BOOT, 'null'], 'line 2: must be an object, not null'],
    ['no op', [BOOT, change('"op":"find",', '')], 'line 2: "op" is missing'],
    ['an unknown op', [BOOT, change('"find"', '"seek"')], 'line 2: unknown op "seek"'],
    ['no act', [BOOT, change('"act":1,', '')], 'line 2: "act" is missing'],
    ['no key', [BOOT, change(',"key":2038', '')], 'line 2: "key" is missing'],
    ['no t', [BOOT, change('"t":24,', '')], 'line 2: "t" is missing'],
    [
      'a key too large',
      [BOOT, change('2038', '4096')],
      'line 2: "key" must be 4095 or less, not 4096',
    ],
    ['a key below zero', [BOOT, change('2038', '-1')], 'line 2: "key" must be 0 or more, not -1'],
    [
      'a key in halves',
      [BOOT, change('2038', '1.5')],
      'line 2: "key" must be a whole number, not 1.5',
    ],
    [
      'a key in text',
      [BOOT, change('2038', '"1"')],
      'line 2: "key" must be a whole number, not "1"',
    ],
    [
      'a value too long',
      [BOOT, change('"find","key":2038', '"insert","key":1,"size":1024')],
      'line 2: "size" must be 1023 or less, not 1024',
    ],
    ['a stranger', [BOOT, change('"key"', '"colour":1,"key"')], 'line 2: unknown field "colour"'],
    [
      'time that runs backwards',
      [BOOT, FIND, change('"t":24', '"t":23')],
      'line 3: time runs backwards: "t" is 23 after 24',
    ],
    [
      'acts that run backwards',
      [BOOT, change('"act":1', '"act":0')],
      'line 2: "act" must be 1 or more, not 0',
    ],
    [
      'an act that begins without its label',
      [BOOT, FIND, change('"act":1', '"act":2')],
      'line 3: act 2 begins without its "label": a line is missing before it',
    ],
    [
      'an act that is missing',
      [BOOT, FIND, change('"act":1', '"act":4,"label":"x"')],
      'line 3: acts 2 to 3 are missing',
    ],
    [
      'half a range',
      [BOOT, change('"find","key":2038', '"iterate","from":1')],
      'line 2: "to" is missing',
    ],
    [
      'a range that ends before it begins',
      [BOOT, change('"find","key":2038', '"iterate","from":2,"to":1')],
      'line 2: "from" 2 is past "to" 1',
    ],
    [
      'a key twice in one transaction',
      [
        BOOT,
        change(
          '"find","key":2038',
          '"transaction","updates":[{"op":"remove","key":1},{"op":"remove","key":1}]',
        ),
      ],
      'line 2: key 1 stands twice in one transaction',
    ],
    [
      'an update without its size',
      [BOOT, change('"find","key":2038', '"transaction","updates":[{"op":"insert","key":1}]')],
      'line 2: "updates.0.size" is missing',
    ],
    [
      'more days than virtual time is exact for',
      [BOOT, change('"t":24', '"t":9000000000')],
      'line 2: more than 100 days without a "boot": virtual time is not exact for longer',
    ],
  ];
  for (const [what, rows, expected] of REFUSALS) {
    it(`refuses ${what}`, () => {
      expect(refusal(...rows)).to.equal(expected);
    });
  }

  it('every line of the tour is needed: without the first of an action it is refused', () => {
    const rows = shipped('fido-tour.jsonl').trimEnd().split('\n');
    rows.forEach((row, index) => {
      if (index === 0 || !row.includes('"label"')) return;
      const parsed = parseWorkload(rows.toSpliced(index, 1).join('\n'));
      expect(parsed.ok, `without line ${index + 1}`).to.equal(false);
    });
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const parsed = parseWorkload(text);
        return parsed.ok || parsed.error.length > 0;
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
