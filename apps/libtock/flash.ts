// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Flash as it is (driver 0x50011): pages and bytes, with the refusals of the flash interface.
 *
 * NON-TOCK: userspace of `doc/syscalls/50011_flash.md`. Each operation has a `yield*` form that returns a
 * Result, and a form with a callback whose first argument is an ErrorCode, 0 for success.
 */
import { BADRVAL } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import type { Buffer } from './buffer.ts';
import type { Libtock } from './libtock.ts';
import type { Triple } from './operate.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x50011;
const Command = {
  EXISTS: 0,
  GEOMETRY: 1,
  READ_PAGE: 2,
  WRITE_PAGE: 3,
  ERASE_PAGE: 4,
  READ_BYTES: 5,
  WRITE_BYTES: 6,
  LAWS: 7,
} as const;
const Upcall = { READ_DONE: 0, WRITE_DONE: 1, ERASE_DONE: 2 } as const;
const Allow = { WRITE: 0, READ: 0 } as const;

/** What the flash is. */
export interface FlashGeometry {
  /** Bytes a page. */
  readonly pageSize: number;
  readonly pages: number;
  /** Bytes; addresses and lengths of byte writes are multiples of it. 0: pages only. */
  readonly programUnit: number;
  /** How often a unit may be programmed between two erasures. 0: pages only, not known. */
  readonly programsPerUnit: number;
  /** Whether writing a page erases it first. */
  readonly writeErases: boolean;
}

/** Runs when an operation is done: an ErrorCode or 0, and bytes moved, or the page erased. */
export type FlashCallback = (error: number, value: number) => unknown;

type Outcome<T> = Userspace<Result<T, number>>;

export class Flash {
  constructor(private readonly tock: Libtock) {}

  /** Whether the board has the driver. */
  *exists(): Userspace<boolean> {
    return (yield* this.tock.command(DRIVER_NUM, Command.EXISTS)).ok;
  }

  /** Sizes and laws; NODEVICE without the driver, BADRVAL from a kernel that answers in one word (1.x). */
  *geometry(): Outcome<FlashGeometry> {
    const sizes = yield* this.tock.command(DRIVER_NUM, Command.GEOMETRY);
    if (!sizes.ok) return Err(sizes.error);
    const laws = yield* this.tock.command(DRIVER_NUM, Command.LAWS);
    if (!laws.ok) return Err(laws.error);
    const sizeWords = sizes.successU32U32U32();
    const lawWords = laws.successU32U32();
    if (sizeWords === undefined || lawWords === undefined) return Err(BADRVAL);
    const [pageSize, pages, programUnit] = sizeWords;
    const [programsPerUnit, erases] = lawWords;
    return Ok({ pageSize, pages, programUnit, programsPerUnit, writeErases: erases === 1 });
  }

  /** Reads a page into a buffer of its size. BUSY, INVAL no such page, SIZE, RESERVE an empty buffer. */
  *readPage(page: number, target: Buffer): Outcome<number> {
    return yield* this.reading(target, Command.READ_PAGE, page, 0);
  }

  /** Starts it; the buffer stays lent until the callback. */
  *readPageAsync(page: number, target: Buffer, callback: FlashCallback): Outcome<void> {
    yield* this.tock.allowReadWrite(DRIVER_NUM, Allow.READ, target);
    return yield* this.begin(Upcall.READ_DONE, callback, Command.READ_PAGE, page);
  }

  /** Writes a buffer of a page's size to a page. Errors as `readPage`, FAIL, NOSUPPORT protected. */
  *writePage(page: number, source: Buffer): Outcome<number> {
    return yield* this.writing(source, Command.WRITE_PAGE, page, 0);
  }

  /** Starts it; the buffer stays lent until the callback. */
  *writePageAsync(page: number, source: Buffer, callback: FlashCallback): Outcome<void> {
    yield* this.tock.allowReadOnly(DRIVER_NUM, Allow.WRITE, source);
    return yield* this.begin(Upcall.WRITE_DONE, callback, Command.WRITE_PAGE, page);
  }

  /** Erases a page: all ones. BUSY, INVAL, FAIL, NOSUPPORT protected. */
  *erasePage(page: number): Outcome<number> {
    return this.result(
      yield* this.tock.operate(DRIVER_NUM, Upcall.ERASE_DONE, Command.ERASE_PAGE, page),
    );
  }

  /** Starts it. */
  *erasePageAsync(page: number, callback: FlashCallback): Outcome<void> {
    return yield* this.begin(Upcall.ERASE_DONE, callback, Command.ERASE_PAGE, page);
  }

  /** Fills a buffer of at most a page from an address on. NOSUPPORT: pages only. */
  *readBytes(address: number, target: Buffer): Outcome<number> {
    return yield* this.reading(target, Command.READ_BYTES, address, target.length);
  }

  /** Starts it; the buffer stays lent until the callback. */
  *readBytesAsync(address: number, target: Buffer, callback: FlashCallback): Outcome<void> {
    yield* this.tock.allowReadWrite(DRIVER_NUM, Allow.READ, target);
    return yield* this.begin(
      Upcall.READ_DONE,
      callback,
      Command.READ_BYTES,
      address,
      target.length,
    );
  }

  /** Programs a buffer of at most a page: old AND new. INVAL also: not in whole program units. */
  *writeBytes(address: number, source: Buffer): Outcome<number> {
    return yield* this.writing(source, Command.WRITE_BYTES, address, source.length);
  }

  /** Starts it; the buffer stays lent until the callback. */
  *writeBytesAsync(address: number, source: Buffer, callback: FlashCallback): Outcome<void> {
    yield* this.tock.allowReadOnly(DRIVER_NUM, Allow.WRITE, source);
    const { length } = source;
    return yield* this.begin(Upcall.WRITE_DONE, callback, Command.WRITE_BYTES, address, length);
  }

  private *reading(
    target: Buffer,
    command: number,
    argument1: number,
    argument2: number,
  ): Outcome<number> {
    const { tock } = this;
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.READ, target);
    const done = yield* tock.operate(DRIVER_NUM, Upcall.READ_DONE, command, argument1, argument2);
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.READ, null);
    return this.result(done);
  }

  private *writing(
    source: Buffer,
    command: number,
    argument1: number,
    argument2: number,
  ): Outcome<number> {
    const { tock } = this;
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.WRITE, source);
    const done = yield* tock.operate(DRIVER_NUM, Upcall.WRITE_DONE, command, argument1, argument2);
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.WRITE, null);
    return this.result(done);
  }

  private *begin(
    upcall: number,
    callback: FlashCallback,
    command: number,
    argument1: number,
    argument2 = 0,
  ): Outcome<void> {
    yield* this.tock.subscribe(DRIVER_NUM, upcall, this.tock.statusUpcall(callback));
    const accepted = yield* this.tock.command(DRIVER_NUM, command, argument1, argument2);
    return accepted.ok ? Ok() : Err(accepted.error);
  }

  /** The value of an operation that went well, or its error. */
  private result(done: Result<Triple, number>): Result<number, number> {
    if (!done.ok) return done;
    const [first, value] = done.value;
    const status = this.tock.status(first);
    return status === 0 ? Ok(value) : Err(status);
  }
}
