// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How the words of a system call are read from, and its answer put into, a process's registers: one
 * encoding for each numbering that a kernel generation had.
 *
 * Mirrors `kernel/src/syscall.rs` (`encode_syscall_return`); before 2.0, `kernel/src/returncode.rs`.
 */
import type { ErrorCode, StatusCode } from './errorcode.ts';
import { Register, ReturnVariant } from './syscall.ts';
import type { CommandReturn } from './syscall-driver.ts';

const { R0, R1, R2, R3 } = Register;

/** The word in a register. */
export const word = (registers: Uint32Array, index: number): number => registers[index] ?? 0;

/** How a kernel generation tells a process what became of its call. */
export interface AnswerEncoding {
  /** Whether r0 names a variant and the other words follow it; else r0 alone is the answer. */
  readonly variants: boolean;
  /** The number of an error that crosses the boundary. */
  errorNumber(error: ErrorCode): number;
  /** What an upcall carries for a status: 0 is success in each of them, but for the error numbered 0. */
  statusWord(status: StatusCode): number;
  /** Puts a command's, or a memory operation's, answer into the registers. */
  setReturn(registers: Uint32Array, answer: CommandReturn): void;
  /** Answers a subscribe or an allow that succeeded: the pair that was held before. */
  swapped(registers: Uint32Array, first: number, second: number): void;
  /** Answers one that was refused: the error, then a pair, which is the one passed unless a capsule says otherwise. */
  refused(registers: Uint32Array, error: ErrorCode, first: number, second: number): void;
}

/** Words after r0 that each variant uses; the others keep what was there. */
const WORDS: Readonly<Record<ReturnVariant, number>> = {
  [ReturnVariant.Failure]: 1,
  [ReturnVariant.FailureU32]: 2,
  [ReturnVariant.FailureU32U32]: 3,
  [ReturnVariant.FailureU64]: 3,
  [ReturnVariant.Success]: 0,
  [ReturnVariant.SuccessU32]: 1,
  [ReturnVariant.SuccessU32U32]: 2,
  [ReturnVariant.SuccessU64]: 2,
  [ReturnVariant.SuccessU32U32U32]: 3,
  [ReturnVariant.SuccessU32U64]: 3,
};

const isFailure = (variant: ReturnVariant): boolean => variant < ReturnVariant.Success;

/** TRD 104: a variant in r0, and errors numbered from `first`. */
class VariantEncoding implements AnswerEncoding {
  readonly variants = true;

  constructor(
    private readonly first: 0 | 1,
    readonly statusWord: (status: StatusCode) => number,
  ) {}

  errorNumber(error: ErrorCode): number {
    return error - 1 + this.first;
  }

  setReturn(registers: Uint32Array, answer: CommandReturn): void {
    const { variant } = answer;
    const words = WORDS[variant];
    registers[R0] = variant;
    if (words > 0)
      registers[R1] = isFailure(variant) ? answer.word1 - 1 + this.first : answer.word1;
    if (words > 1) registers[R2] = answer.word2;
    if (words > 2) registers[R3] = answer.word3;
  }

  swapped(registers: Uint32Array, first: number, second: number): void {
    registers[R0] = ReturnVariant.SuccessU32U32;
    registers[R1] = first;
    registers[R2] = second;
  }

  refused(registers: Uint32Array, error: ErrorCode, first: number, second: number): void {
    registers[R0] = ReturnVariant.FailureU32U32;
    registers[R1] = error - 1 + this.first;
    registers[R2] = first;
    registers[R3] = second;
  }
}

const negated = (code: number): number => (code === 0 ? 0 : -code) >>> 0;

/**
 * Tock 1.x: r0 is a signed number, an error below zero, a success with its first value else. What a
 * success has beyond one word, and what was held before a subscribe, nobody is told.
 */
const RETURN_CODE: AnswerEncoding = {
  variants: false,
  errorNumber: negated,
  statusWord: negated,
  setReturn(registers, { variant, word1 }) {
    registers[R0] = isFailure(variant) ? negated(word1) : word1;
  },
  swapped(registers) {
    registers[R0] = 0;
  },
  refused(registers, error) {
    registers[R0] = negated(error);
  },
};

/**
 * By the name that a profile has for it. `from-zero`: the kernel of early 2021, whose ErrorCode began
 * with FAIL = 0, and whose upcalls still carried ReturnCodes.
 */
export const ANSWER_ENCODINGS = {
  'return-code': RETURN_CODE,
  'from-zero': new VariantEncoding(0, negated),
  'from-one': new VariantEncoding(1, (status) => status),
} as const satisfies Record<string, AnswerEncoding>;

/** The name of an encoding. */
export type AnswerEncodingName = keyof typeof ANSWER_ENCODINGS;
