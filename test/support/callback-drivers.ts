// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Drivers of older ages that do what is right, and whose every answer a test can replace.
 *
 * NON-TOCK: takes the place of capsules of 1.x, of early 2021 and of 2.0.
 */
import { Callback, type CallbackFactory } from '#kernel/callback';
import type { BufferHoldingDriver, Driver, LegacyDriver, SwapResult } from '#kernel/driver';
import { ErrorCode } from '#kernel/errorcode';
import type { Grant } from '#kernel/grant';
import type { Kernel } from '#kernel/kernel';
import type { AppSlice } from '#kernel/mem';
import type { ProcessError, ProcessId } from '#kernel/process';
import {
  noReadOnlyBuffer,
  noReadWriteBuffer,
  type ReadOnlyProcessBuffer,
  type ReadWriteProcessBuffer,
} from '#kernel/processbuffer';
import { Err, Ok, type Result } from '#kernel/result';
import { CommandReturn } from '#kernel/syscall-driver';

/** What `OldDriver` keeps for a process. */
interface Slots {
  callbacks: Callback[];
  readOnly: ReadOnlyProcessBuffer[];
  readWrite: ReadWriteProcessBuffer[];
}

const NUMBERS = [0, 1, 2] as const;
type Factory = CallbackFactory | undefined;

/** A driver of early 2021 with three callbacks and buffers of each kind, in a grant. */
export class OldDriver implements Driver {
  readonly interface = '2.0-dev';
  readonly apps: Grant<Slots>;
  /** Factories that came at a process's start (#2445). */
  readonly factories = new Map<ProcessId, CallbackFactory>();
  onSubscribe: Driver['subscribe'] | undefined;
  onAllow:
    | ((
        id: ProcessId,
        num: number,
        buffer: ReadWriteProcessBuffer,
      ) => SwapResult<ReadWriteProcessBuffer>)
    | undefined;

  constructor(kernel: Kernel, driverNum: number) {
    const { callbacks } = kernel.profile;
    const minted = callbacks === 'minted';
    this.apps = kernel.createGrant(driverNum, {
      upcalls: 0,
      allowRo: 0,
      allowRw: 0,
      size: 64,
      create: (factory) => ({
        callbacks: NUMBERS.map((num) => first(minted ? factory : undefined, num)),
        readOnly: NUMBERS.map(noReadOnlyBuffer),
        readWrite: NUMBERS.map(noReadWriteBuffer),
      }),
    });
  }

  processStarted(processId: ProcessId, factory: CallbackFactory): void {
    this.factories.set(processId, factory);
    this.slots(processId).callbacks = NUMBERS.map((num) => first(factory, num));
  }

  subscribe(num: number, callback: Callback, id: ProcessId): SwapResult<Callback> {
    return this.onSubscribe?.(num, callback, id) ?? this.exchange(num, callback, id);
  }

  /** The right answer to a subscribe. */
  exchange(num: number, callback: Callback, id: ProcessId): SwapResult<Callback> {
    return swapIn(this.slots(id).callbacks, num, callback);
  }

  allowReadOnly(
    id: ProcessId,
    num: number,
    buffer: ReadOnlyProcessBuffer,
  ): SwapResult<ReadOnlyProcessBuffer> {
    return swapIn(this.slots(id).readOnly, num, buffer);
  }

  allowReadWrite(
    id: ProcessId,
    num: number,
    buffer: ReadWriteProcessBuffer,
  ): SwapResult<ReadWriteProcessBuffer> {
    return this.onAllow?.(id, num, buffer) ?? swapIn(this.slots(id).readWrite, num, buffer);
  }

  /** Command 1: schedules callback arg1 with (arg2, arg2 + 1, arg2 + 2). */
  command(num: number, arg1: number, arg2: number, id: ProcessId): CommandReturn {
    if (num === 0) return CommandReturn.success();
    if (num !== 1) return CommandReturn.failure(ErrorCode.NOSUPPORT);
    const scheduled = this.slots(id).callbacks[arg1]?.schedule(arg2, arg2 + 1, arg2 + 2);
    return scheduled === true ? CommandReturn.success() : CommandReturn.failure(ErrorCode.INVAL);
  }

  /** What is kept for a process: to break it. */
  slots(id: ProcessId): Slots {
    const entered = this.apps.enter(id, (slots) => slots);
    if (!entered.ok) throw new Error(entered.error);
    return entered.value;
  }
}

function first(factory: Factory, num: number): Callback {
  return factory?.callback(num) ?? Callback.default();
}

/** Puts a thing into a slot and gives back what was there, or the thing with NOSUPPORT. */
function swapIn<T>(slots: T[], num: number, given: T): SwapResult<T> {
  const before = slots[num];
  if (before === undefined) return Err([given, ErrorCode.NOSUPPORT]);
  slots[num] = given;
  return Ok(before);
}

/** A driver of 2.0: holds one read-write buffer a process, the kernel its two upcalls. */
export class MiddleDriver implements BufferHoldingDriver {
  readonly interface = '2.0';
  readonly apps: Grant<{ buffers: ReadWriteProcessBuffer[] }>;

  constructor(kernel: Kernel, driverNum: number) {
    this.apps = kernel.createGrant(driverNum, {
      upcalls: 2,
      allowRo: 0,
      allowRw: 0,
      size: 16,
      create: () => ({ buffers: [noReadWriteBuffer()] }),
    });
  }

  allowReadWrite(
    id: ProcessId,
    num: number,
    buffer: ReadWriteProcessBuffer,
  ): SwapResult<ReadWriteProcessBuffer> {
    const entered = this.apps.enter(id, ({ buffers }) => swapIn(buffers, num, buffer));
    return entered.ok ? entered.value : Err([buffer, ErrorCode.NOMEM]);
  }

  /** Command 1: fills the buffer with arg1 and schedules upcall 0 with its length. */
  command(num: number, arg1: number, _: number, id: ProcessId): CommandReturn {
    if (num !== 1) return CommandReturn.success();
    this.apps.enter(id, ({ buffers }, kernel) => {
      const [buffer] = buffers;
      buffer?.mutEnter((slice) => {
        for (let at = 0; at < slice.length; at++) slice.set(at, arg1);
      });
      kernel.scheduleUpcall(0, [buffer?.length ?? 0, 0, 0]);
    });
    return CommandReturn.success();
  }

  allocateGrant(id: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(id, () => undefined);
  }
}

/** A driver of 1.x: keeps copies of what it is given, in fields of its own. */
export class AncientDriver implements LegacyDriver {
  readonly interface = '1.x';
  callback: Callback | undefined;
  slice: AppSlice | undefined;

  subscribe(num: number, callback: Callback | undefined): number {
    if (num !== 0) return -ErrorCode.NOSUPPORT;
    this.callback = callback;
    return 0;
  }
  allow(_: ProcessId, num: number, slice: AppSlice | undefined): number {
    if (num !== 0) return -ErrorCode.NOSUPPORT;
    this.slice = slice;
    return 0;
  }
  /** Command 1: calls back with arg1, a status below zero. 2: answers arg1. */
  command(num: number, arg1: number): number {
    if (num === 1) this.callback?.schedule(arg1, 0, 0);
    return num === 2 ? arg1 : 0;
  }
}
