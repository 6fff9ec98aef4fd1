// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Answers in registers: the variant's number, its words in order, and nothing else touched.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ANSWER_ENCODINGS, word } from '#kernel/answer';
import { ErrorCode } from '#kernel/errorcode';
import { REGISTER_COUNT } from '#kernel/syscall';
import { CommandReturn } from '#kernel/syscall-driver';

const BEFORE = [0xa0, 0xa1, 0xa2, 0xa3, 2];
const BIG = 0x1_0000_0002n;
const TRD104 = ANSWER_ENCODINGS['from-one'];
const EARLY = ANSWER_ENCODINGS['from-zero'];
const VERSION_1 = ANSWER_ENCODINGS['return-code'];

describe('setReturn of TRD 104', () => {
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
      TRD104.setReturn(registers, answer);
      expect([...registers]).to.deep.equal([...expected, ...BEFORE.slice(expected.length)]);
    });
  }

  it('A11 names ten variants with ten different numbers', () => {
    expect(new Set(rows.map(([, { variant }]) => variant)).size).to.equal(10);
  });
});

describe('refused of TRD 104', () => {
  it('B05 answers FailureU32U32 with the error and the two words passed, in r2 and r3 (TRD 104 §4.2)', () => {
    const registers = Uint32Array.from(BEFORE);
    TRD104.refused(registers, ErrorCode.INVAL, 0xa2, 0xa3);
    expect([...registers]).to.deep.equal([2, 6, 0xa2, 0xa3, 2]);
  });
});

describe('the encoding of early 2021', () => {
  it('A17 numbers errors from 0: FAIL is 0, NOACK 12 (the kernel before 2021-04)', () => {
    for (const [error, number] of [
      [ErrorCode.FAIL, 0],
      [ErrorCode.NOACK, 12],
    ] as const) {
      const registers = Uint32Array.from(BEFORE);
      EARLY.setReturn(registers, CommandReturn.failureU32(error, 7));
      expect([...registers]).to.deep.equal([1, number, 7, 0xa3, 2]);
      EARLY.refused(registers, error, 8, 9);
      expect([...registers]).to.deep.equal([2, number, 8, 9, 2]);
      expect(EARLY.errorNumber(error)).to.equal(number);
    }
  });

  it('A17 leaves the words of a success alone', () => {
    const registers = Uint32Array.from(BEFORE);
    EARLY.setReturn(registers, CommandReturn.successU32(7));
    expect([...registers]).to.deep.equal([129, 7, 0xa2, 0xa3, 2]);
  });
});

describe('the encoding of 1.x', () => {
  const answered = (answer: CommandReturn): readonly number[] => {
    const registers = Uint32Array.from(BEFORE);
    VERSION_1.setReturn(registers, answer);
    return [...registers];
  };

  it('answers in r0 alone: an error is its number below zero, a success its first value', () => {
    expect(answered(CommandReturn.failureU32(ErrorCode.BUSY, 9))).to.deep.equal([
      0xffff_fffe, 0xa1, 0xa2, 0xa3, 2,
    ]);
    expect(answered(CommandReturn.success())).to.deep.equal([0, 0xa1, 0xa2, 0xa3, 2]);
    expect(answered(CommandReturn.successU32U32(7, 8))).to.deep.equal([7, 0xa1, 0xa2, 0xa3, 2]);
  });

  it('tells nobody what was held before', () => {
    const registers = Uint32Array.from(BEFORE);
    VERSION_1.swapped(registers, 7, 8);
    expect([...registers]).to.deep.equal([0, 0xa1, 0xa2, 0xa3, 2]);
    VERSION_1.refused(registers, ErrorCode.INVAL, 7, 8);
    expect([...registers]).to.deep.equal([0xffff_fffa, 0xa1, 0xa2, 0xa3, 2]);
  });
});

describe('a status in an upcall', () => {
  it('is a StatusCode since 2.0, and was a ReturnCode before: the number, negated', () => {
    for (const [encoding, word] of [
      [TRD104, 2],
      [EARLY, 0xffff_fffe],
      [VERSION_1, 0xffff_fffe],
    ] as const) {
      expect(encoding.statusWord(ErrorCode.BUSY) >>> 0).to.equal(word);
      expect(encoding.statusWord(0)).to.equal(0);
    }
  });
});

describe('word', () => {
  it('reads unsigned words, and 0 past the last register', () => {
    const registers = new Uint32Array(REGISTER_COUNT).fill(-1);
    expect(word(registers, 0)).to.equal(0xffff_ffff);
    expect(word(registers, REGISTER_COUNT)).to.equal(0);
  });
});
