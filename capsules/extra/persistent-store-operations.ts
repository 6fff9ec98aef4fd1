// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store's operations as a process asks for them: inputs copied, answers as an upcall carries them.
 *
 * NON-TOCK: one half of the persistent store driver; the other says whose turn it is.
 */
import { ErrorCode } from '#kernel/errorcode';
import type { GrantKernelData } from '#kernel/grant';
import { Err, Ok, type Result } from '#kernel/result';
import type { Steps, Storage } from '#libraries/store/storage';
import { Store, type Handle, type StoreError } from '#libraries/persistent-store/store';
import { decodeUpdates } from './persistent-store-updates.ts';

/** The driver's commands. */
export const StoreCommand = {
  EXISTS: 0,
  INSERT: 1,
  FIND: 2,
  REMOVE: 3,
  REMOVE_HANDLE: 4,
  ITERATE: 5,
  TRANSACTION: 6,
  CLEAR: 7,
  PREPARE: 8,
  RECOVER: 9,
  CAPACITY: 10,
  LIFETIME: 11,
  FIND_HANDLE: 12,
  LONGEST_VALUE: 13,
} as const;
/** Buffers lent read-only. */
export const RoAllow = { VALUE: 0, UPDATES: 1, COUNT: 2 } as const;
/** Buffers lent for reading and writing. */
export const RwAllow = { OUTPUT: 0, COUNT: 1 } as const;

/** What an upcall carries. */
export type Answer = readonly [status: number, value1: number, value2: number];

/** ErrorCodes of the store's errors; value 1 of the upcall numbers them from 1 in this order. */
const STORE_ERRORS: Readonly<Record<StoreError, Answer>> = {
  InvalidArgument: [ErrorCode.INVAL, 1, 0],
  NoCapacity: [ErrorCode.NOMEM, 2, 0],
  NoLifetime: [ErrorCode.OFF, 3, 0],
  StorageError: [ErrorCode.FAIL, 4, 0],
  InvalidStorage: [ErrorCode.UNINSTALLED, 5, 0],
};

const ABSENT: Answer = [ErrorCode.NOSUPPORT, 0, 0];
const DONE: Answer = [0, 0, 0];
const INDEX_BITS = 16;

/**
 * Enters the grant of the process that asked, once its answer is at hand: what it lends then is what is written
 * to. Undefined when the process is gone.
 */
export type Output = <R>(visit: (kernel: GrantKernelData) => R) => R | undefined;

/** One store, and what is known about it between operations. */
export class StoreOperations {
  readonly store: Store;
  private open = false;
  /** Counts what changes the order of entries: an iteration over another generation is over. */
  private generation = 0;
  private listed: { readonly generation: number; readonly handles: readonly Handle[] } | undefined;

  constructor(storage: Storage) {
    this.store = new Store(storage);
  }

  /** What is wrong with a command at first sight. */
  examine(command: number, argument: number, kernel: GrantKernelData): ErrorCode | undefined {
    switch (command) {
      case StoreCommand.INSERT:
        if (argument > Store.MAX_KEY) return ErrorCode.INVAL;
        return lentLength(kernel, RoAllow.VALUE) > this.store.maxValueLength
          ? ErrorCode.SIZE
          : undefined;
      case StoreCommand.FIND:
        if (argument > Store.MAX_KEY) return ErrorCode.INVAL;
        return hasOutput(kernel) ? undefined : ErrorCode.RESERVE;
      case StoreCommand.REMOVE:
      case StoreCommand.FIND_HANDLE:
      case StoreCommand.CLEAR:
        return argument > Store.MAX_KEY ? ErrorCode.INVAL : undefined;
      case StoreCommand.TRANSACTION:
        if (argument > Store.MAX_UPDATES) return ErrorCode.INVAL;
        return argument > 0 && lentLength(kernel, RoAllow.UPDATES) === 0
          ? ErrorCode.RESERVE
          : undefined;
      default:
        return undefined;
    }
  }

  /** The steps of a command, its inputs copied now; or the answer, when they are wrong. */
  start(
    command: number,
    argument: number,
    kernel: GrantKernelData,
    output: Output,
  ): Result<Steps<Answer>, Answer> {
    if (!this.open && command !== StoreCommand.RECOVER) return Err(STORE_ERRORS.InvalidStorage);
    switch (command) {
      case StoreCommand.INSERT:
        return Ok(this.change(this.store.insert(argument, copyLent(kernel, RoAllow.VALUE))));
      case StoreCommand.TRANSACTION: {
        const updates = decodeUpdates(copyLent(kernel, RoAllow.UPDATES), argument);
        return updates === undefined
          ? Err(STORE_ERRORS.InvalidArgument)
          : Ok(this.change(this.store.transaction(updates)));
      }
      case StoreCommand.REMOVE:
        return Ok(this.change(this.store.remove(argument)));
      case StoreCommand.REMOVE_HANDLE:
        return Ok(this.removeHandle(argument));
      case StoreCommand.CLEAR:
        return Ok(this.change(this.store.clear(argument)));
      case StoreCommand.PREPARE:
        return Ok(this.change(this.store.prepare(argument)));
      case StoreCommand.RECOVER:
        return Ok(this.recover());
      default:
        return Ok(this.look(command, argument, output));
    }
  }

