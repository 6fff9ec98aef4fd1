// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lets each process write the flash regions that its header declares writeable.
 *
 * Mirrors `capsules/extra/src/app_flash_driver.rs`; system calls in `doc/syscalls/50000_app_flash.md`.
 * One write at a time; one more of each process waits, taken in slot order, and must be 512 bytes long.
 *
 * NON-TOCK: Tock takes any address past the header, the program's own code included, cuts what is longer
 * than 512 bytes, and tells nobody when a write that was accepted fails. Here the upcall's first argument
 * is a status; Tock's is always 0.
 */
import { ErrorCode, intoStatusCode } from '#kernel/errorcode';
import type { Grant, GrantKernelData } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import type { Kernel } from '#kernel/kernel';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import { Err, Ok, type Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';
import { copyFromProcess, readOnlyLength } from './process-copy.ts';

const Command = { EXISTS: 0, WRITE: 1 } as const;
const Upcall = { WRITE_DONE: 0, COUNT: 1 } as const;
const RoAllow = { BUFFER: 0, COUNT: 1 } as const;

/** Bytes of the driver's buffer, and of every write that waits. */
const BUFFER_SIZE = 512;

/** Flaws of upstream's driver that can be had back by name. */
export const APP_FLASH_FLAWS = {
  'app-flash-last-byte': 'a write that ends with the last byte of a region is INVAL',
  'app-flash-own-program':
    "the whole flash of a process past its header counts as one region: it may overwrite its program's code",
  'app-flash-cuts-longer': 'of more than 512 bytes the first 512 are written, and nobody is told',
  'app-flash-queued-length':
    'a write of another length than 512 may wait; at its turn the buffer is lost and nothing is ever written again',
} as const;

/** The name of one of them. */
export type AppFlashFlaw = keyof typeof APP_FLASH_FLAWS;

/** What a process has waiting. */
export interface AppFlashApp {
  /** The address of a write that waits. */
  queued: number | undefined;
}

/** What the driver's grant takes in a process. */
export const APP_FLASH_GRANT = {
  upcalls: Upcall.COUNT,
  allowRo: RoAllow.COUNT,
  allowRw: 0,
  size: 8,
  statusUpcalls: [Upcall.WRITE_DONE],
  create: (): AppFlashApp => ({ queued: undefined }),
};

/** What the driver is wired to. */
export interface AppFlashDriverOptions {
  /** All of the flash, from its first byte on; the driver becomes its client. */
  readonly storage: hil.nonvolatileStorage.NonvolatileStorage;
  /** Where the CPU sees the first byte of the storage. NON-TOCK: Tock's chips do the subtraction. Default: 0. */
  readonly flashBase?: number;
  readonly apps: Grant<AppFlashApp>;
  /** Knows where the flash of a process is. */
  readonly kernel: Pick<Kernel, 'process'>;
  readonly flaws?: ReadonlySet<AppFlashFlaw>;
}

/** First address, and the one past the last. */
type Range = readonly [start: number, end: number];

/** The driver, over one storage that holds the processes' flash. */
export class AppFlashDriver
  implements SyscallDriver, hil.nonvolatileStorage.NonvolatileStorageClient
{
  private readonly storage: hil.nonvolatileStorage.NonvolatileStorage;
  private readonly apps: Grant<AppFlashApp>;
  private readonly flaws: ReadonlySet<AppFlashFlaw>;
  /** Absent while the storage has it. */
  private buffer: Uint8Array | undefined = new Uint8Array(BUFFER_SIZE);
  /** Whose write runs. */
  private current: ProcessId | undefined;

  constructor(private readonly options: AppFlashDriverOptions) {
    this.storage = options.storage;
    this.apps = options.apps;
    this.flaws = options.flaws ?? new Set();
    this.storage.setClient(this);
  }

  command(commandNum: number, arg1: number, _arg2: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.WRITE:
        return this.write(processId, arg1);
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  // --- Accepting ---------------------------------------------------------------------------------

  private write(processId: ProcessId, address: number): CommandReturn {
    const ranges = this.ranges(processId);
    const accepted = this.apps.enter(processId, (app, kernel) =>
      this.accept(app, kernel, address, ranges),
    );
    if (!accepted.ok) return CommandReturn.failure(processErrorCode(accepted.error));
    if (!accepted.value.ok) return CommandReturn.failure(accepted.value.error);
    const count = accepted.value.value;
    if (count === 'queued') return CommandReturn.success();
    return CommandReturn.fromResult(this.submit(processId, address, count));
  }

  /**
   * Bytes that were copied and can start now, or that the write waits. INVAL: not inside one region.
   * RESERVE: nothing is lent. SIZE: too long, or not the length of a write that waits. NOMEM: one waits.
   */
  private accept(
    app: AppFlashApp,
    kernel: GrantKernelData,
    address: number,
    ranges: readonly Range[],
  ): Result<number | 'queued'> {
    const length = readOnlyLength(kernel, RoAllow.BUFFER);
    if (!ranges.some((range) => this.inside(range, address, length))) return Err(ErrorCode.INVAL);
    if (length === 0) return Err(ErrorCode.RESERVE);
    if (length > BUFFER_SIZE && !this.flaws.has('app-flash-cuts-longer')) {
      return Err(ErrorCode.SIZE);
    }
    if (this.current === undefined) return Ok(this.prepare(kernel));
    if (app.queued !== undefined) return Err(ErrorCode.NOMEM);
    if (length !== BUFFER_SIZE && !this.flaws.has('app-flash-queued-length')) {
      return Err(ErrorCode.SIZE);
    }
    app.queued = address;
    return Ok('queued');
  }

  /** The parts of its flash that a process may write. */
  private ranges(processId: ProcessId): readonly Range[] {
    const process = this.options.kernel.process(processId);
    if (process === undefined) return [];
    const { flashStart, flashEnd, appStart, writeableFlashRegions } = process;
    if (this.flaws.has('app-flash-own-program')) return [[appStart, flashEnd]];
    return writeableFlashRegions.map(({ offset, size }) => [
      Math.max(appStart, flashStart + offset),
      Math.min(flashEnd, flashStart + offset + size),
    ]);
  }

  private inside([start, end]: Range, address: number, length: number): boolean {
    const last = this.flaws.has('app-flash-last-byte') ? end - 1 : end;
    return address >= start && address + length <= last;
  }

  /** Copies what the process lends into the driver's buffer: how many bytes. */
  private prepare(kernel: GrantKernelData): number {
    const { buffer } = this;
    return buffer === undefined ? 0 : copyFromProcess(kernel, RoAllow.BUFFER, buffer);
  }

  // --- Running -----------------------------------------------------------------------------------

  /** Hands the driver's buffer to the storage; a refusal hands it back. */
  private submit(processId: ProcessId, address: number, count: number): Result {
    const { buffer } = this;
    if (buffer === undefined) return Err(ErrorCode.RESERVE);
    this.buffer = undefined;
    this.current = processId;
    const started = this.storage.write(buffer, address - (this.options.flashBase ?? 0), count);
    if (started.ok) return Ok();
    [, this.buffer] = started.error;
    this.current = undefined;
    return Err(started.error[0]);
  }

  /** Starts what waits, in slot order, until a write runs. */
  private startNext(): void {
    while (this.current === undefined) {
      const next = this.apps
        .processIds()
        .find((id) => this.apps.tryEnter(id, (app) => app.queued !== undefined) === true);
      if (next === undefined) return;
      this.startQueued(next);
    }
  }

  /** Takes a process's write; when it cannot start, its upcall says why. */
  private startQueued(processId: ProcessId): void {
    const taken = this.apps.enter(processId, (app, kernel) => {
      const address = app.queued;
      app.queued = undefined;
      return {
        address,
        fits: readOnlyLength(kernel, RoAllow.BUFFER) === BUFFER_SIZE && this.prepare(kernel) > 0,
      };
    });
    if (!taken.ok || taken.value.address === undefined) return;
    const { address, fits } = taken.value;
    if (!fits && this.flaws.has('app-flash-queued-length')) {
      this.buffer = undefined;
      this.current = processId;
      return;
    }
    const started = fits ? this.submit(processId, address, BUFFER_SIZE) : Err(ErrorCode.SIZE);
    if (!started.ok) this.tell(processId, started);
  }

  /** Never called: this driver does not read. */
  readDone(buffer: Uint8Array): void {
    this.buffer = buffer;
  }

  writeDone(buffer: Uint8Array, _length: number, result: Result): void {
    const { current } = this;
    this.buffer = buffer;
    this.current = undefined;
    if (current !== undefined) this.tell(current, result);
    this.startNext();
  }

  private tell(processId: ProcessId, result: Result): void {
    this.apps.enter(processId, (_app, kernel) => {
      kernel.scheduleUpcall(Upcall.WRITE_DONE, [intoStatusCode(result), 0, 0]);
    });
  }
}
