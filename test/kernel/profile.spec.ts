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

  it('2.1 differs from 2.2 in null upcalls and Yield-WaitFor alone (#3577)', () => {
    const { name, description, ...flags } = PROFILES['2.1'];
    expect(`${name} ${description}`).to.contain('2.1');
    expect(flags).to.deep.equal({
      nullUpcalls: 'dropped',
      yieldWaitFor: false,
      unknownYield: 'fault',
      noWaitNullUpcalls: 'counts',
      numberOutOfRange: ErrorCode.NOSUPPORT,
      absentDriverUpcall: 'passed',
      staleReturnValues: 'kept',
    });
  });

  it('2.2 is the code, 2.2-trd the text: five departures (TRD 104 §4.1, §4.2, §4.4)', () => {
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
      'staleReturnValues',
    ]);
  });
});
