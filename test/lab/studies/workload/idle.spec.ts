// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The rule of idle time: no call is due for 5 seconds. NON-TOCK. */
import { expect } from 'chai';
import { prepareWhenIdle } from '#lab/studies/workload/idle';
import type { CheckedLine } from '#lab/run/workload';

const at = (t: number, op: 'boot' | 'clear'): CheckedLine =>
  op === 'boot' ? { t, act: 1, event: 'on', op } : { t, act: 1, event: 'e', op, key: 0 };

function prepared(...lines: CheckedLine[]): string[] {
  return prepareWhenIdle(lines, 300).map(({ op, t }) => `${op} ${t}`);
}

describe('prepareWhenIdle', () => {
  it('prepares where 5 s lie before the next call, and not where a millisecond less does', () => {
    expect(prepared(at(0, 'clear'), at(4999, 'clear'), at(9999, 'clear'))).to.deep.equal([
      'clear 0',
      'clear 4999',
      'prepare 4999',
      'clear 9999',
    ]);
  });

  it('keeps the line in the file, where a call has one', () => {
    const calls = prepareWhenIdle([{ ...at(0, 'clear'), row: 7 }, at(9000, 'clear')], 1);
    expect(calls.map(({ row }) => row)).to.deep.equal([7, 7, undefined]);
  });

  it('takes a power cycle for the end of idle time, and does nothing after it by itself', () => {
    expect(prepared(at(0, 'clear'), at(5000, 'boot'), at(20_000, 'clear'))).to.deep.equal([
      'clear 0',
      'prepare 0',
      'boot 5000',
      'clear 20000',
    ]);
  });
});
