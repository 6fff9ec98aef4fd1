// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Workloads in three forms: what they say, and which line is named when they are refused. NON-TOCK. */
import { expect } from 'chai';
import { readWorkload } from '#lab/studies/workload/read';
import type { CheckedLine } from '#lab/run/workload';

function lines(name: string, text: string): readonly CheckedLine[] {
  const read = readWorkload(name, text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

function refusal(name: string, ...rows: string[]): string {
  const read = readWorkload(name, rows.join('\n'));
  return read.ok ? `accepted ${read.value.length}` : read.error;
}

const PLAIN: readonly CheckedLine[] = [
  { t: 0, op: 'insert', key: 7, size: 40, event: 'insert', act: 1 },
  { t: 250, op: 'remove', key: 7, event: 'remove', act: 2 },
  { t: 250, op: 'boot', event: 'boot', act: 3 },
];

describe('A trace as JSON lines', () => {
  it('needs time, operation, key and size: each call is then a command of its own', () => {
    const text = [
      '{"time":0,"op":"insert","key":7,"size":40}',
      '{"t":250,"op":"remove","key":7}',
      '{"t":250,"op":"boot"}',
    ].join('\n');
    expect(lines('a.jsonl', text)).to.deep.equal(PLAIN);
    expect(lines('a.jsonl', `\uFEFF${text}\r\n`)).to.deep.equal(PLAIN);
  });

  it('whose first line names its command has to name all', () => {
    const [first, second] = [
      '{"t":0,"event":"e","act":1,"op":"boot"}',
      '{"t":1,"op":"remove","key":1}',
    ];
    expect(refusal('a.jsonl', first, second)).to.equal('line 2: "event" is missing');
  });

  for (const [what, row, expected] of [
    [
      'a negative size',
      '{"t":9,"op":"insert","key":1,"size":-4}',
      '"size" must be 0 or more, not -4',
    ],
    [
      'time that runs backwards',
      '{"t":1,"op":"remove","key":1}',
      'time runs backwards: "t" is 1 after 5',
    ],
    ['two times', '{"t":9,"time":9,"op":"remove","key":1}', 'unknown field "time"'],
    ['a hole', '', 'the line is empty'],
    ['a call without a key', '{"t":9,"op":"remove"}', '"key" is missing'],
  ] as const) {
    it(`is refused for ${what}`, () => {
      const rows = [
        '{"t":0,"op":"boot"}',
        '{"t":5,"op":"remove","key":1}',
        row,
        '{"t":9,"op":"boot"}',
      ];
      expect(refusal('a.jsonl', ...rows)).to.equal(`line 3: ${expected}`);
    });
  }
});

describe('A trace as CSV', () => {
  it('says the same as JSON lines; columns in any order, empty cells left out', () => {
    const rows = ['op,key,size,time', 'insert,7,40,0', 'remove,7,,250', 'boot,,,250', ''];
    expect(lines('a.csv', rows.join('\n'))).to.deep.equal(PLAIN);
    expect(lines('a.csv', rows.join('\r\n'))).to.deep.equal(PLAIN);
  });

  it('takes cells in quotes, with commas and quotes in them', () => {
    const rows = ['t,op,key,event,act,label', '0,remove,1,log in,1,"at ""home"", again"'];
    expect(lines('a.csv', rows.join('\n'))).to.deep.equal([
      { t: 0, op: 'remove', key: 1, event: 'log in', act: 1, label: 'at "home", again' },
    ]);
  });

  const HEAD = 'time,op,key,size';
  for (const [what, rows, expected] of [
    [
      'nothing',
      [''],
      "line 1: unknown column '' (there are: t, time, op, key, size, event, act, label, words, from, to)",
    ],
    ['a heading alone', [HEAD], 'the workload is empty: there is a heading and no row'],
    ['no column op', ['time,key'], "line 1: column 'op' is missing"],
    ['a column twice', ['op,op'], "line 1: column 'op' stands twice"],
    [
      'a negative size',
      [HEAD, '0,insert,1,4', '1,insert,1,-4'],
      'line 3: "size" must be 0 or more, not -4',
    ],
    ['a size in text', [HEAD, '0,insert,1,4B'], 'line 2: "size" must be a whole number, not "4B"'],
    ['a size that is missing', [HEAD, '0,insert,1,'], 'line 2: "size" is missing'],
    ['a cell too few', [HEAD, '0,remove,1'], 'line 2: 3 cells under 4 columns'],
    ['a hole', [HEAD, '0,boot,,', '', '1,boot,,'], 'line 3: the line is empty'],
    [
      'time that runs backwards',
      [HEAD, '5,boot,,', '4,boot,,'],
      'line 3: time runs backwards: "t" is 4 after 5',
    ],
    [
      'a quote that stays open',
      [HEAD, '0,"boot,,'],
      'line 2: cell 2 has a quote that does not close',
    ],
  ] as const) {
    it(`is refused for ${what}`, () => {
      expect(refusal('a.csv', ...rows)).to.equal(expected);
    });
  }
});

it('A workload in no known form is refused', () => {
  expect(refusal('a.txt', 'x')).to.equal(
    'a workload is a trace .jsonl or .csv, or a description .json',
  );
});