  /**
   * The answer to a store's error. A flash that failed leaves the store in doubt about itself: what it
   * took from then on could be lost by the next recovery, so it is closed until then.
   */
  private failure(error: StoreError): Answer {
    if (error === 'StorageError') this.open = false;
    return STORE_ERRORS[error];
  }

  private look(command: number, argument: number, output: Output): Steps<Answer> {
    switch (command) {
      case StoreCommand.FIND:
        return this.find(argument, output);
      case StoreCommand.FIND_HANDLE:
        return this.findHandle(argument);
      case StoreCommand.ITERATE:
        return this.iterate(argument, output);
      case StoreCommand.CAPACITY:
        return this.capacity();
      default:
        return this.lifetime();
    }
  }

  private *change(steps: Steps<Result<void, StoreError>>): Steps<Answer> {
    this.generation = (this.generation + 1) % 2 ** INDEX_BITS;
    const changed = yield* steps;
    return changed.ok ? DONE : this.failure(changed.error);
  }

  *recover(): Steps<Answer> {
    this.open = false;
    const opened = yield* this.change(this.store.recover());
    this.open = opened[0] === 0;
    return opened;
  }

  private *removeHandle(position: number): Steps<Answer> {
    const handles = this.handles();
    if (!handles.ok) return this.failure(handles.error);
    const handle = handles.value.find((entry) => entry.position === position);
    if (handle === undefined) return STORE_ERRORS.InvalidArgument;
    return yield* this.change(this.store.removeHandle(handle));
  }

  private *find(key: number, output: Output): Steps<Answer> {
    const handle = this.store.findHandle(key);
    if (!handle.ok) return this.failure(handle.error);
    if (handle.value === undefined) return ABSENT;
    const value = yield* this.store.value(handle.value);
    if (!value.ok) return this.failure(value.error);
    const fits = output((kernel) => putOutput(kernel, value.value)) ?? false;
    return [fits ? 0 : ErrorCode.SIZE, value.value.length, handle.value.position];
  }

  private *findHandle(key: number): Steps<Answer> {
    const handle = this.store.findHandle(key);
    if (!handle.ok) return this.failure(handle.error);
    return handle.value === undefined ? ABSENT : [0, handle.value.position, 0];
  }

  private *iterate(cursor: number, output: Output): Steps<Answer> {
    const index = cursor % 2 ** INDEX_BITS;
    const generation = Math.floor(cursor / 2 ** INDEX_BITS);
    if (cursor !== 0 && generation !== this.generation) return [ErrorCode.CANCEL, 0, 0];
    const handles = this.handles();
    if (!handles.ok) return this.failure(handles.error);
    const handle = handles.value[index];
    if (handle === undefined) return ABSENT;
    if (output(hasOutput) === true) {
      const value = yield* this.store.value(handle);
      if (!value.ok) return this.failure(value.error);
      output((kernel) => putOutput(kernel, value.value));
    }
    const next =
      index + 1 < handles.value.length ? this.generation * 2 ** INDEX_BITS + index + 1 : 0;
    return [0, next, handle.key + handle.length * 2 ** INDEX_BITS];
  }

  private *capacity(): Steps<Answer> {
    const capacity = this.store.capacity();
    if (!capacity.ok) return this.failure(capacity.error);
    return [0, capacity.value.used, capacity.value.total];
  }

  private *lifetime(): Steps<Answer> {
    const lifetime = yield* this.store.lifetime();
    if (!lifetime.ok) return this.failure(lifetime.error);
    return [0, lifetime.value.used, lifetime.value.total];
  }

  /** The entries of this generation: listed once, however many steps an iteration takes. */
  private handles(): Result<readonly Handle[], StoreError> {
    if (this.listed?.generation === this.generation) return Ok(this.listed.handles);
    const handles = this.store.handles();
    if (handles.ok) this.listed = { generation: this.generation, handles: handles.value };
    return handles;
  }
}

function lentLength(kernel: GrantKernelData, allowNum: number): number {
  const lent = kernel.readOnlyProcessBuffer(allowNum);
  return lent.ok ? lent.value.length : 0;
}

function copyLent(kernel: GrantKernelData, allowNum: number): Uint8Array {
  const lent = kernel.readOnlyProcessBuffer(allowNum);
  const copy = lent.ok ? lent.value.enter((slice) => slice.toBytes()) : lent;
  return copy.ok ? copy.value : new Uint8Array(0);
}

function hasOutput(kernel: GrantKernelData): boolean {
  const lent = kernel.readWriteProcessBuffer(RwAllow.OUTPUT);
  return lent.ok && lent.value.length > 0;
}

/** Puts as much of a value as fits into the process's buffer; whether all did. */
function putOutput(kernel: GrantKernelData, value: Uint8Array): boolean {
  const lent = kernel.readWriteProcessBuffer(RwAllow.OUTPUT);
  if (!lent.ok) return false;
  const put = lent.value.mutEnter((slice) => {
    const count = Math.min(slice.length, value.length);
    slice.slice(0, count)?.copyFromSlice(value.subarray(0, count));
    return count === value.length;
  });
  return put.ok && put.value;
}
