// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How the words of a system call are read from, and its answer put into, a process's registers.
 *
 * Mirrors `kernel/src/syscall.rs` (`encode_syscall_return`).
 */
import type { ErrorCode } from './errorcode.ts';
import { Register, ReturnVariant } from './syscall.ts';
import type { CommandReturn } from './syscall-driver.ts';

const { R0, R1, R2, R3 } = Register;

/** The word in a register. */
export const word = (registers: Uint32Array, index: number): number => registers[index] ?? 0;

/** Answers FailureU32U32: the error, then the two words that were passed. */
export function refuse(registers: Uint32Array, error: ErrorCode): void {
  const passed2 = word(registers, R2);
  const passed3 = word(registers, R3);
  registers[R0] = ReturnVariant.FailureU32U32;
  registers[R1] = error;
  registers[R2] = passed2;
  registers[R3] = passed3;
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

/** Puts a command's, or a memory operation's, answer into the registers. */
export function setReturn(registers: Uint32Array, answer: CommandReturn): void {
  const words = WORDS[answer.variant];
  registers[R0] = answer.variant;
  if (words > 0) registers[R1] = answer.word1;
  if (words > 1) registers[R2] = answer.word2;
  if (words > 2) registers[R3] = answer.word3;
}
