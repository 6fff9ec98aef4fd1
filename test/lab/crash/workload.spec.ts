// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What operations a file asks for. NON-TOCK. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { payload } from '#apps/authenticator';
import { parseOperations } from '#lab/crash/workload';
import { ROOT } from '#tools/sources';

const lines = (...rows: object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
const use = (row: object): object => ({ t: 0, event: 'x', act: 1, ...row });

describe('parseOperations', () => {
  it('takes the writing calls of recorded use, each value another one', () => {
    const text = lines(
      use({ op: 'boot' }),
      use({ op: 'insert', key: 7, size: 5 }),
      use({ op: 'find', key: 7 }),
      use({ op: 'transaction', updates: [{ op: 'insert', key: 7, size: 3 }] }),
      use({ op: 'remove', key: 7 }),
      use({ op: 'clear', key: 9 }),
      use({ op: 'prepare', words: 4 }),
      use({ op: 'iterate' }),
    );
    expect(parseOperations(text)).to.deep.equal({
      ok: true,
      value: [
        { op: 'insert', key: 7, value: payload(7, 0, 5) },
        { op: 'transaction', updates: [{ op: 'insert', key: 7, value: payload(7, 1, 3) }] },
        { op: 'remove', key: 7 },
        { op: 'clear', minKey: 9 },
        { op: 'prepare', length: 4 },
      ],
    });
  });

  it('takes operations as they stand in cases', () => {
    const text = `${lines({ op: 'insert', key: 1, value: '00ff' }, { op: 'removehandle', key: 1 })}\n`;
    expect(parseOperations(text)).to.deep.equal({
      ok: true,
      value: [
        { op: 'insert', key: 1, value: Uint8Array.of(0, 255) },
        { op: 'removehandle', key: 1 },
      ],
    });
  });

  it('reads the workloads that come with the project', () => {
    const text = readFileSync(join(ROOT, 'data/workloads/fido-first-day.jsonl'), 'utf8');
    const parsed = parseOperations(text);
    expect(parsed.ok && parsed.value.length).to.be.greaterThan(20);
  });

  const STRANGERS: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /^the workload is empty$/],
    ['words', 'insert 1', /^line 1: not JSON$/],
    ['a list', '[]', /^line 1: must be an object/],
    ['another field', '{"op":"remove","key":1,"t":-1}', /^line 1: /],
    [
      'a bad value',
      '{"op":"remove","key":1}\n{"op":"insert","key":1,"value":"x"}',
      /^line 2: value/,
    ],
    ['an unknown operation', '{"op":"drop","key":1}', /^line 1: op/],
    ['a line that breaks off', '{"op":"remove","key":1}\n{"op":', /^line 2: not JSON$/],
    ['only reads', lines(use({ op: 'find', key: 1 })), /no operation that writes/],
  ];
  for (const [what, text, said] of STRANGERS) {
    it(`refuses ${what} with a sentence`, () => {
      const parsed = parseOperations(text);
      expect(parsed.ok ? '' : parsed.error).to.match(said);
    });
  }
});
