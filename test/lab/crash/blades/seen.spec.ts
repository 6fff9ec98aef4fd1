// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What a process saw, times aside. NON-TOCK. */
import { expect } from 'chai';
import { firstDifference, seenBy } from '#lab/crash/blades/seen';
import type { TraceRecord } from '#kernel/trace';

const COMMAND = 2;
const READ_ONLY_ALLOW = 4;
const FLASH = 0x5_0011;

type Words = readonly [number, number, number, number];

const record = (event: TraceRecord['event'], fields: TraceRecord['fields']): TraceRecord => ({
  t: 0,
  event,
  process: 1,
  fields,
});

function call(syscallClass: number, [r0, r1, r2, r3]: Words, answer: Words): TraceRecord[] {
  const [a0, a1, a2, a3] = answer;
  return [
    record('syscall', { class: syscallClass, r0, r1, r2, r3 }),
    record('syscallReturn', { r0: a0, r1: a1, r2: a2, r3: a3 }),
  ];
}

const upcall = (driver: number, ...[arg0, arg1, arg2]: readonly [number, number, number]) =>
  record('waitForReturned', { driver, subscribe: 0, arg0, arg1, arg2 });

describe('What a process saw', () => {
  it('is its answers and its upcalls, and nobody else’s', () => {
    const other = call(COMMAND, [1, 1, 5, 0], [128, 0, 0, 0]).map((each) => ({
      ...each,
      process: 0,
    }));
    const own = call(COMMAND, [1, 1, 9, 0], [128, 0, 0, 0]);
    expect(seenBy([...other, ...own, upcall(1, 9, 0, 0)], 1)).to.deep.equal([
      '2 1 1 9 0 gave 128 0 0 0',
      'upcall 1 0: 9 0 0',
    ]);
  });

  it('leaves out what tells the time: the alarm and the buttons', () => {
    const records = [
      ...call(COMMAND, [0, 2, 0, 0], [129, 77, 0, 0]),
      upcall(0, 77, 70, 0),
      upcall(3, 0, 1, 0),
    ];
    expect(seenBy(records, 1)).to.deep.equal([]);
  });

  it('leaves out an attempt that was BUSY with what was lent for it, and keeps any other refusal', () => {
    const lend = call(READ_ONLY_ALLOW, [FLASH, 0, 0x2000_0000, 16], [130, 0, 0, 0]);
    const takeBack = call(READ_ONLY_ALLOW, [FLASH, 0, 0, 0], [130, 0x2000_0000, 16, 0]);
    const write = (answer: Words): TraceRecord[] => call(COMMAND, [FLASH, 6, 0, 16], answer);
    const attempt = (answer: Words): TraceRecord[] => [...lend, ...write(answer), ...takeBack];
    const refused = attempt([0, 6, 0, 0]);
    expect(seenBy([...attempt([0, 2, 0, 0]), ...refused], 1)).to.deep.equal(seenBy(refused, 1));
    expect(seenBy(refused, 1)).to.have.length(3);
    expect(seenBy([...refused, ...attempt([0, 2, 0, 0])], 1)).to.deep.equal(seenBy(refused, 1));
  });

  it('differs at the first line that is another, is missing, or is too much', () => {
    expect(firstDifference(['a', 'b'], ['a', 'b'])).to.equal(undefined);
    expect(firstDifference(['a', 'b'], ['a', 'c'])).to.equal('c; undisturbed: b');
    expect(firstDifference(['a', 'b'], ['a'])).to.equal('nothing more; undisturbed: b');
    expect(firstDifference(['a'], ['a', 'b'])).to.equal('b; undisturbed: nothing');
  });
});
