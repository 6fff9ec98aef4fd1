// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The key-value store (driver 0x50003): keys of bytes to values, kept over power cycles.
 *
 * NON-TOCK: userspace of `doc/syscalls/50003_key_value.md`, after `kv.h` of libtock-c. Each operation has a
 * `yield*` form that returns a Result, and a form with a callback whose first argument is an ErrorCode,
 * 0 for success. Keys and values are bytes, or text that goes as UTF-8.
 */
import { Err, Ok, type Result } from '#kernel/result';
import { Buffer, type Lendable } from './buffer.ts';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x50003;
const Command = {
  EXISTS: 0,
  GET: 1,
  SET: 2,
  DELETE: 3,
  ADD: 4,
  UPDATE: 5,
  GARBAGE_COLLECT: 6,
} as const;
const Upcall = { DONE: 0 } as const;
const RoAllow = { KEY: 0, VALUE: 1 } as const;
const RwAllow = { VALUE: 0 } as const;

/** The longest key and the longest value that the driver takes, bytes. */
const LONGEST_KEY = 64;
const LONGEST_VALUE = 503;

/** A key or a value. */
export type KvBytes = Uint8Array | string;

/** Runs when an operation is done: an ErrorCode or 0, and the length of the value that a get found. */
export type KvCallback = (error: number, length: number) => unknown;

type Outcome<T> = Userspace<Result<T, number>>;

/** Buffers of the process that stay lent while an operation runs. */
interface Lent {
  readonly key: Buffer;
  readonly value: Buffer | undefined;
}

export class Kv {
  private output: Buffer | undefined;
  /** Where keys are lent from. */
  private key: Buffer | undefined;
  private readonly encoder = new TextEncoder();

  constructor(private readonly tock: Libtock) {}

  /** Whether the board has the driver. */
  *exists(): Userspace<boolean> {
    return (yield* this.tock.command(DRIVER_NUM, Command.EXISTS)).ok;
  }

  /** The value of a key; NOSUPPORT when it has none that this process may read, SIZE when the key is over 64 bytes. */
  *get(key: KvBytes): Outcome<Uint8Array> {
    const { tock } = this;
    const output = (this.output ??= yield* tock.bufferOf(new Uint8Array(LONGEST_VALUE)));
    yield* tock.own.lendReadWrite(DRIVER_NUM, RwAllow.VALUE, output);
    const got = yield* this.operate(Command.GET, key);
    yield* tock.own.endReadWrite(DRIVER_NUM, RwAllow.VALUE);
    return got.ok ? Ok(output.bytes.slice(0, got.value)) : got;
  }

  /** The value of a key as text. */
  *getText(key: KvBytes): Outcome<string> {
    const got = yield* this.get(key);
    return got.ok ? Ok(new TextDecoder().decode(got.value)) : got;
  }

  /**
   * Sets the value of a key. SIZE: key over 64 bytes or value over 503; NOMEM: no room; NOSUPPORT: the
   * key is another writer's that this process may not modify; INVAL: this process may not write.
   */
  *set(key: KvBytes, value: KvBytes): Outcome<void> {
    return yield* this.write(Command.SET, key, value);
  }

  /** Sets the value of a key that has none; NOSUPPORT when it has one. */
  *add(key: KvBytes, value: KvBytes): Outcome<void> {
    return yield* this.write(Command.ADD, key, value);
  }

  /** Replaces the value of a key; NOSUPPORT when it has none. */
  *update(key: KvBytes, value: KvBytes): Outcome<void> {
    return yield* this.write(Command.UPDATE, key, value);
  }

  /** Deletes a key; NOSUPPORT when it is not there. */
  *delete(key: KvBytes): Outcome<void> {
    return withoutValue(yield* this.operate(Command.DELETE, key));
  }

  /** Takes back, ahead of time, the space of what was deleted. */
  *garbageCollect(): Outcome<void> {
    return withoutValue(yield* this.operate(Command.GARBAGE_COLLECT, ''));
  }

  // --- With callbacks ----------------------------------------------------------------------------

  /** Starts a get into a buffer, which stays lent until the callback; SIZE when the value is longer. */
  *getAsync(key: Buffer, target: Buffer, callback: KvCallback): Outcome<void> {
    yield* this.tock.allowReadWrite(DRIVER_NUM, RwAllow.VALUE, target);
    return yield* this.begin(Command.GET, { key, value: undefined }, callback);
  }

