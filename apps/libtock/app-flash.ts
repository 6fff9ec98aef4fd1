// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * App flash (driver 0x50000): a process writes the flash regions that its header declares writeable.
 *
 * NON-TOCK: userspace of `doc/syscalls/50000_app_flash.md`. The first argument of a callback is an
 * ErrorCode, 0 for success.
 */
import { Err, Ok, type Result } from '#kernel/result';
import { MemopCall } from '#kernel/syscall';
import type { Buffer } from './buffer.ts';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x50000;
const Command = { EXISTS: 0, WRITE: 1 } as const;
const Upcall = { WRITE_DONE: 0 } as const;
const Allow = { BUFFER: 0 } as const;

/** A part of the process's flash: its first address, and the one past its last. */
export interface FlashRegion {
  readonly start: number;
  readonly end: number;
}

type Outcome<T> = Userspace<Result<T, number>>;

export class AppFlash {
  constructor(private readonly tock: Libtock) {}

  /** Whether the board has the driver. */
  *exists(): Userspace<boolean> {
    return (yield* this.tock.command(DRIVER_NUM, Command.EXISTS)).ok;
  }

  /** The regions that the process may write; empty ones are left out. */
  *regions(): Userspace<FlashRegion[]> {
    const { tock } = this;
    const count = (yield* tock.memop(MemopCall.FlashRegions)).successU32() ?? 0;
    const regions: FlashRegion[] = [];
    for (let index = 0; index < count; index++) {
      const start = (yield* tock.memop(MemopCall.FlashRegionStart, index)).successU32();
      const end = (yield* tock.memop(MemopCall.FlashRegionEnd, index)).successU32();
      if (start !== undefined && end !== undefined) regions.push({ start, end });
    }
    return regions;
  }

  /** Writes at most 512 bytes to an address of a region. INVAL: outside. SIZE: too long, or not 512 and busy. */
  *write(address: number, source: Buffer): Outcome<void> {
    const { tock } = this;
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.BUFFER, source);
    const done = yield* tock.operate(DRIVER_NUM, Upcall.WRITE_DONE, Command.WRITE, address);
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.BUFFER, null);
    if (!done.ok) return done;
    const status = tock.status(done.value[0]);
    return status === 0 ? Ok() : Err(status);
  }

  /** Starts a write; the buffer stays lent until the callback. */
  *writeAsync(
    address: number,
    source: Buffer,
    callback: (error: number) => unknown,
  ): Outcome<void> {
    const { tock } = this;
    yield* tock.allowReadOnly(DRIVER_NUM, Allow.BUFFER, source);
    yield* tock.subscribe(DRIVER_NUM, Upcall.WRITE_DONE, tock.statusUpcall(callback));
    const accepted = yield* tock.command(DRIVER_NUM, Command.WRITE, address);
    return accepted.ok ? Ok() : Err(accepted.error);
  }
}
