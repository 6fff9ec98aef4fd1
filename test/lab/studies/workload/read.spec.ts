// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Workloads in three forms: what they say, and which line is named when they are refused. NON-TOCK. */
import { expect } from 'chai';
import fc from 'fast-check';
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
    ['a number without end', '{"t":1e999,"op":"boot"}', '"t" must be a whole number, not Infinity'],
    [
      'a key past the last',
      '{"t":9,"op":"find","key":4096}',
      '"key" must be 4095 or less, not 4096',
    ],
    ['a list', '[]', 'must be an object, not a list'],
    ['half an object', '{"t":9,', 'not JSON'],
    ['bytes that are no text', '{"t":9,"op":"boot"}\0', 'not JSON'],
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

/** Each call with its line in the file: the first is below the heading. */
const below = (calls: readonly CheckedLine[]): CheckedLine[] =>
  calls.map((call, index) => ({ ...call, row: index + 2 }));

it('A name that moves a cursor is refused: it would be printed', () => {
  const row = JSON.stringify({ t: 0, act: 1, event: '\u001B[2J', op: 'boot' });
  expect(refusal('a.jsonl', row)).to.equal('line 1: "event" must not hold control characters');
});

describe('A trace as CSV', () => {
  it('says the same as JSON lines; columns in any order, empty cells left out', () => {
    const rows = ['op,key,size,time', 'insert,7,40,0', 'remove,7,,250', 'boot,,,250', ''];
    for (const end of ['\n', '\r\n', '\r']) {
      expect(lines('a.csv', rows.join(end))).to.deep.equal(below(PLAIN));
      expect(lines('A.CSV', `\uFEFF${rows.join(end)}`)).to.deep.equal(below(PLAIN));
    }
  });

  it('makes a transaction of the rows of a batch; what they have in common may stand once', () => {
    const rows = [
      't,op,key,size,batch,act,event',
      '0,insert,1,4,,1,a',
      '5,insert,1,0,save,2,b',
      ',remove,2,,save,,',
      '5,insert,3,8,save,2,b',
      '5,insert,4,1,7,3,c',
    ];
    const [first, ...others] = lines('a.csv', rows.join('\n'));
    expect(first).to.deep.equal({
      ...{ t: 0, op: 'insert', key: 1, size: 4, act: 1, event: 'a', row: 2 },
    });
    expect(others).to.deep.equal([
      {
        ...{ t: 5, op: 'transaction', act: 2, event: 'b', row: 3 },
        updates: [
          { op: 'insert', key: 1, size: 0 },
          { op: 'remove', key: 2 },
          { op: 'insert', key: 3, size: 8 },
        ],
      },
      {
        ...{ t: 5, op: 'transaction', act: 3, event: 'c', row: 6 },
        updates: [{ op: 'insert', key: 4, size: 1 }],
      },
    ]);
  });

  const BATCH = 't,op,key,size,batch';
  for (const [what, rows, expected] of [
    [
      'a search',
      ['0,insert,1,4,a', '0,find,1,,a'],
      'line 3: "op" of a batch must be insert or remove, not find',
    ],
    [
      'an operation that is missing',
      ['0,,1,4,a'],
      'line 2: "op" of a batch must be insert or remove, not empty',
    ],
    [
      'a bad update, in its own line',
      ['0,insert,1,4,a', '0,insert,2,1024,a', '0,insert,3,4,'],
      'line 3: "size" must be 1023 or less, not 1024',
    ],
    [
      'another time',
      ['0,insert,1,4,a', '1,insert,2,4,a'],
      'line 3: "t" is 1, but batch a began with 0 in line 2',
    ],
    [
      'other rows in between',
      ['0,insert,1,4,a', '0,insert,2,4,', '0,insert,3,4,a'],
      'line 4: batch a is over: its rows follow each other',
    ],
    [
      'a key twice',
      ['0,insert,1,4,', '0,insert,2,4,a', '0,remove,2,,a'],
      'line 3: key 2 stands twice in one transaction',
    ],
    [
      'more updates than a transaction takes',
      Array.from({ length: 32 }, (_, key) => `0,remove,${key},,a`),
      'line 2: "updates" a transaction has at most 31 updates',
    ],
    [
      'time that runs backwards behind it',
      ['5,insert,1,4,a', ',insert,2,4,a', '4,boot,,,'],
      'line 4: time runs backwards: "t" is 4 after 5',
    ],
  ] as const) {
    it(`is refused for a batch with ${what}`, () => {
      expect(refusal('a.csv', BATCH, ...rows)).to.equal(expected);
    });
  }

  it('takes cells in quotes, with commas and quotes in them', () => {
    const rows = ['t,op,key,event,act,label', '0,remove,1,log in,1,"at ""home"", again"'];
    expect(lines('a.csv', rows.join('\n'))).to.deep.equal(
      below([{ t: 0, op: 'remove', key: 1, event: 'log in', act: 1, label: 'at "home", again' }]),
    );
  });

  const HEAD = 'time,op,key,size';
  for (const [what, rows, expected] of [
    ['nothing', [''], 'the workload is empty'],
    [
      'a stranger',
      ['op,reads'],
      "line 1: unknown column 'reads' (there are: t, time, op, key, size, batch, event, act, label, words, from, to)",
    ],
    [
      'a key past the last',
      [HEAD, '0,remove,4096,'],
      'line 2: "key" must be 4095 or less, not 4096',
    ],
    [
      'a number without end',
      [HEAD, `${'9'.repeat(400)},boot,,`],
      'line 2: "t" must be a whole number, not Infinity',
    ],
    ['a number in powers', [HEAD, '1e5,boot,,'], 'line 2: "t" must be a whole number, not "1e5"'],
    ['a byte that is no text', [HEAD, '0,bo\0ot,,'], 'line 2: unknown op "bo\0ot"'],
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

it('A workload never makes the reader throw: it is read, or refused in a sentence with its line', () => {
  const csv = fc
    .array(fc.array(fc.oneof(fc.string(), fc.constantFrom('boot', '1', '')), { maxLength: 4 }))
    .map((rows) => ['t,op,key,batch', ...rows.map((row) => row.join(','))].join('\n'));
  const line = fc.record({ t: fc.json(), op: fc.constantFrom('boot', 'find', 'insert') });
  const texts: readonly (readonly [string, fc.Arbitrary<string>])[] = [
    ['a.csv', fc.oneof(fc.string(), csv)],
    [
      'a.jsonl',
      fc.oneof(
        fc.string(),
        fc.array(fc.json()).map((rows) => rows.join('\n')),
      ),
    ],
    [
      'a.json',
      fc.oneof(
        fc.string(),
        fc.json(),
        line.map((value) => JSON.stringify(value)),
      ),
    ],
  ];
  for (const [name, text] of texts) {
    fc.assert(
      fc.property(text, (source) => {
        expect(refusal(name, source)).to.match(/^(accepted|line \d+: |the workload is empty)/);
      }),
      { seed: 1, numRuns: 200 },
    );
  }
});

it('A workload in no known form is refused', () => {
  expect(refusal('a.txt', 'x')).to.equal(
    'a workload is a trace .jsonl or .csv, or a description .json',
  );
});
