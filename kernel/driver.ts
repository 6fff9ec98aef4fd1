// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The interfaces that drivers had before today's: side by side with it, so that an old capsule can be
 * prototyped as it was.
 *
 * Mirrors `kernel/src/driver.rs` of 1.x, of tock-2.0-dev (early 2021) and of 2.0. Today's is in
 * `syscall-driver.ts`; which interfaces a kernel serves says its profile.
 */
import type { Callback, CallbackFactory } from './callback.ts';
import type { ErrorCode, ReturnCode } from './errorcode.ts';
import type { AppSlice } from './mem.ts';
import type { ProcessId } from './process.ts';
import type { ReadOnlyProcessBuffer, ReadWriteProcessBuffer } from './processbuffer.ts';
import type { Result } from './result.ts';
import type { CommandReturn, SyscallDriver } from './syscall-driver.ts';

/** What was held before; or what was passed, with the reason why it is not taken. */
export type SwapResult<T> = Result<T, readonly [T, ErrorCode]>;

/** A driver of Tock 1.x. A method that is absent answers ENOSUPPORT. */
export interface LegacyDriver {
  readonly interface: '1.x';
  /** Takes a callback, or none; the one held before is dropped. */
  subscribe?(
    subscribeNum: number,
    callback: Callback | undefined,
    processId: ProcessId,
  ): ReturnCode;
  /** Success with a value is a number above 0. */
  command?(commandNum: number, arg1: number, arg2: number, processId: ProcessId): ReturnCode;
  /** Takes a slice, or none; the one held before is dropped. There is no other kind of allow. */
  allow?(processId: ProcessId, allowNum: number, slice: AppSlice | undefined): ReturnCode;
}

/** How a driver takes buffers that it holds itself. A method that is absent answers NOSUPPORT. */
export interface BufferHolder {
  allowReadOnly?(
    processId: ProcessId,
    allowNum: number,
    buffer: ReadOnlyProcessBuffer,
  ): SwapResult<ReadOnlyProcessBuffer>;
  allowReadWrite?(
    processId: ProcessId,
    allowNum: number,
    buffer: ReadWriteProcessBuffer,
  ): SwapResult<ReadWriteProcessBuffer>;
}

/** A driver of tock-2.0-dev, and of the proposals that followed: it holds callbacks and buffers. */
export interface Driver extends BufferHolder {
  readonly interface: '2.0-dev';
  /** Exchanges callbacks. Absent: NOSUPPORT. */
  subscribe?(subscribeNum: number, callback: Callback, processId: ProcessId): SwapResult<Callback>;
  command(commandNum: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn;
  /** #2445: a process starts, and with this factory the driver makes the null callbacks that it will hold. */
  processStarted?(processId: ProcessId, factory: CallbackFactory): void;
}

/** A driver of 2.0: the kernel holds its upcalls, itself it holds its buffers. */
export interface BufferHoldingDriver extends SyscallDriver, BufferHolder {
  readonly interface: '2.0';
}

/** A driver of any age. Today's has no `interface`. */
export type AnyDriver = SyscallDriver | BufferHoldingDriver | Driver | LegacyDriver;

/** The ages of the older interfaces. */
export type DriverInterface = '1.x' | '2.0-dev' | '2.0';
