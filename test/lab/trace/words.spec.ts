// SPDX-License-Identifier: Apache-2.0 OR MIT
/** System calls and their answers in words; numbers from TRD 104. NON-TOCK. */
import { expect } from 'chai';
import { className, describeCall, describeReturn } from '#lab/trace/words';

const call = (syscallClass: number, r0 = 0, r1 = 0, r2 = 0, r3 = 0): string =>
  describeCall(syscallClass, { r0, r1, r2, r3 });
const answer = (syscallClass: number, r0 = 0, r1 = 0, r2 = 0, r3 = 0): string =>
  describeReturn(syscallClass, { r0, r1, r2, r3 });

describe('Words of a system call', () => {
  const CALLS: readonly (readonly [string, string])[] = [
    [call(0, 0, 0x20000004), 'yield-no-wait(0x20000004)'],
    [call(0, 1), 'yield-wait'],
    [call(0, 2, 0, 0), 'yield-wait-for(alarm, 0)'],
    [call(0, 9), 'yield(9, 0x0, 0x0)'],
    [call(2, 0x31337, 3), 'command(0x31337, 3, 0, 0)'],
    [call(3, 0x50010, 0, 0x20000100, 64), 'allow-read-write(persistent-store, 0, 0x20000100, 64)'],
    [call(7, 1, 0, 0, 0), 'allow-userspace-readable(console, 0, 0x0, 0)'],
    [call(5, 0, 0x20001000), 'memop(brk, 0x20001000)'],
    [call(5, 8, 1), 'memop(flash-region-start, 1)'],
    [call(5, 2, 77), 'memop(ram-start)'],
    [call(5, 99), 'memop(99)'],
    [call(6, 0, 1), 'exit-terminate(1)'],
    [call(6, 1, 0), 'exit-restart(0)'],
    [call(8, 1, 2, 3, 0xffffffff), 'class-8(0x1, 0x2, 0x3, 0xffffffff)'],
  ];
  for (const [seen, expected] of CALLS) {
    it(expected, () => {
      expect(seen).to.equal(expected);
    });
  }

  it('names every class of TRD 104', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(className)).to.deep.equal([
      'yield',
      'subscribe',
      'command',
      'allow-read-write',
      'allow-read-only',
      'memop',
      'exit',
      'allow-userspace-readable',
    ]);
  });
});

describe('Words of an answer', () => {
  const ANSWERS: readonly (readonly [string, string])[] = [
    [answer(2, 0, 6), 'Failure(INVAL)'],
    [answer(2, 1, 1, 9), 'Failure(FAIL, 9)'],
    [answer(2, 2, 1, 9, 8), 'Failure(FAIL, 9, 8)'],
    [answer(2, 3, 1, 1, 1), 'Failure(FAIL, 4294967297)'],
    [answer(2, 128), 'Success'],
    [answer(2, 129, 7), 'Success(7)'],
    [answer(2, 130, 7, 8), 'Success(7, 8)'],
    [answer(2, 131, 0xffffffff, 0xffffffff), 'Success(18446744073709551615)'],
    [answer(2, 132, 1, 2, 3), 'Success(1, 2, 3)'],
    [answer(2, 133, 1, 2, 1), 'Success(1, 4294967298)'],
    [answer(2, 77, 1, 2, 3), 'variant 77 (0x1, 0x2, 0x3)'],
    [answer(5, 129, 0x20000000), 'Success(0x20000000)'],
    [answer(1, 130, 0, 0), '(0x0, 0)'],
  ];
  for (const [seen, expected] of ANSWERS) {
    it(expected, () => {
      expect(seen).to.equal(expected);
    });
  }
});
