// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The persistent store (driver 0x50010): numeric keys to values, atomic under power loss.
 *
 * NON-TOCK: userspace of `doc/syscalls/50010_persistent_store.md`. Each operation has a `yield*` form
 * that returns a Result, and a form with a callback whose first argument is an ErrorCode, 0 for success.
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import type { Buffer } from './buffer.ts';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x50010;
const Command = {
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
const RoAllow = { VALUE: 0, UPDATES: 1 } as const;
const RwAllow = { OUTPUT: 0 } as const;
const Upcall = { DONE: 0 } as const;

/** One update of a transaction. */
export type StoreUpdate =
  | { readonly op: 'insert'; readonly key: number; readonly value: Uint8Array }
  | { readonly op: 'remove'; readonly key: number };

/** An entry that iteration came to. */
export interface StoreEntry {
  readonly key: number;
  /** Bytes of the value, whether or not it was read. */
  readonly length: number;
  /** The value, when values were asked for. */
  readonly value?: Uint8Array;
}

/** Words used and there in all. */
export interface Usage {
  readonly used: number;
  readonly total: number;
}

/** Runs when an operation is done: an ErrorCode or 0, and the operation's two values. */
export type StoreCallback = (error: number, value1: number, value2: number) => unknown;

type Outcome<T> = Userspace<Result<T, number>>;

const UPDATE_HEADER = 8;
const WORD = 4;

export class PersistentStore {
  private longest = 0;
  private output: Buffer | undefined;

  constructor(private readonly tock: Libtock) {}

  /** Whether the board has the driver. */
  *exists(): Userspace<boolean> {
    return (yield* this.tock.command(DRIVER_NUM, Command.EXISTS)).ok;
  }

  /** Bytes of the longest value. */
  *longestValue(): Userspace<number> {
    if (this.longest === 0) {
      const answer = yield* this.tock.command(DRIVER_NUM, Command.LONGEST_VALUE);
      this.longest = answer.successU32() ?? 0;
    }
    return this.longest;
  }

  /** Sets the value of a key. INVAL key or length, NOMEM no room, OFF the flash is used up. */
  *insert(key: number, value: Uint8Array): Outcome<void> {
    return yield* this.withInput(RoAllow.VALUE, value, Command.INSERT, key);
  }

  /** Starts an insert; the value's buffer stays lent until the callback. */
  *insertAsync(key: number, value: Buffer, callback: StoreCallback): Outcome<void> {
    yield* this.tock.allowReadOnly(DRIVER_NUM, RoAllow.VALUE, value);
    return yield* this.begin(Command.INSERT, key, callback);
  }

  /** The value of a key; NOSUPPORT when it has none. */
  *find(key: number): Outcome<Uint8Array> {
    const found = yield* this.withOutput(Command.FIND, key);
    return found.ok ? Ok(found.value.bytes.slice(0, found.value.value1)) : found;
  }

  /** Starts a find; the callback gets (error, full length, handle), and SIZE when the buffer is short. */
  *findAsync(key: number, target: Buffer, callback: StoreCallback): Outcome<void> {
    yield* this.tock.allowReadWrite(DRIVER_NUM, RwAllow.OUTPUT, target);
    return yield* this.begin(Command.FIND, key, callback);
  }

  /** The handle of a key's entry; NOSUPPORT when it has none. */
  *findHandle(key: number): Outcome<number> {
    const found = yield* this.operate(Command.FIND_HANDLE, key);
    return found.ok ? Ok(found.value[0]) : found;
  }

  /** Starts it; the callback gets (error, handle). */
  *findHandleAsync(key: number, callback: StoreCallback): Outcome<void> {
    return yield* this.begin(Command.FIND_HANDLE, key, callback);
  }

  /** Removes a key; one that has no value is fine. */
  *remove(key: number): Outcome<void> {
    return done(yield* this.operate(Command.REMOVE, key));
  }

  /** Starts a remove. */
  *removeAsync(key: number, callback: StoreCallback): Outcome<void> {
    return yield* this.begin(Command.REMOVE, key, callback);
  }

  /** Removes an entry by its handle; INVAL when it is stale. */
  *removeHandle(handle: number): Outcome<void> {
    return done(yield* this.operate(Command.REMOVE_HANDLE, handle));
  }

  /** Starts it. */
  *removeHandleAsync(handle: number, callback: StoreCallback): Outcome<void> {
    return yield* this.begin(Command.REMOVE_HANDLE, handle, callback);
  }

  /** All updates, or none. Keys must differ; at most 31. */
  *transaction(updates: readonly StoreUpdate[]): Outcome<void> {
    const encoded = encodeUpdates(updates);
    return yield* this.withInput(RoAllow.UPDATES, encoded, Command.TRANSACTION, updates.length);
  }

  /** Starts a transaction of so many updates, encoded by `encodeUpdates`; the buffer stays lent until the callback. */
  *transactionAsync(count: number, encoded: Buffer, callback: StoreCallback): Outcome<void> {
    yield* this.tock.allowReadOnly(DRIVER_NUM, RoAllow.UPDATES, encoded);
    return yield* this.begin(Command.TRANSACTION, count, callback);
  }

  /** All entries, in the store's order; values are read for keys of which `wanted` holds. CANCEL: changed meanwhile. */
  *entries(wanted: (key: number) => boolean = () => false): Outcome<StoreEntry[]> {
    const entries: StoreEntry[] = [];
    for (let cursor = 0; ;) {
      const step = yield* this.operate(Command.ITERATE, cursor);
      if (!step.ok) return step.error === ErrorCode.NOSUPPORT ? Ok(entries) : step;
      const [next, packed] = step.value;
      const entry = { key: packed & 0xffff, length: packed >>> 16 };
      if (wanted(entry.key)) {
        const value = yield* this.withOutput(Command.ITERATE, cursor);
        if (!value.ok) return value;
        entries.push({ ...entry, value: value.value.bytes.slice(0, entry.length) });
      } else entries.push(entry);
      if (next === 0) return Ok(entries);
      cursor = next;
    }
  }

  /**
   * Starts one step of an iteration, from cursor 0 on, into a buffer or keys only (null). The callback gets
   * (error, next cursor or 0 at the end, key + 65536 × length); NOSUPPORT: no entry there.
   */
  *iterateAsync(cursor: number, target: Buffer | null, callback: StoreCallback): Outcome<void> {
    yield* this.tock.allowReadWrite(DRIVER_NUM, RwAllow.OUTPUT, target);
    return yield* this.begin(Command.ITERATE, cursor, callback);
  }

  /** Removes every entry with a key from `leastKey` on. */
  *clear(leastKey: number): Outcome<void> {
    return done(yield* this.operate(Command.CLEAR, leastKey));
  }

  /** Starts it. */
  *clearAsync(leastKey: number, callback: StoreCallback): Outcome<void> {
    return yield* this.begin(Command.CLEAR, leastKey, callback);
  }

  /** Makes one step of compaction unless that many words can be written without. */
  *prepare(words: number): Outcome<void> {
    return done(yield* this.operate(Command.PREPARE, words));
  }

  /** Starts it. */
  *prepareAsync(words: number, callback: StoreCallback): Outcome<void> {
    return yield* this.begin(Command.PREPARE, words, callback);
  }

  /** Opens the store again, as after a power-on. */
  *recover(): Outcome<void> {
    return done(yield* this.operate(Command.RECOVER));
  }

  /** Starts it. */
  *recoverAsync(callback: StoreCallback): Outcome<void> {
    return yield* this.begin(Command.RECOVER, 0, callback);
  }

  /** Words of content. */
  *capacity(): Outcome<Usage> {
    return usage(yield* this.operate(Command.CAPACITY));
  }

  /** Starts it; the callback gets (error, used, total), words. */
  *capacityAsync(callback: StoreCallback): Outcome<void> {
    return yield* this.begin(Command.CAPACITY, 0, callback);
  }

  /** Words of the flash's life. */
  *lifetime(): Outcome<Usage> {
    return usage(yield* this.operate(Command.LIFETIME));
  }

  /** Starts it; the callback gets (error, used, total), words. */
  *lifetimeAsync(callback: StoreCallback): Outcome<void> {
    return yield* this.begin(Command.LIFETIME, 0, callback);
  }

  private *begin(command: number, argument: number, callback: StoreCallback): Outcome<void> {
    yield* this.tock.subscribe(DRIVER_NUM, Upcall.DONE, this.tock.statusUpcall(callback));
    const accepted = yield* this.tock.command(DRIVER_NUM, command, argument);
    return accepted.ok ? Ok() : Err(accepted.error);
  }

  private *operate(command: number, argument = 0): Outcome<readonly [number, number]> {
    const finished = yield* this.tock.operate(DRIVER_NUM, Upcall.DONE, command, argument);
    if (!finished.ok) return finished;
    const [first, value1, value2] = finished.value;
    const status = this.tock.status(first);
    return status === 0 ? Ok([value1, value2]) : Err(status);
  }

  private *withInput(
    allowNum: number,
    bytes: Uint8Array,
    command: number,
    argument: number,
  ): Outcome<void> {
    const buffer = yield* this.tock.bufferOf(bytes);
    yield* this.tock.allowReadOnly(DRIVER_NUM, allowNum, buffer);
    const finished = yield* this.operate(command, argument);
    yield* this.tock.allowReadOnly(DRIVER_NUM, allowNum, null);
    this.tock.free(buffer);
    return done(finished);
  }

  private *withOutput(
    command: number,
    argument: number,
  ): Outcome<{ bytes: Uint8Array; value1: number; value2: number }> {
    this.output ??= yield* this.tock.bufferOf(new Uint8Array(yield* this.longestValue()));
    const { bytes } = this.output;
    yield* this.tock.own.lendReadWrite(DRIVER_NUM, RwAllow.OUTPUT, this.output);
    const finished = yield* this.operate(command, argument);
    yield* this.tock.own.endReadWrite(DRIVER_NUM, RwAllow.OUTPUT);
    if (!finished.ok) return finished;
    return Ok({ bytes, value1: finished.value[0], value2: finished.value[1] });
  }
}

const done = (finished: Result<unknown, number>): Result<void, number> =>
  finished.ok ? Ok() : finished;

function usage(finished: Result<readonly [number, number], number>): Result<Usage, number> {
  if (!finished.ok) return finished;
  return Ok({ used: finished.value[0], total: finished.value[1] });
}

/** Updates as the driver reads them: op, key, length, and the value in whole words. */
export function encodeUpdates(updates: readonly StoreUpdate[]): Uint8Array {
  const lengthOf = (update: StoreUpdate): number =>
    update.op === 'insert' ? update.value.length : 0;
  const padded = (length: number): number => Math.ceil(length / WORD) * WORD;
  const size = updates.reduce((sum, update) => sum + UPDATE_HEADER + padded(lengthOf(update)), 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const update of updates) {
    bytes[at] = update.op === 'insert' ? 1 : 0;
    view.setUint16(at + 2, update.key, true);
    view.setUint16(at + 4, lengthOf(update), true);
    if (update.op === 'insert') bytes.set(update.value, at + UPDATE_HEADER);
    at += UPDATE_HEADER + padded(lengthOf(update));
  }
  return bytes;
}
