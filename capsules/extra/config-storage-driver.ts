// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Gives processes the settings of TinyOS: keys are 32-bit words, values at most 255 bytes, all processes share them.
 *
 * NON-TOCK: ConfigStorage of TEP 129 as a driver. System calls in `doc/syscalls/50012_config_storage.md`. One operation at a
 * time in the storage, one pending for each process, taken in slot order. A value is copied when its operation starts; what
 * is read goes to what the process lends when it was read. An operation whose process dies goes on to its end, because the
 * flash must stay whole; its upcall goes nowhere.
 *
 *     process                 getTotalKeys insert retrieve remove getFirstKey getLastKey getNextKey
 *     ConfigStorageDriver     one buffer for a value
 *     TinyosConfigStorage     hil.configStorage
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Grant, GrantKernelData } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';
import { copyFromProcess, copyToProcess, readOnlyLength } from './process-copy.ts';

const Command = {
  EXISTS: 0,
  GET_TOTAL_KEYS: 1,
  INSERT: 2,
  RETRIEVE: 3,
  REMOVE: 4,
  GET_FIRST_KEY: 5,
  GET_LAST_KEY: 6,
  GET_NEXT_KEY: 7,
} as const;
const Upcall = { DONE: 0, COUNT: 1 } as const;
const RoAllow = { VALUE: 0, COUNT: 1 } as const;
const RwAllow = { VALUE_HOLDER: 0, COUNT: 1 } as const;

type Operation = Exclude<
  (typeof Command)[keyof typeof Command],
  typeof Command.EXISTS | typeof Command.GET_LAST_KEY
>;

/** The longest value, bytes: an entry says its length in one. */
const LONGEST_VALUE = 255;
/** It stands where there is no key. */
const NO_KEY = 0xffff_ffff;

/** What a process waits for. */
export interface ConfigStorageApp {
  /** The accepted command that has not ended, and its key, if it is about one. */
  pending: { readonly operation: Operation; readonly key: number } | undefined;
}

/** What the driver's grant takes in a process. */
export const CONFIG_STORAGE_GRANT = {
  upcalls: Upcall.COUNT,
  allowRo: RoAllow.COUNT,
  allowRw: RwAllow.COUNT,
  size: 8,
  statusUpcalls: [Upcall.DONE],
  create: (): ConfigStorageApp => ({ pending: undefined }),
};

/** The three words of an upcall. */
type Answer = readonly [status: number, value1: number, value2: number];

export class ConfigStorageDriver implements SyscallDriver, hil.configStorage.ConfigStorageClient {
  /** Whose operation runs. */
  private current: ProcessId | undefined;
  private readonly value = new Uint8Array(LONGEST_VALUE);

  constructor(
    private readonly storage: hil.configStorage.ConfigStorage,
    private readonly apps: Grant<ConfigStorageApp>,
  ) {
    storage.setClient(this);
  }

