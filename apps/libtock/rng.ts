// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Random numbers (driver 0x40001).
 *
 * NON-TOCK: userspace of `doc/syscalls/40001_rng.md`.
 */
import { Err, Ok, type Result } from '#kernel/result';
import type { Buffer } from './buffer.ts';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x40001;
const Command = { EXISTS: 0, GET: 1 } as const;
const Upcall = { DONE: 0 } as const;
const Allow = { BUFFER: 0 } as const;

/** What `tock.rng` is. One get at a time: a second takes the first one's buffer away, and is refused. */
export class Rng {
  constructor(private readonly tock: Libtock) {}

  /** Whether the board has the driver. */
  *exists(): Userspace<boolean> {
    return (yield* this.tock.command(DRIVER_NUM, Command.EXISTS)).isSuccess();
  }

  /** That many random bytes, in an array of the app's own. BUSY: another get is under way. */
  *bytes(count: number): Userspace<Result<Uint8Array, number>> {
    const buffer = yield* this.tock.malloc(count);
    if (!buffer.ok) return buffer;
    const filled = yield* this.fill(buffer.value);
    const bytes = buffer.value.bytes.slice();
    this.tock.free(buffer.value);
    return filled.ok ? Ok(bytes.subarray(0, filled.value)) : filled;
  }

  /** Fills a buffer and returns the number of bytes when they are there. BUSY as above. */
  *fill(buffer: Buffer): Userspace<Result<number, number>> {
    const { tock } = this;
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.BUFFER, buffer);
    const done = yield* tock.operate(DRIVER_NUM, Upcall.DONE, Command.GET, buffer.length);
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.BUFFER, null);
    if (!done.ok) return done;
    const [first, bytes] = done.value;
    const status = tock.status(first);
    return status === 0 ? Ok(bytes) : Err(status);
  }

  /** Starts filling; `callback(error, bytes)` runs in a later yield. The buffer stays lent until then. */
  *fillAsync(
    buffer: Buffer,
    callback: (error: number, bytes: number) => unknown,
  ): Userspace<Result<void, number>> {
    const { tock } = this;
    yield* tock.allowReadWrite(DRIVER_NUM, Allow.BUFFER, buffer);
    yield* tock.subscribe(DRIVER_NUM, Upcall.DONE, tock.statusUpcall(callback));
    const accepted = yield* tock.command(DRIVER_NUM, Command.GET, buffer.length);
    return accepted.ok ? Ok() : Err(accepted.error);
  }
}
