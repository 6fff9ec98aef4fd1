// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Non-volatile storage (driver 0x50001): bytes that keep their content, shared by all processes.
 *
 * NON-TOCK: userspace of `doc/syscalls/50001_nonvolatile_storage.md`. Each operation has a `yield*` form
 * and a form with a callback. The driver says lengths and no errors: a length of 0, where more was asked
 * for, is FAIL here.
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import { Buffer } from './buffer.ts';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x50001;
const Command = { EXISTS: 0, SIZE: 1, READ: 2, WRITE: 3 } as const;
const Upcall = { READ_DONE: 0, WRITE_DONE: 1 } as const;
const Allow = { WRITE: 0, READ: 0 } as const;

/** Runs when an operation is done: an ErrorCode or 0, and how many bytes it moved. */
export type StorageCallback = (error: number, length: number) => unknown;

type Outcome<T> = Userspace<Result<T, number>>;

export class NonvolatileStorage {
  constructor(private readonly tock: Libtock) {}

  /** Whether the board has the driver. */
  *exists(): Userspace<boolean> {
    return (yield* this.tock.command(DRIVER_NUM, Command.EXISTS)).ok;
  }

  /** Bytes of the storage; NODEVICE without the driver. */
  *size(): Outcome<number> {
    const answer = yield* this.tock.command(DRIVER_NUM, Command.SIZE);
    return answer.ok ? Ok(answer.successU32() ?? 0) : Err(answer.error);
  }

  /** Reads into a buffer: how many bytes, which may be fewer than fit. INVAL: outside. NOMEM: try again. */
  *read(offset: number, target: Buffer): Outcome<number> {
    const { tock } = this;
    const { length } = target;
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.READ, target);
    const done = yield* tock.operate(DRIVER_NUM, Upcall.READ_DONE, Command.READ, offset, length);
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.READ, null);
    return moved(done, length);
  }

  /** Starts a read; the buffer stays lent until the callback. */
  *readAsync(offset: number, target: Buffer, callback: StorageCallback): Outcome<void> {
    const { tock } = this;
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.READ, target);
    return yield* this.begin(Upcall.READ_DONE, Command.READ, offset, target.length, callback);
  }

  /** Writes a buffer: how many bytes, which may be fewer than it has. Errors as `read`. */
  *write(offset: number, source: Buffer): Outcome<number> {
    const { tock } = this;
    const { length } = source;
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.WRITE, source);
    const done = yield* tock.operate(DRIVER_NUM, Upcall.WRITE_DONE, Command.WRITE, offset, length);
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.WRITE, null);
    return moved(done, length);
  }

  /** Starts a write; the buffer stays lent until the callback. */
  *writeAsync(offset: number, source: Buffer, callback: StorageCallback): Outcome<void> {
    const { tock } = this;
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.WRITE, source);
    return yield* this.begin(Upcall.WRITE_DONE, Command.WRITE, offset, source.length, callback);
  }

  /** Reads a buffer full, in as many operations as it takes: the number of operations. */
  *readAll(offset: number, target: Buffer): Outcome<number> {
    return yield* this.inPieces(target, (done, rest) => this.read(offset + done, rest));
  }

  /** Writes a whole buffer, in as many operations as it takes: the number of operations. After an error, a part is written. */
  *writeAll(offset: number, source: Buffer): Outcome<number> {
    return yield* this.inPieces(source, (done, rest) => this.write(offset + done, rest));
  }

  private *inPieces(
    buffer: Buffer,
    move: (done: number, rest: Buffer) => Outcome<number>,
  ): Outcome<number> {
    const { memory } = this.tock.machine;
    let operations = 0;
    for (let done = 0; done < buffer.length; operations++) {
      const rest = new Buffer(memory, buffer.address + done, buffer.length - done);
      const piece = yield* move(done, rest);
      if (!piece.ok) return piece;
      done += piece.value;
    }
    return Ok(operations);
  }

  private *begin(
    upcall: number,
    command: number,
    offset: number,
    length: number,
    callback: StorageCallback,
  ): Outcome<void> {
    const { tock } = this;
    yield* tock.subscribe(DRIVER_NUM, upcall, (count) => callback(errorOf(count, length), count));
    const accepted = yield* tock.command(DRIVER_NUM, command, offset, length);
    return accepted.ok ? Ok() : Err(accepted.error);
  }
}

const errorOf = (count: number, wanted: number): number =>
  count === 0 && wanted > 0 ? ErrorCode.FAIL : 0;

function moved(
  done: Result<readonly [number, number, number], number>,
  wanted: number,
): Result<number, number> {
  if (!done.ok) return done;
  const [count] = done.value;
  const error = errorOf(count, wanted);
  return error === 0 ? Ok(count) : Err(error);
}
