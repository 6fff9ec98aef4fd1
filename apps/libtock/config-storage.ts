// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The settings of TinyOS (driver 0x50012): 32-bit keys to values of at most 255 bytes, kept over power cycles.
 *
 * NON-TOCK: userspace of `doc/syscalls/50012_config_storage.md`, by the names of TEP 129. Each operation has a `yield*` form
 * that returns a Result, and a form with a callback whose first argument is an ErrorCode, 0 for success. FAIL is all that
 * TinyOS says of a key that is not there, of one that is damaged, and of a flash that failed.
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import type { Buffer } from './buffer.ts';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x50012;
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
const Upcall = { DONE: 0 } as const;
const RoAllow = { VALUE: 0 } as const;
const RwAllow = { VALUE_HOLDER: 0 } as const;

/** The longest value that the driver takes, bytes. */
const LONGEST_VALUE = 255;
/** It stands where there is no key. */
const NO_KEY = 0xffff_ffff;

/** Runs when an insert or a retrieve is done: an ErrorCode or 0, the key, and the size of its value. */
export type ValueCallback = (error: number, key: number, valueSize: number) => unknown;
/** Runs when an operation that ends with a number is done: an ErrorCode or 0, and the number; a key that is none is 0xFFFFFFFF. */
export type NumberCallback = (error: number, value: number) => unknown;

type Outcome<T> = Userspace<Result<T, number>>;

export class ConfigStorage {
  private holder: Buffer | undefined;

  constructor(private readonly tock: Libtock) {}

  /** Whether the board has the driver. */
  *exists(): Userspace<boolean> {
    return (yield* this.tock.command(DRIVER_NUM, Command.EXISTS)).ok;
  }

  /** How many keys have a value. */
  *getTotalKeys(): Outcome<number> {
    return first(yield* this.operate(Command.GET_TOTAL_KEYS));
  }

  /**
   * Gives a key a value, whether it had one or not. SIZE: over 255 bytes, or no room; INVAL: 0xFFFFFFFF is no key; NOMEM: the
   * process has no RAM for the value.
   */
  *insert(key: number, value: Uint8Array): Outcome<void> {
    const { own } = this.tock;
    const buffer = yield* own.hold('setting', value);
    if (!buffer.ok) return buffer;
    const { address } = buffer.value;
    const { length } = value;
    const lent = yield* own.lendReadOnly(DRIVER_NUM, RoAllow.VALUE, { address, length });
    const inserted = lent.ok ? yield* this.operate(Command.INSERT, key) : lent;
    if (lent.ok) yield* own.endReadOnly(DRIVER_NUM, RoAllow.VALUE);
    own.release(buffer.value);
    return inserted.ok ? Ok() : inserted;
  }

  /** The value of a key. FAIL: it has none. SIZE: it is longer than `maxValueSize`. */
  *retrieve(key: number, maxValueSize = LONGEST_VALUE): Outcome<Uint8Array> {
    const { own } = this.tock;
    const holder = (this.holder ??= yield* this.tock.bufferOf(new Uint8Array(LONGEST_VALUE)));
    const { address } = holder;
    const length = Math.min(maxValueSize, LONGEST_VALUE);
    yield* own.lendReadWrite(DRIVER_NUM, RwAllow.VALUE_HOLDER, { address, length });
    const retrieved = yield* this.operate(Command.RETRIEVE, key);
    yield* own.endReadWrite(DRIVER_NUM, RwAllow.VALUE_HOLDER);
    return retrieved.ok ? Ok(holder.bytes.slice(0, retrieved.value[1])) : retrieved;
  }

  /** Takes a key and its value away. FAIL: it has none. */
  *remove(key: number): Outcome<void> {
    const removed = yield* this.operate(Command.REMOVE, key);
    return removed.ok ? Ok() : removed;
  }

  /** The key that a walk begins with. FAIL: there is none. */
  *getFirstKey(): Outcome<number> {
    return first(yield* this.operate(Command.GET_FIRST_KEY));
  }

  /** The key that a walk ends with, at once. FAIL: there is none, or no operation has opened the storage since power-on. */
  *getLastKey(): Outcome<number> {
    const last = (yield* this.tock.command(DRIVER_NUM, Command.GET_LAST_KEY)).successU32();
    return last === undefined || last === NO_KEY ? Err(ErrorCode.FAIL) : Ok(last);
  }

  /** The key after one in a walk. FAIL: that was the last. */
  *getNextKey(presentKey: number): Outcome<number> {
    return first(yield* this.operate(Command.GET_NEXT_KEY, presentKey));
  }

  // --- With callbacks ----------------------------------------------------------------------------

  /** Starts to count; the callback gets (error, number of keys). */
  *getTotalKeysAsync(callback: NumberCallback): Outcome<void> {
    return yield* this.begin(Command.GET_TOTAL_KEYS, 0, callback);
  }

  /** Starts an insert; the value's buffer stays lent until the callback. */
  *insertAsync(key: number, value: Buffer, callback: ValueCallback): Outcome<void> {
    yield* this.tock.allowReadOnly(DRIVER_NUM, RoAllow.VALUE, value);
    return yield* this.begin(Command.INSERT, key, callback);
  }

  /** Starts a retrieve into a buffer, which stays lent until the callback; SIZE when the value is longer. */
  *retrieveAsync(key: number, valueHolder: Buffer, callback: ValueCallback): Outcome<void> {
    yield* this.tock.allowReadWrite(DRIVER_NUM, RwAllow.VALUE_HOLDER, valueHolder);
    return yield* this.begin(Command.RETRIEVE, key, callback);
  }

  /** Starts a remove; the callback gets (error, key). */
  *removeAsync(key: number, callback: NumberCallback): Outcome<void> {
    return yield* this.begin(Command.REMOVE, key, callback);
  }

  /** Starts to look for the first key; the callback gets (error, key). */
  *getFirstKeyAsync(callback: NumberCallback): Outcome<void> {
    return yield* this.begin(Command.GET_FIRST_KEY, 0, callback);
  }

  /** Starts to look for the key after one; the callback gets (error, key). */
  *getNextKeyAsync(presentKey: number, callback: NumberCallback): Outcome<void> {
    return yield* this.begin(Command.GET_NEXT_KEY, presentKey, callback);
  }

  private *begin(command: number, argument: number, callback: ValueCallback): Outcome<void> {
    const { tock } = this;
    yield* tock.subscribe(DRIVER_NUM, Upcall.DONE, tock.statusUpcall(callback));
    const accepted = yield* tock.command(DRIVER_NUM, command, argument);
    return accepted.ok ? Ok() : Err(accepted.error);
  }

  private *operate(command: number, argument = 0): Outcome<readonly [number, number]> {
    const done = yield* this.tock.operate(DRIVER_NUM, Upcall.DONE, command, argument);
    if (!done.ok) return done;
    const [word, value1, value2] = done.value;
    const status = this.tock.status(word);
    return status === 0 ? Ok([value1, value2]) : Err(status);
  }
}

function first(done: Result<readonly [number, number], number>): Result<number, number> {
  return done.ok ? Ok(done.value[0]) : done;
}
