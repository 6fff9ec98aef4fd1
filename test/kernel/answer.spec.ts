// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Answers in registers: the variant's number, its words in order, and nothing else touched.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { refuse, setReturn, word } from '#kernel/answer';
import { ErrorCode } from '#kernel/errorcode';
import { REGISTER_COUNT } from '#kernel/syscall';
import { CommandReturn } from '#kernel/syscall-driver';

const BEFORE = [0xa0, 0xa1, 0xa2, 0xa3, 2];
const BIG = 0x1_0000_0002n;

describe('setReturn', () => {
  const rows: readonly [string, CommandReturn, readonly number[]][] = [
    ['A01 Success', CommandReturn.success(), [128]],
    ['A02 SuccessU32', CommandReturn.successU32(7), [129, 7]],
    ['A19 SuccessU32U32', CommandReturn.successU32U32(7, 8), [130, 7, 8]],
    ['A04 SuccessU64, low word first', CommandReturn.successU64(BIG), [131, 2, 1]],
    ['A05 SuccessU32U32U32', CommandReturn.successU32U32U32(7, 8, 9), [132, 7, 8, 9]],
    ['A06 SuccessU32U64, low word first', CommandReturn.successU32U64(7, BIG), [133, 7, 2, 1]],
    ['A07 Failure', CommandReturn.failure(ErrorCode.BUSY), [0, 2]],
    ['A19 FailureU32', CommandReturn.failureU32(ErrorCode.OFF, 7), [1, 4, 7]],
    ['A09 FailureU32U32', CommandReturn.failureU32U32(ErrorCode.SIZE, 8, 9), [2, 7, 8, 9]],
    ['A10 FailureU64', CommandReturn.failureU64(ErrorCode.FAIL, BIG), [3, 1, 2, 1]],
  ];
  for (const [name, answer, expected] of rows) {
    it(`${name} fills ${expected.length} words and leaves the others (TRD 104 §3.2)`, () => {
      const registers = Uint32Array.from(BEFORE);
      setReturn(registers, answer);
      expect([...registers]).to.deep.equal([...expected, ...BEFORE.slice(expected.length)]);
    });
  }

  it('A11 names ten variants with ten different numbers', () => {
    expect(new Set(rows.map(([, { variant }]) => variant)).size).to.equal(10);
  });
});

describe('refuse', () => {
  it('B05 answers FailureU32U32 with the error and the two words passed, in r2 and r3 (TRD 104 §4.2)', () => {
    const registers = Uint32Array.from(BEFORE);
    refuse(registers, ErrorCode.INVAL);
    expect([...registers]).to.deep.equal([2, 6, 0xa2, 0xa3, 2]);
  });
});

describe('word', () => {
  it('reads unsigned words, and 0 past the last register', () => {
    const registers = new Uint32Array(REGISTER_COUNT).fill(-1);
    expect(word(registers, 0)).to.equal(0xffff_ffff);
    expect(word(registers, REGISTER_COUNT)).to.equal(0);
  });
});
