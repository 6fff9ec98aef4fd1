// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The console (driver 0x1): write and read bytes.
 *
 * NON-TOCK: userspace of `doc/syscalls/00001_console.md`.
 */
import { Err, Ok, type Result } from '#kernel/result';
import type { Buffer } from './buffer.ts';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x1;
const Command = { EXISTS: 0, WRITE: 1, READ: 2, ABORT: 3 } as const;
const Upcall = { WRITE_DONE: 1, READ_DONE: 2 } as const;
const Allow = { WRITE: 1, READ: 1 } as const;

export class Console {
  constructor(private readonly tock: Libtock) {}

  /** Writes text and returns when it has left. */
  *print(text: string): Userspace<Result<number, number>> {
    const { own } = this.tock;
    const bytes = encodeUtf8(text);
    const buffer = yield* own.hold('console', bytes);
    if (!buffer.ok) throw new Error(`no memory for ${bytes.length} bytes`);
    yield* own.lendReadOnly(DRIVER_NUM, Allow.WRITE, buffer.value);
    const done = yield* this.tock.operate(
      DRIVER_NUM,
      Upcall.WRITE_DONE,
      Command.WRITE,
      bytes.length,
    );
    yield* own.endReadOnly(DRIVER_NUM, Allow.WRITE);
    own.release(buffer.value);
    return done.ok ? Ok(done.value[0]) : done;
  }

  /** Writes a buffer and returns the number of bytes when they have left. */
  *write(buffer: Buffer): Userspace<Result<number, number>> {
    const { tock } = this;
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.WRITE, buffer);
    const done = yield* tock.operate(DRIVER_NUM, Upcall.WRITE_DONE, Command.WRITE, buffer.length);
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.WRITE, null);
    return done.ok ? Ok(done.value[0]) : done;
  }

  /** Starts writing; `callback(error, bytes)` runs in a later yield. The buffer stays lent until then. */
  *writeAsync(
    buffer: Buffer,
    callback: (error: number, bytes: number) => unknown,
  ): Userspace<Result<void, number>> {
    const { tock } = this;
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.WRITE, buffer);
    yield* tock.subscribe(DRIVER_NUM, Upcall.WRITE_DONE, (bytes) => callback(0, bytes));
    const accepted = yield* tock.command(DRIVER_NUM, Command.WRITE, buffer.length);
    return accepted.ok ? Ok() : Err(accepted.error);
  }

  /** Reads until the buffer is full, or the read is aborted: the number of bytes. */
  *read(buffer: Buffer): Userspace<Result<number, number>> {
    const { tock } = this;
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.READ, buffer);
    const done = yield* tock.operate(DRIVER_NUM, Upcall.READ_DONE, Command.READ, buffer.length);
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.READ, null);
    if (!done.ok) return done;
    const [first, bytes] = done.value;
    const status = tock.status(first);
    return status === 0 ? Ok(bytes) : Err(status);
  }

  /** Starts reading; `callback(error, bytes)` runs in a later yield. */
  *readAsync(
    buffer: Buffer,
    callback: (error: number, bytes: number) => unknown,
  ): Userspace<Result<void, number>> {
    const { tock } = this;
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.READ, buffer);
    yield* tock.subscribe(DRIVER_NUM, Upcall.READ_DONE, tock.statusUpcall(callback));
    const accepted = yield* tock.command(DRIVER_NUM, Command.READ, buffer.length);
    return accepted.ok ? Ok() : Err(accepted.error);
  }

  /** Ends a read early: its callback gets CANCEL. */
  *abortRead(): Userspace<Result<void, number>> {
    const aborted = yield* this.tock.command(DRIVER_NUM, Command.ABORT);
    return aborted.ok ? Ok() : Err(aborted.error);
  }
}

/** UTF-8 without the host's TextEncoder: userspace has no host. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x1_0000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    } else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f));
      bytes.push(0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    }
  }
  return Uint8Array.from(bytes);
}
