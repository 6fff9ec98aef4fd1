// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Gives processes a key-value store: keys of at most 64 bytes, values of at most 503.
 *
 * Mirrors `capsules/extra/src/kv_driver.rs`; system calls in `doc/syscalls/50003_key_value.md`. One operation at
 * a time for all processes; one of each other process may wait, taken in slot order. Key and value are
 * copied when an operation starts, which for one that waited is later than its command.
 *
 *     process                 get set add update delete
 *     KvDriver                one buffer for a key, one for a value and its header
 *     KvStorePermissions      hil.kv.KvPermissions
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Grant, GrantKernelData } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import { Err, Ok, type Result } from '#kernel/result';
import type { StoragePermissions } from '#kernel/storage-permissions';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

const Command = {
  EXISTS: 0,
  GET: 1,
  SET: 2,
  DELETE: 3,
  ADD: 4,
  UPDATE: 5,
  GARBAGE_COLLECT: 6,
} as const;
const Upcall = { DONE: 0, COUNT: 1 } as const;
const RoAllow = { KEY: 0, VALUE: 1, COUNT: 2 } as const;
const RwAllow = { VALUE: 0, COUNT: 1 } as const;

type Operation = Exclude<(typeof Command)[keyof typeof Command], typeof Command.EXISTS>;

/** Bytes of the driver's buffers, as Tock's component makes them: the value's with its header. */
const KEY_SIZE = 64;
const VALUE_SIZE = 512;

/** Flaws of upstream's driver that can be had back by name. */
export const KV_DRIVER_FLAWS = {
  'kv-op-left-after-failure':
    'an operation that fails at its command stays marked: it runs again after another process’s',
  'kv-dead-process-keeps-buffer':
    'a process that dies in a get takes the value buffer along: later commands are accepted and never end',
} as const;

/** The name of one of them. */
export type KvDriverFlaw = keyof typeof KV_DRIVER_FLAWS;

/** What a process waits for. */
export interface KvApp {
  operation: Operation | undefined;
}

/** What the driver's grant takes in a process. */
export const KV_GRANT = {
  upcalls: Upcall.COUNT,
  allowRo: RoAllow.COUNT,
  allowRw: RwAllow.COUNT,
  size: 4,
  statusUpcalls: [Upcall.DONE],
  create: (): KvApp => ({ operation: undefined }),
};

/** What the driver is wired to. */
export interface KvDriverOptions {
  readonly kv: hil.kv.KvPermissions;
  readonly apps: Grant<KvApp>;
  /** What a process may do with stored values. */
  readonly permissionsOf: (processId: ProcessId) => StoragePermissions;
  readonly flaws?: ReadonlySet<KvDriverFlaw>;
}

export class KvDriver implements SyscallDriver, hil.kv.KvClient {
  private readonly kv: hil.kv.KvPermissions;
  private readonly apps: Grant<KvApp>;
  private readonly flaws: ReadonlySet<KvDriverFlaw>;
  /** Whose operation runs. */
  private current: ProcessId | undefined;
  private readonly keyBuffer = new Uint8Array(KEY_SIZE);
  private readonly valueBuffer = new Uint8Array(VALUE_SIZE);
  /** Whether the store has the value's buffer. */
  private valueAway = false;

  constructor(private readonly options: KvDriverOptions) {
    this.kv = options.kv;
    this.apps = options.apps;
    this.flaws = options.flaws ?? new Set();
    this.kv.setClient(this);
  }