  command(commandNum: number, arg1: number, _arg2: number, processId: ProcessId): CommandReturn {
    if (commandNum === Command.EXISTS) return CommandReturn.success();
    if (commandNum === Command.GET_LAST_KEY) {
      return CommandReturn.successU32(this.storage.getLastKey());
    }
    if (commandNum > Command.GET_NEXT_KEY) return CommandReturn.failure(ErrorCode.NOSUPPORT);
    const accepted = this.accept(commandNum as Operation, arg1, processId);
    if (accepted.ok) this.startNext();
    return CommandReturn.fromResult(accepted);
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  private accept(operation: Operation, key: number, processId: ProcessId): Result {
    const accepted = this.apps.enter(processId, (app, kernel) => {
      if (app.pending !== undefined) return Err(ErrorCode.BUSY);
      if (needsKey(operation) && key === NO_KEY) return Err(ErrorCode.INVAL);
      if (operation === Command.INSERT && isTooLong(kernel)) return Err(ErrorCode.SIZE);
      app.pending = { operation, key };
      return Ok();
    });
    return accepted.ok ? accepted.value : Err(processErrorCode(accepted.error));
  }

  // --- Starting ----------------------------------------------------------------------------------

  /** Starts the next operation that waits; one that cannot be started is told so by its upcall. */
  private startNext(): void {
    for (const processId of this.apps.processIds()) {
      if (this.current !== undefined) return;
      const pending = this.apps.tryEnter(processId, (app) => app.pending);
      if (pending === undefined) continue;
      this.current = processId;
      const started = this.start(processId, pending.operation, pending.key);
      if (!started.ok) this.tell(() => [started.error, pending.key, 0]);
    }
  }

  private start(processId: ProcessId, operation: Operation, key: number): Result {
    const { storage, value } = this;
    switch (operation) {
      case Command.GET_TOTAL_KEYS:
        return storage.getTotalKeys();
      case Command.INSERT:
        return this.insert(processId, key);
      case Command.RETRIEVE:
        return withoutBuffer(storage.retrieve(key, value, LONGEST_VALUE));
      case Command.REMOVE:
        return storage.remove(key);
      case Command.GET_FIRST_KEY:
        return storage.getFirstKey();
      case Command.GET_NEXT_KEY:
        return storage.getNextKey(key);
    }
  }

  /** Copies the value now. SIZE: it was exchanged for a longer one while the operation waited. */
  private insert(processId: ProcessId, key: number): Result {
    const copied = this.apps.enter(processId, (_app, kernel) =>
      isTooLong(kernel) ? undefined : copyFromProcess(kernel, RoAllow.VALUE, this.value),
    );
    if (!copied.ok) return Err(processErrorCode(copied.error));
    if (copied.value === undefined) return Err(ErrorCode.SIZE);
    return withoutBuffer(this.storage.insert(key, this.value, copied.value));
  }

  // --- Events ------------------------------------------------------------------------------------

  inserted(key: number, _value: Uint8Array, valueSize: number, result: Result): void {
    this.finish(result, key, valueSize);
  }

  retrieved(key: number, valueHolder: Uint8Array, valueSize: number, result: Result): void {
    if (!result.ok) {
      this.finish(result, key, valueSize);
      return;
    }
    this.tell((kernel) => {
      const value = valueHolder.subarray(0, valueSize);
      const fits = copyToProcess(kernel, RwAllow.VALUE_HOLDER, value) === valueSize;
      return [fits ? 0 : ErrorCode.SIZE, key, valueSize];
    });
    this.startNext();
  }

  removed(key: number, result: Result): void {
    this.finish(result, key, 0);
  }

  nextKey(nextKey: number, result: Result): void {
    this.finish(result, nextKey, 0);
  }

  totalKeys(totalKeys: number, result: Result): void {
    this.finish(result, totalKeys, 0);
  }

  private finish(result: Result, value1: number, value2: number): void {
    this.tell(() => [result.ok ? 0 : result.error, value1, value2]);
    this.startNext();
  }

  /** Ends the current operation with an upcall, unless its process is gone. */
  private tell(answer: (kernel: GrantKernelData) => Answer): void {
    const processId = this.current;
    this.current = undefined;
    if (processId === undefined) return;
    this.apps.enter(processId, (app, kernel) => {
      app.pending = undefined;
      kernel.scheduleUpcall(Upcall.DONE, answer(kernel));
    });
  }
}

function needsKey(operation: Operation): boolean {
  return operation !== Command.GET_TOTAL_KEYS && operation !== Command.GET_FIRST_KEY;
}

function isTooLong(kernel: GrantKernelData): boolean {
  return readOnlyLength(kernel, RoAllow.VALUE) > LONGEST_VALUE;
}

function withoutBuffer(started: Result<void, Rejected<Uint8Array>>): Result {
  return started.ok ? started : Err(started.error[0]);
}
