// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Kernel generations as data; what each flag does is tested where it acts.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { PROFILES } from '#kernel/profile';

describe('PROFILES', () => {
  it('each carries the name it is found under, and a line for lists', () => {
    for (const [name, profile] of Object.entries(PROFILES)) {
      expect(profile.name).to.equal(name);
      expect(profile.description).to.match(/^Tock .{20,}/);
    }
  });

  it('2.1 differs from 2.2 in null upcalls, Yield-WaitFor (#3577), unknown yields and the flag of Yield-Wait (#3738)', () => {
    const { name, description, ...flags } = PROFILES['2.1'];
    expect(`${name} ${description}`).to.contain('2.1');
    expect(flags).to.deep.equal({
      nullUpcalls: 'dropped',
      yieldWaitFor: false,
      unknownYield: 'return',
      yieldWaitWritesFlag: true,
      userspaceReadableAllow: true,
      noWaitNullUpcalls: 'counts',
      numberOutOfRange: ErrorCode.NOSUPPORT,
      absentDriverUpcall: 'passed',
      storageRules: 'code',
      staleReturnValues: 'kept',
    });
  });

  it('2.0 differs from 2.1 in system call class 7 alone, its capsule-held buffers aside', () => {
    const { '2.0': old, '2.1': next } = PROFILES;
    const { name, description, ...flags } = next;
    expect(`${name} ${description}`).to.contain('2.1');
    expect(old).to.deep.include({ ...flags, userspaceReadableAllow: false });
  });

  it('2.2 is the code, 2.2-trd the text: six departures (TRD 104 §4.1, §4.2, §4.4)', () => {
    const code = PROFILES['2.2'];
    const text = PROFILES['2.2-trd'];
    expect([code.nullUpcalls, code.yieldWaitFor]).to.deep.equal(['queued', true]);
    const differing = Object.keys(code).filter((key) => {
      const flag = key as keyof typeof code;
      return code[flag] !== text[flag];
    });
    expect(differing).to.have.members([
      'name',
      'description',
      'unknownYield',
      'noWaitNullUpcalls',
      'numberOutOfRange',
      'absentDriverUpcall',
      'storageRules',
      'staleReturnValues',
    ]);
  });
});
