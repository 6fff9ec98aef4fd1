// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The numbers of TRD 104, which every process compiled for Tock relies on.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ExitCall, MemopCall, ReturnVariant, SyscallClass, YieldCall } from '#kernel/syscall';

describe('Numbers of the system call boundary', () => {
  it('A19 classes are 0 to 7 (TRD 104 §4; class 7 from its own draft)', () => {
    expect(SyscallClass).to.deep.equal({
      Yield: 0,
      Subscribe: 1,
      Command: 2,
      ReadWriteAllow: 3,
      ReadOnlyAllow: 4,
      Memop: 5,
      Exit: 6,
      UserspaceReadableAllow: 7,
    });
  });

  it('A19 failures are 0 to 3, successes 128 to 133 (TRD 104 §3.2)', () => {
    expect(ReturnVariant).to.deep.equal({
      Failure: 0,
      FailureU32: 1,
      FailureU32U32: 2,
      FailureU64: 3,
      Success: 128,
      SuccessU32: 129,
      SuccessU32U32: 130,
      SuccessU64: 131,
      SuccessU32U32U32: 132,
      SuccessU32U64: 133,
    });
  });

  it('Yield, Exit and Memop count from 0 (TRD 104 §4.1, §4.6, §4.7)', () => {
    expect(Object.values(YieldCall)).to.deep.equal([0, 1, 2]);
    expect(Object.values(ExitCall)).to.deep.equal([0, 1]);
    expect(Object.values(MemopCall)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});