  /** Starts a set; both buffers stay lent until the callback. */
  *setAsync(key: Buffer, value: Buffer, callback: KvCallback): Outcome<void> {
    return yield* this.begin(Command.SET, { key, value }, callback);
  }

  /** Starts an add; both buffers stay lent until the callback. */
  *addAsync(key: Buffer, value: Buffer, callback: KvCallback): Outcome<void> {
    return yield* this.begin(Command.ADD, { key, value }, callback);
  }

  /** Starts an update; both buffers stay lent until the callback. */
  *updateAsync(key: Buffer, value: Buffer, callback: KvCallback): Outcome<void> {
    return yield* this.begin(Command.UPDATE, { key, value }, callback);
  }

  /** Starts a delete; the key's buffer stays lent until the callback. */
  *deleteAsync(key: Buffer, callback: KvCallback): Outcome<void> {
    return yield* this.begin(Command.DELETE, { key, value: undefined }, callback);
  }

  private *begin(command: number, { key, value }: Lent, callback: KvCallback): Outcome<void> {
    const { tock } = this;
    yield* tock.allowReadOnly(DRIVER_NUM, RoAllow.KEY, key);
    if (value !== undefined) yield* tock.allowReadOnly(DRIVER_NUM, RoAllow.VALUE, value);
    yield* tock.subscribe(DRIVER_NUM, Upcall.DONE, (status, length) =>
      callback(tock.status(status), length),
    );
    const accepted = yield* tock.command(DRIVER_NUM, command);
    return accepted.ok ? Ok() : Err(accepted.error);
  }

  // --- One at a time -----------------------------------------------------------------------------

  private *write(command: number, key: KvBytes, value: KvBytes): Outcome<void> {
    const { own } = this.tock;
    const buffer = yield* this.lend(RoAllow.VALUE, value);
    if (!buffer.ok) return buffer;
    const written = yield* this.operate(command, key);
    yield* own.endReadOnly(DRIVER_NUM, RoAllow.VALUE);
    own.release(buffer.value);
    return withoutValue(written);
  }

  /** Lends the key, gives the command, waits; the upcall's length. */
  private *operate(command: number, key: KvBytes): Outcome<number> {
    const { tock } = this;
    const buffer = yield* this.keyBuffer(this.rawOf(key));
    const lent = yield* tock.own.lendReadOnly(DRIVER_NUM, RoAllow.KEY, buffer);
    if (!lent.ok) return lent;
    const done = yield* tock.operate(DRIVER_NUM, Upcall.DONE, command);
    yield* tock.own.endReadOnly(DRIVER_NUM, RoAllow.KEY);
    if (buffer instanceof Buffer) tock.own.release(buffer);
    if (!done.ok) return done;
    const [first, length] = done.value;
    const status = tock.status(first);
    return status === 0 ? Ok(length) : Err(status);
  }

  /** A key in the process's RAM: in a place of its own, unless it is longer than any driver takes. */
  private *keyBuffer(raw: Uint8Array): Userspace<Lendable> {
    if (raw.length > LONGEST_KEY) return yield* this.tock.bufferOf(raw);
    this.key ??= yield* this.tock.bufferOf(new Uint8Array(LONGEST_KEY));
    this.key.bytes.set(raw);
    return { address: this.key.address, length: raw.length };
  }

  private rawOf(bytes: KvBytes): Uint8Array {
    return typeof bytes === 'string' ? this.encoder.encode(bytes) : bytes;
  }

  /** A lent buffer that holds the bytes; NOMEM when the process has no RAM for it. */
  private *lend(allowNum: number, bytes: KvBytes): Outcome<Buffer> {
    const { own } = this.tock;
    const raw = this.rawOf(bytes);
    const buffer = yield* own.hold('kv value', raw);
    if (!buffer.ok) return buffer;
    const { address } = buffer.value;
    const lent = yield* own.lendReadOnly(DRIVER_NUM, allowNum, { address, length: raw.length });
    if (lent.ok) return buffer;
    own.release(buffer.value);
    return lent;
  }
}

function withoutValue(result: Result<unknown, number>): Result<void, number> {
  return result.ok ? Ok() : result;
}
