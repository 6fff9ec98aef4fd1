// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a capsule implements to serve system calls, and the only lawful answers to a command.
 *
 * Mirrors `kernel/src/syscall_driver.rs`.
 */
import type { ErrorCode } from './errorcode.ts';
import type { ProcessError, ProcessId } from './process.ts';
import type { UserspaceReadableProcessBuffer } from './processbuffer.ts';
import type { Result } from './result.ts';
import { ReturnVariant } from './syscall.ts';

/** A command's answer: built only through the named constructors, so that it is always encodable. */
export class CommandReturn {
  private constructor(
    /** r0. */
    readonly variant: ReturnVariant,
    /** r1 to r3, as far as the variant uses them. */
    readonly word1: number,
    readonly word2: number,
    readonly word3: number,
  ) {}

  private static readonly SUCCESS = new CommandReturn(ReturnVariant.Success, 0, 0, 0);

  static success(): CommandReturn {
    return CommandReturn.SUCCESS;
  }
  static successU32(value: number): CommandReturn {
    return new CommandReturn(ReturnVariant.SuccessU32, value, 0, 0);
  }
  static successU32U32(value0: number, value1: number): CommandReturn {
    return new CommandReturn(ReturnVariant.SuccessU32U32, value0, value1, 0);
  }
  static successU32U32U32(value0: number, value1: number, value2: number): CommandReturn {
    return new CommandReturn(ReturnVariant.SuccessU32U32U32, value0, value1, value2);
  }
  static successU64(value: bigint): CommandReturn {
    return new CommandReturn(ReturnVariant.SuccessU64, low(value), high(value), 0);
  }
  static successU32U64(value0: number, value1: bigint): CommandReturn {
    return new CommandReturn(ReturnVariant.SuccessU32U64, value0, low(value1), high(value1));
  }
  static failure(error: ErrorCode): CommandReturn {
    return new CommandReturn(ReturnVariant.Failure, error, 0, 0);
  }
  static failureU32(error: ErrorCode, value: number): CommandReturn {
    return new CommandReturn(ReturnVariant.FailureU32, error, value, 0);
  }
  static failureU32U32(error: ErrorCode, value0: number, value1: number): CommandReturn {
    return new CommandReturn(ReturnVariant.FailureU32U32, error, value0, value1);
  }
  static failureU64(error: ErrorCode, value: bigint): CommandReturn {
    return new CommandReturn(ReturnVariant.FailureU64, error, low(value), high(value));
  }
  /** Success without a value, or the failure. */
  static fromResult(result: Result): CommandReturn {
    return result.ok ? CommandReturn.SUCCESS : CommandReturn.failure(result.error);
  }
}

const low = (value: bigint): number => Number(BigInt.asUintN(32, value));
const high = (value: bigint): number => Number(BigInt.asUintN(32, value >> 32n));

/** A capsule's side of the system calls. Upcalls and buffers are swapped by the kernel (`grant.ts`). */
export interface SyscallDriver {
  /** Command 0 is the existence test: Success. An unknown command: NOSUPPORT. */
  command(commandNum: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn;
  /** Class 7: takes a buffer that userspace goes on reading, or refuses it. Absent: NOSUPPORT. */
  allowUserspaceReadable?(
    processId: ProcessId,
    which: number,
    buffer: UserspaceReadableProcessBuffer,
  ): Result<UserspaceReadableProcessBuffer, readonly [UserspaceReadableProcessBuffer, ErrorCode]>;
  /** Makes the process's grant exist: `this.apps.enter(processId, () => {})`. No default, as in Tock. */
  allocateGrant(processId: ProcessId): Result<void, ProcessError>;
}
