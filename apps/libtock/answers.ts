// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How the answers of a kernel are read: each generation had its numbering. Apps see TRD 104's, whatever the kernel.
 *
 * NON-TOCK: each libtock was written for one kernel.
 */
import { BADRVAL } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { Register, ReturnVariant } from '#kernel/syscall';
import { CommandResult, ReturnCodeResult } from './command-result.ts';
import type { Pair, Swapped } from './loans.ts';

/** Reads what a call left in the registers. */
export interface AnswerDecoding {
  /** Whether subscribe and allow say what was lent before. */
  readonly tells: boolean;
  /** Of a command or a memory operation. */
  result(registers: Uint32Array): CommandResult;
  /** Of a subscribe or an allow; where nothing is told, the pair is zeros. */
  swapped(registers: Uint32Array): Swapped;
  /** The pair that a refusal gave back, if it gave one. */
  echo(registers: Uint32Array): Pair | undefined;
  /** The StatusCode that an upcall carries: 0, or an error's number. */
  status(word: number): number;
}

const { R0, R1, R2, R3 } = Register;
const word = (registers: Uint32Array, index: number): number => registers[index] ?? 0;

const fromOne: AnswerDecoding = {
  tells: true,
  result(registers) {
    return new CommandResult(
      word(registers, R0),
      word(registers, R1),
      word(registers, R2),
      word(registers, R3),
    );
  },
  swapped(registers) {
    return registers[R0] === ReturnVariant.SuccessU32U32
      ? Ok([word(registers, R1), word(registers, R2)])
      : Err(word(registers, R1));
  },
  echo(registers) {
    return registers[R0] === ReturnVariant.FailureU32U32
      ? [word(registers, R2), word(registers, R3)]
      : undefined;
  },
  status: (code) => code,
};

/** A ReturnCode: errors are below zero. */
const statusOfReturnCode = (code: number): number => Math.max(0, -(code | 0));

/** Early 2021: errors began with FAIL = 0, and upcalls still carried ReturnCodes. */
const fromZero: AnswerDecoding = {
  ...fromOne,
  result(registers) {
    const variant = word(registers, R0);
    const shift = variant <= ReturnVariant.FailureU64 ? 1 : 0;
    const first = word(registers, R1) + shift;
    return new CommandResult(variant, first, word(registers, R2), word(registers, R3));
  },
  swapped(registers) {
    const swapped = fromOne.swapped(registers);
    return swapped.ok ? swapped : Err(swapped.error + 1);
  },
  status: statusOfReturnCode,
};

/** Tock 1.x: r0 is all. Of what is below zero, only what can be an error's number is one. */
const returnCode: AnswerDecoding = {
  tells: false,
  result(registers) {
    return new ReturnCodeResult(word(registers, R0), errorOf(word(registers, R0)));
  },
  swapped(registers) {
    const error = errorOf(word(registers, R0));
    return error === 0 ? Ok([0, 0]) : Err(error);
  },
  echo: () => undefined,
  status: statusOfReturnCode,
};

function errorOf(code: number): number {
  const status = statusOfReturnCode(code);
  return status <= BADRVAL ? status : 0;
}

/** By the name that a kernel's profile has for it. */
export const ANSWER_DECODINGS = {
  'from-one': fromOne,
  'from-zero': fromZero,
  'return-code': returnCode,
} as const satisfies Record<string, AnswerDecoding>;

/** How a kernel numbers its answers. */
export type AnswerNumbering = keyof typeof ANSWER_DECODINGS;