  command(commandNum: number, _arg1: number, _arg2: number, processId: ProcessId): CommandReturn {
    if (commandNum === Command.EXISTS) return CommandReturn.success();
    if (commandNum > Command.GARBAGE_COLLECT) return CommandReturn.failure(ErrorCode.NOSUPPORT);
    const operation = commandNum as Operation;
    const accepted =
      this.current === undefined
        ? this.startNow(processId, operation)
        : this.queue(processId, operation);
    return CommandReturn.fromResult(accepted);
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  // --- Starting ----------------------------------------------------------------------------------

  /** The store is free: the operation starts, or its error is the command's. */
  private startNow(processId: ProcessId, operation: Operation): Result {
    const noted = this.note(processId, operation);
    if (!noted.ok) return noted;
    const started = this.start(processId, operation);
    if (!started.ok && !this.flaws.has('kv-op-left-after-failure')) this.note(processId, undefined);
    return started;
  }

  private note(processId: ProcessId, operation: Operation | undefined): Result {
    const noted = this.apps.enter(processId, (app) => {
      app.operation = operation;
    });
    return noted.ok ? noted : Err(processErrorCode(noted.error));
  }

  /** NOMEM: this process has an operation under way or waiting. */
  private queue(processId: ProcessId, operation: Operation): Result {
    const queued = this.apps.enter(processId, (app) => {
      if (app.operation !== undefined) return Err(ErrorCode.NOMEM);
      app.operation = operation;
      return Ok();
    });
    return queued.ok ? queued.value : Err(processErrorCode(queued.error));
  }

  /** Starts the next operation that waits; one that cannot be started is told so by its upcall. */
  private startNext(): void {
    for (const processId of this.apps.processIds()) {
      if (this.current !== undefined) return;
      const operation = this.apps.tryEnter(processId, (app) => app.operation);
      if (operation === undefined) continue;
      const started = this.start(processId, operation);
      if (!started.ok) this.tellProcess(processId, () => [started.error, 0, 0]);
    }
  }

  /** Copies key and value from the process, and hands them to the store. */
  private start(processId: ProcessId, operation: Operation): Result {
    const copied = this.apps.enter(processId, (_app, kernel) => this.copy(operation, kernel));
    if (!copied.ok) return Err(processErrorCode(copied.error));
    if (!copied.value.ok) return copied.value;
    const { key, value } = copied.value.value;
    const permissions = this.options.permissionsOf(processId);
    const started = usesValue(operation)
      ? this.callWithValue(operation, key, value, permissions)
      : this.callWithout(operation, key, permissions);
    if (started.ok) this.current = processId;
    return started;
  }

  /** SIZE: the key or the value is longer than the driver's buffer for it. */
  private copy(operation: Operation, kernel: GrantKernelData): Result<Copied> {
    if (operation === Command.GARBAGE_COLLECT) return Ok({ key: NONE, value: NONE });
    const key = copyLent(kernel, RoAllow.KEY, this.keyBuffer);
    if (key === undefined) return Err(ErrorCode.SIZE);
    if (operation === Command.GET) return Ok({ key, value: this.valueBuffer });
    if (!usesValue(operation)) return Ok({ key, value: NONE });
    const header = this.kv.headerSize();
    const value = copyLent(kernel, RoAllow.VALUE, this.valueBuffer.subarray(header));
    if (value === undefined) return Err(ErrorCode.SIZE);
    return Ok({ key, value: this.valueBuffer.subarray(0, header + value.length) });
  }

  private callWithout(
    operation: Exclude<Operation, ValueOperation>,
    key: Uint8Array,
    permissions: StoragePermissions,
  ): Result {
    if (operation === Command.GARBAGE_COLLECT) return this.kv.garbageCollect();
    const started = this.kv.delete(key, permissions);
    return started.ok ? started : Err(started.error[0]);
  }

  private callWithValue(
    operation: ValueOperation,
    key: Uint8Array,
    value: Uint8Array,
    permissions: StoragePermissions,
  ): Result {
    // Only upstream's flaw loses the buffer: then nothing starts, and nothing is said.
    if (this.valueAway) return Ok();
    const started = this.kv[METHODS[operation]](key, value, permissions);
    this.valueAway = started.ok;
    return started.ok ? started : Err(started.error[0]);
  }

  // --- Callbacks ---------------------------------------------------------------------------------

  getComplete(result: Result, _key: Uint8Array, value: Uint8Array, length: number): void {
    const told = this.tell((kernel) => {
      if (!result.ok && result.error !== ErrorCode.SIZE) return [result.error, 0, 0];
      const start = this.kv.headerSize();
      const whole = putLent(kernel, RwAllow.VALUE, value.subarray(start, start + length));
      return [whole && result.ok ? 0 : ErrorCode.SIZE, length, 0];
    });
    this.valueAway = !told && this.flaws.has('kv-dead-process-keeps-buffer');
    this.startNext();
  }

  setComplete(result: Result): void {
    this.valueAway = false;
    this.finish(result);
  }

  addComplete(result: Result): void {
    this.setComplete(result);
  }

  updateComplete(result: Result): void {
    this.setComplete(result);
  }

  deleteComplete(result: Result): void {
    this.finish(result);
  }

  garbageCollectionComplete(result: Result): void {
    this.finish(result);
  }

  private finish(result: Result): void {
    this.tell(() => [result.ok ? 0 : result.error, 0, 0]);
    this.startNext();
  }

  /** Ends the current operation with an upcall; false when its process is gone. */
  private tell(answer: (kernel: GrantKernelData) => [number, number, number]): boolean {
    const processId = this.current;
    this.current = undefined;
    return processId !== undefined && this.tellProcess(processId, answer);
  }

  private tellProcess(
    processId: ProcessId,
    answer: (kernel: GrantKernelData) => [number, number, number],
  ): boolean {
    return this.apps.enter(processId, (app, kernel) => {
      app.operation = undefined;
      kernel.scheduleUpcall(Upcall.DONE, answer(kernel));
    }).ok;
  }
}

/** What was copied from a process: views on the driver's buffers. */
interface Copied {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

const NONE = new Uint8Array(0);

const METHODS = {
  [Command.GET]: 'get',
  [Command.SET]: 'set',
  [Command.ADD]: 'add',
  [Command.UPDATE]: 'update',
} as const;
type ValueOperation = keyof typeof METHODS;

function usesValue(operation: Operation): operation is ValueOperation {
  return operation in METHODS;
}

/** Copies what a process lends to the start of a buffer; undefined when it does not fit. */
function copyLent(
  kernel: GrantKernelData,
  allowNum: number,
  target: Uint8Array,
): Uint8Array | undefined {
  const lent = kernel.readOnlyProcessBuffer(allowNum);
  if (!lent.ok || lent.value.length > target.length) return undefined;
  const copy = target.subarray(0, lent.value.length);
  const copied = lent.value.enter((slice) => slice.copyToSlice(copy));
  return copied.ok ? copy : undefined;
}

/** Puts as much as fits into what a process lends; whether all did. */
function putLent(kernel: GrantKernelData, allowNum: number, bytes: Uint8Array): boolean {
  const lent = kernel.readWriteProcessBuffer(allowNum);
  if (!lent.ok) return false;
  const put = lent.value.mutEnter((slice) => {
    const count = Math.min(slice.length, bytes.length);
    slice.slice(0, count)?.copyFromSlice(bytes.subarray(0, count));
    return count === bytes.length;
  });
  return put.ok && put.value;
}
