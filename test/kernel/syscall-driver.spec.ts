// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The only lawful answers to a command, word by word.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { ReturnVariant } from '#kernel/syscall';
import { CommandReturn } from '#kernel/syscall-driver';

function parts({ variant, word1, word2, word3 }: CommandReturn): number[] {
  return [variant, word1, word2, word3];
}

describe('CommandReturn', () => {
  it('A11 builds each of the ten variants with its own number and words (TRD 104 §3.2)', () => {
    const all = [
      CommandReturn.failure(ErrorCode.FAIL),
      CommandReturn.failureU32(ErrorCode.BUSY, 11),
      CommandReturn.failureU32U32(ErrorCode.ALREADY, 11, 12),
      CommandReturn.failureU64(ErrorCode.OFF, 0x0000_000c_0000_000bn),
      CommandReturn.success(),
      CommandReturn.successU32(11),
      CommandReturn.successU32U32(11, 12),
      CommandReturn.successU64(0x0000_000c_0000_000bn),
      CommandReturn.successU32U32U32(11, 12, 13),
      CommandReturn.successU32U64(11, 0x0000_000d_0000_000cn),
    ].map(parts);
    expect(all).to.deep.equal([
      [0, 1, 0, 0],
      [1, 2, 11, 0],
      [2, 3, 11, 12],
      [3, 4, 11, 12],
      [128, 0, 0, 0],
      [129, 11, 0, 0],
      [130, 11, 12, 0],
      [131, 11, 12, 0],
      [132, 11, 12, 13],
      [133, 11, 12, 13],
    ]);
    expect(all.map(([variant]) => variant)).to.have.members(Object.values(ReturnVariant));
  });

  it('A04 splits 64 bits into unsigned words, low first, and drops what is above', () => {
    expect(parts(CommandReturn.successU64(0xffff_ffff_ffff_ffffn))).to.deep.equal([
      131, 0xffff_ffff, 0xffff_ffff, 0,
    ]);
    expect(parts(CommandReturn.successU64(0x5_0000_0001_8000_0000n))).to.deep.equal([
      131, 0x8000_0000, 1, 0,
    ]);
  });

  it('A07 turns a result into Success or Failure', () => {
    expect(parts(CommandReturn.fromResult(Ok()))).to.deep.equal([128, 0, 0, 0]);
    expect(parts(CommandReturn.fromResult(Err(ErrorCode.NOACK)))).to.deep.equal([0, 13, 0, 0]);
  });
});
