// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The configuration store (driver 0x50013): named values, opened, read and written like files, committed when they are closed.
 *
 * NON-TOCK: userspace of `doc/syscalls/50013_cfstore.md`. Each operation has a `yield*` form that returns a Result, whose error
 * is an ErrorCode, and a form with a callback that gets (ErrorCode or 0, result, CFSTORE's own number or 0).
 */
import { Err, Ok, type Result } from '#kernel/result';
import type { Lendable } from './buffer.ts';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x50013;
const Command = {
  EXISTS: 0,
  CREATE: 1,
  OPEN: 2,
  READ: 3,
  WRITE: 4,
  RSEEK: 5,
  WSEEK: 6,
  CLOSE: 7,
  DELETE: 8,
  FIND: 9,
  FLUSH: 10,
  KEY_NAME: 11,
  VALUE_LENGTH: 12,
  RECOVER: 13,
} as const;
const Upcall = { DONE: 0 } as const;
const RoAllow = { NAME: 0, DATA: 1 } as const;
const RwAllow = { OUTPUT: 0 } as const;
const Mode = { FLUSH_ON_CLOSE: 0x04, READ: 0x08, WRITE: 0x10, EXECUTE: 0x20 } as const;
const BYTE = 8;

/** Bytes that one command moves at most. */
const PIECE = 512;
const LONGEST_NAME = 220;
/** Its owner may read and write it. */
const OWNER_READ_WRITE = 0x03;

/** How a key is opened. */
export interface CfstoreMode {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly execute?: boolean;
  /** Flush when the handle is closed, unless another is open then. */
  readonly flushOnClose?: boolean;
}

/** What is fixed when a key is created; all has defaults: the owner may read and write, and the handle does. */
export interface CfstoreDescriptor extends CfstoreMode {
  /** Bits: the owner's rights to read 1, write 2, execute 4; others' 8, 16, 32. */
  readonly acl?: number;
}

/** Runs when an operation is done: an ErrorCode or 0, its result, and CFSTORE's negative number or 0. */
export type CfstoreCallback = (error: number, result: number, cfstoreError: number) => unknown;

type Outcome<T> = Userspace<Result<T, number>>;

export class Cfstore {
  /** CFSTORE's number of the `yield*` form that failed last; 0: none did. */
  lastError = 0;
  private readonly encoder = new TextEncoder();

  constructor(private readonly tock: Libtock) {}

  /** Whether the board has the driver. */
  *exists(): Userspace<boolean> {
    return (yield* this.tock.command(DRIVER_NUM, Command.EXISTS)).ok;
  }

  /** A handle on a new key. With `null`, on one that is there, which gets another length. ALREADY: it is there. */
  *create(
    name: string,
    length: number,
    descriptor: CfstoreDescriptor | null = {},
  ): Outcome<number> {
    return yield* this.named(name, Command.CREATE, length, bitsOf(descriptor));
  }

  /** Starts it; the name stays lent until the callback. */
  *createAsync(
    name: Lendable,
    length: number,
    descriptor: CfstoreDescriptor | null,
    callback: CfstoreCallback,
  ): Outcome<void> {
    yield* this.tock.allowReadOnly(DRIVER_NUM, RoAllow.NAME, name);
    return yield* this.begin(callback, Command.CREATE, length, bitsOf(descriptor));
  }

  /** A handle on a key, to read it unless the mode says otherwise. NOSUPPORT: no such key, or not allowed. */
  *open(name: string, mode: CfstoreMode = { read: true }): Outcome<number> {
    return yield* this.named(name, Command.OPEN, modeBits(mode));
  }

  /** Starts it; the name stays lent until the callback. */
  *openAsync(name: Lendable, mode: CfstoreMode, callback: CfstoreCallback): Outcome<void> {
    yield* this.tock.allowReadOnly(DRIVER_NUM, RoAllow.NAME, name);
    return yield* this.begin(callback, Command.OPEN, modeBits(mode));
  }

  /** At most so many bytes from the read position on, and never more than there are. */
  *read(handle: number, length: number): Outcome<Uint8Array> {
    const bytes = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const piece = yield* this.output(Command.READ, handle, Math.min(PIECE, length - at));
      if (!piece.ok) return piece;
      if (piece.value.length === 0) break;
      bytes.set(piece.value, at);
      at += piece.value.length;
    }
    return Ok(bytes.subarray(0, at));
  }

  /** Starts it; the buffer stays lent until the callback, whose result says how much of it was filled: 512 bytes at most. */
  *readAsync(handle: number, target: Lendable, callback: CfstoreCallback): Outcome<void> {
    yield* this.tock.allowReadWrite(DRIVER_NUM, RwAllow.OUTPUT, target);
    return yield* this.begin(callback, Command.READ, handle);
  }

  /** Writes at the write position: how many bytes the store took. RESERVE: they do not fit into the value. */
  *write(handle: number, data: Uint8Array | string): Outcome<number> {
    const bytes = typeof data === 'string' ? this.encoder.encode(data) : data;
    let at = 0;
    while (at < bytes.length) {
      const piece = bytes.subarray(at, at + PIECE);
      const written = yield* this.input(RoAllow.DATA, piece, Command.WRITE, handle);
      if (!written.ok) return written;
      at += written.value;
      if (written.value < piece.length) break;
    }
    return Ok(at);
  }

  /** Starts it; the buffer stays lent until the callback, whose result says how much was taken: 512 bytes at most. */
  *writeAsync(handle: number, data: Lendable, callback: CfstoreCallback): Outcome<void> {
    yield* this.tock.allowReadOnly(DRIVER_NUM, RoAllow.DATA, data);
    return yield* this.begin(callback, Command.WRITE, handle);
  }

  /** Moves the read position. INVAL: past the end. */
  *rseek(handle: number, offset: number): Outcome<void> {
    return done(yield* this.operate(Command.RSEEK, handle, offset));
  }

  /** Starts it. */
  *rseekAsync(handle: number, offset: number, callback: CfstoreCallback): Outcome<void> {
    return yield* this.begin(callback, Command.RSEEK, handle, offset);
  }

  /** Moves the write position. INVAL: past the end. */
  *wseek(handle: number, offset: number): Outcome<void> {
    return done(yield* this.operate(Command.WSEEK, handle, offset));
  }

  /** Starts it. */
  *wseekAsync(handle: number, offset: number, callback: CfstoreCallback): Outcome<void> {
    return yield* this.begin(callback, Command.WSEEK, handle, offset);
  }

  /** Commits what was written, and gives the handle back, whatever the result. */
  *close(handle: number): Outcome<void> {
    return done(yield* this.operate(Command.CLOSE, handle));
  }

  /** Starts it. */
  *closeAsync(handle: number, callback: CfstoreCallback): Outcome<void> {
    return yield* this.begin(callback, Command.CLOSE, handle);
  }

  /** Deletes an open key when its last handle is closed. */
  *delete(handle: number): Outcome<void> {
    return done(yield* this.operate(Command.DELETE, handle));
  }

  /** Starts it. */
  *deleteAsync(handle: number, callback: CfstoreCallback): Outcome<void> {
    return yield* this.begin(callback, Command.DELETE, handle);
  }

  /** A handle to read the next key that fits a pattern with `*`; closes the one before. NOSUPPORT at the end. */
  *find(query: string, previous = 0): Outcome<number> {
    return yield* this.named(query, Command.FIND, previous);
  }

  /** Starts it; the pattern stays lent until the callback. */
  *findAsync(query: Lendable, previous: number, callback: CfstoreCallback): Outcome<void> {
    yield* this.tock.allowReadOnly(DRIVER_NUM, RoAllow.NAME, query);
    return yield* this.begin(callback, Command.FIND, previous);
  }

  /** Makes room in flash, and durable what is not. BUSY: a key is open, whosever. */
  *flush(): Outcome<void> {
    return done(yield* this.operate(Command.FLUSH));
  }

  /** Starts it. */
  *flushAsync(callback: CfstoreCallback): Outcome<void> {
    return yield* this.begin(callback, Command.FLUSH);
  }

  /** The name of an open key; another's begins with its owner. */
  *keyName(handle: number): Outcome<string> {
    const name = yield* this.output(Command.KEY_NAME, handle, LONGEST_NAME);
    return name.ok ? Ok(String.fromCharCode(...name.value)) : name;
  }

  /** Starts it; the buffer stays lent until the callback, whose result is the name's length. */
  *keyNameAsync(handle: number, target: Lendable, callback: CfstoreCallback): Outcome<void> {
    yield* this.tock.allowReadWrite(DRIVER_NUM, RwAllow.OUTPUT, target);
    return yield* this.begin(callback, Command.KEY_NAME, handle);
  }

  /** Bytes of the value of an open key. */
  *valueLength(handle: number): Outcome<number> {
    return yield* this.operate(Command.VALUE_LENGTH, handle);
  }

  /** Starts it. */
  *valueLengthAsync(handle: number, callback: CfstoreCallback): Outcome<void> {
    return yield* this.begin(callback, Command.VALUE_LENGTH, handle);
  }

  /** Opens the store again after the flash failed: all open keys of all processes are gone. Else nothing. */
  *recover(): Outcome<void> {
    return done(yield* this.operate(Command.RECOVER));
  }

  /** Starts it. */
  *recoverAsync(callback: CfstoreCallback): Outcome<void> {
    return yield* this.begin(callback, Command.RECOVER);
  }

  // --- Commands ----------------------------------------------------------------------------------

  private *begin(
    callback: CfstoreCallback,
    command: number,
    argument1 = 0,
    argument2 = 0,
  ): Outcome<void> {
    const upcall = this.tock.statusUpcall((status, result, error) =>
      callback(status, result, error | 0),
    );
    yield* this.tock.subscribe(DRIVER_NUM, Upcall.DONE, upcall);
    const accepted = yield* this.tock.command(DRIVER_NUM, command, argument1, argument2);
    return accepted.ok ? Ok() : Err(accepted.error);
  }

  private *operate(command: number, argument1 = 0, argument2 = 0): Outcome<number> {
    const { tock } = this;
    const finished = yield* tock.operate(DRIVER_NUM, Upcall.DONE, command, argument1, argument2);
    if (!finished.ok) return finished;
    const [first, result, error] = finished.value;
    const status = tock.status(first);
    if (status === 0) return Ok(result);
    this.lastError = error | 0;
    return Err(status);
  }

  private *named(name: string, command: number, argument1: number, argument2 = 0): Outcome<number> {
    return yield* this.input(
      RoAllow.NAME,
      this.encoder.encode(name),
      command,
      argument1,
      argument2,
    );
  }

  private *input(
    allowNum: number,
    bytes: Uint8Array,
    command: number,
    argument1: number,
    argument2 = 0,
  ): Outcome<number> {
    const { tock } = this;
    const buffer = yield* tock.malloc(bytes.length);
    if (!buffer.ok) return buffer;
    buffer.value.bytes.set(bytes);
    yield* tock.allowReadOnly(DRIVER_NUM, allowNum, buffer.value);
    const finished = yield* this.operate(command, argument1, argument2);
    yield* tock.allowReadOnly(DRIVER_NUM, allowNum, null);
    tock.free(buffer.value);
    return finished;
  }

  private *output(command: number, handle: number, length: number): Outcome<Uint8Array> {
    const { tock } = this;
    const buffer = yield* tock.malloc(length);
    if (!buffer.ok) return buffer;
    yield* tock.allowReadWrite(DRIVER_NUM, RwAllow.OUTPUT, buffer.value);
    const finished = yield* this.operate(command, handle);
    yield* tock.allowReadWrite(DRIVER_NUM, RwAllow.OUTPUT, null);
    const bytes = buffer.value.bytes.slice();
    tock.free(buffer.value);
    return finished.ok ? Ok(bytes.subarray(0, finished.value)) : finished;
  }
}

function done(finished: Result<unknown, number>): Result<void, number> {
  return finished.ok ? Ok() : finished;
}

function modeBits({ read, write, execute, flushOnClose }: CfstoreMode): number {
  return (
    (read === true ? Mode.READ : 0) |
    (write === true ? Mode.WRITE : 0) |
    (execute === true ? Mode.EXECUTE : 0) |
    (flushOnClose === true ? Mode.FLUSH_ON_CLOSE : 0)
  );
}

/** Rights in the lowest byte, the mode above; 0: no descriptor. */
function bitsOf(descriptor: CfstoreDescriptor | null): number {
  if (descriptor === null) return 0;
  return (descriptor.acl ?? OWNER_READ_WRITE) | (modeBits(descriptor) << BYTE);
}
