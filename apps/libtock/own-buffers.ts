// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Buffers that are the library's, not the app's: lent for one operation each time, or once for good.
 *
 * NON-TOCK: libtock-c keeps some on the stack and some static; here a switch decides (`sharing`).
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import { SyscallClass, type SwapClass } from '#kernel/syscall';
import { Buffer, type Lendable } from './buffer.ts';
import type { Libtock } from './libtock.ts';
import type { Loans, Swapped } from './loans.ts';
import type { Userspace } from './userspace.ts';

/** Bytes of the smallest buffer that stays: room to grow into. */
const LEAST = 64;
const NO_TRAPS: readonly 0[] = [];

export class OwnBuffers {
  private readonly kept = new Map<string, Buffer>();

  constructor(
    private readonly tock: Libtock,
    /** Given: buffers stay lent, and this knows which. */
    private readonly staying: Loans | undefined,
  ) {}

  /** A buffer with these bytes at its start, to be released; NOMEM. One name, one buffer at a time. */
  *hold(name: string, bytes: Uint8Array): Userspace<Result<Buffer, number>> {
    const kept = this.kept.get(name);
    if (kept === undefined || kept.length < bytes.length) {
      const size = this.staying === undefined ? bytes.length : Math.max(LEAST, 2 * bytes.length);
      const buffer = yield* this.tock.malloc(size);
      if (!buffer.ok) return Err(ErrorCode.NOMEM);
      // One that was outgrown is not freed: it is lent until another takes its place.
      if (this.staying !== undefined) this.kept.set(name, buffer.value);
      buffer.value.bytes.set(bytes);
      return buffer;
    }
    kept.bytes.set(bytes);
    return Ok(kept);
  }

  /** Frees what was held, unless it stays. */
  release(buffer: Buffer): void {
    if (this.staying === undefined) this.tock.free(buffer);
  }

  /** Lends for an operation, unless just this still is. */
  lendReadOnly(driverNum: number, allowNum: number, buffer: Lendable): Userspace<Swapped> {
    const { staying, tock } = this;
    return staying !== undefined &&
      isLent(staying, SyscallClass.ReadOnlyAllow, driverNum, allowNum, buffer)
      ? nothing()
      : tock.allowReadOnly(driverNum, allowNum, buffer);
  }

  /** Likewise, for reading and writing. */
  lendReadWrite(driverNum: number, allowNum: number, buffer: Lendable): Userspace<Swapped> {
    const { staying, tock } = this;
    return staying !== undefined &&
      isLent(staying, SyscallClass.ReadWriteAllow, driverNum, allowNum, buffer)
      ? nothing()
      : tock.allowReadWrite(driverNum, allowNum, buffer);
  }

  /** The operation is over: takes back, unless the buffer stays lent. */
  endReadOnly(driverNum: number, allowNum: number): Userspace<Swapped> {
    return this.staying === undefined
      ? this.tock.allowReadOnly(driverNum, allowNum, null)
      : nothing();
  }

  /** Likewise. */
  endReadWrite(driverNum: number, allowNum: number): Userspace<Swapped> {
    return this.staying === undefined
      ? this.tock.allowReadWrite(driverNum, allowNum, null)
      : nothing();
  }
}

function isLent(
  loans: Loans,
  swapClass: SwapClass,
  driverNum: number,
  allowNum: number,
  { address, length }: Lendable,
): boolean {
  return loans.holds(swapClass, driverNum, allowNum, [address, length]);
}

/** A call that need not be made. */
function* nothing(): Userspace<Swapped> {
  yield* NO_TRAPS;
  return Ok([0, 0]);
}
