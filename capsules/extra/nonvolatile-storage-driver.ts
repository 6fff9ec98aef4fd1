// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lets processes read and write one region of non-volatile storage, which all of them share.
 *
 * Mirrors `capsules/extra/src/nonvolatile_storage_driver.rs`; system calls in
 * `doc/syscalls/50001_nonvolatile_storage.md`. One operation at a time; one more of each process waits,
 * taken in slot order. The driver owns one buffer of 512 bytes, which cuts a longer request.
 *
 * NON-TOCK: the kernel's own region and client are left out. A process gets an upcall for each command
 * that was accepted, whose length is what was really read or written: 0 after a failure, where Tock says
 * the full length or nothing. A refusal from below or a death in mid-operation does not lose the buffer.
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Grant, GrantKernelData } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import { Err, Ok, type Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';
import { copyFromProcess, copyToProcess, readOnlyLength, readWriteLength } from './process-copy.ts';

const Command = { EXISTS: 0, SIZE: 1, READ: 2, WRITE: 3 } as const;
const Upcall = { READ_DONE: 0, WRITE_DONE: 1, COUNT: 2 } as const;
const RoAllow = { WRITE: 0, COUNT: 1 } as const;
const RwAllow = { READ: 0, COUNT: 1 } as const;

/** Bytes of the driver's buffer (`BUF_LEN`). */
const BUFFER_SIZE = 512;

/** Flaws of upstream's driver that can be had back by name. */
export const NONVOLATILE_STORAGE_FLAWS = {
  'nvs-queued-write-not-copied':
    "a write that waited stores what the driver's buffer held before, not the process's bytes",
  'nvs-reserve-while-busy':
    'while an operation runs, every other command is RESERVE: nothing ever waits in the queue',
  'nvs-death-loses-buffer':
    'a process that dies in mid-operation takes the buffer with it: RESERVE from then on',
  'nvs-refusal-loses-buffer': 'a refusal from below takes the buffer with it: RESERVE from then on',
} as const;

/** The name of one of them. */
export type NonvolatileStorageFlaw = keyof typeof NONVOLATILE_STORAGE_FLAWS;

/** A command as it was accepted, its length cut to what was lent. */
interface Request {
  readonly kind: 'read' | 'write';
  readonly offset: number;
  readonly length: number;
}

/** What a process has waiting. */
export interface NonvolatileStorageApp {
  queued: Request | undefined;
}

/** What the driver's grant takes in a process. */
export const NONVOLATILE_STORAGE_GRANT = {
  upcalls: Upcall.COUNT,
  allowRo: RoAllow.COUNT,
  allowRw: RwAllow.COUNT,
  size: 12,
  create: (): NonvolatileStorageApp => ({ queued: undefined }),
};

/** What the driver is wired to. */
export interface NonvolatileStorageDriverOptions {
  /** The driver becomes its client. */
  readonly storage: hil.nonvolatileStorage.NonvolatileStorage;
  readonly apps: Grant<NonvolatileStorageApp>;
  /** Address in the storage of what userspace sees as byte 0. */
  readonly userspaceStart: number;
  /** Bytes that userspace sees. */
  readonly userspaceLength: number;
  readonly flaws?: ReadonlySet<NonvolatileStorageFlaw>;
}

/** The driver, over one storage. */
export class NonvolatileStorageDriver
  implements SyscallDriver, hil.nonvolatileStorage.NonvolatileStorageClient
{
  private readonly storage: hil.nonvolatileStorage.NonvolatileStorage;
  private readonly apps: Grant<NonvolatileStorageApp>;
  private readonly flaws: ReadonlySet<NonvolatileStorageFlaw>;
  /** Absent while the storage has it. */
  private buffer: Uint8Array | undefined = new Uint8Array(BUFFER_SIZE);
  /** Whose operation runs. */
  private current: ProcessId | undefined;

  constructor(private readonly options: NonvolatileStorageDriverOptions) {
    this.storage = options.storage;
    this.apps = options.apps;
    this.flaws = options.flaws ?? new Set();
    this.storage.setClient(this);
  }

  command(commandNum: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.SIZE:
        return CommandReturn.successU32(this.options.userspaceLength);
      case Command.READ:
        return this.enqueue(processId, { kind: 'read', offset: arg1, length: arg2 });
      case Command.WRITE:
        return this.enqueue(processId, { kind: 'write', offset: arg1, length: arg2 });
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  // --- Accepting ---------------------------------------------------------------------------------

  /** Starts a request, or lets it wait. INVAL: outside. RESERVE: no buffer. NOMEM: one waits already. */
  private enqueue(processId: ProcessId, request: Request): CommandReturn {
    const { userspaceLength } = this.options;
    const { offset, length } = request;
    if (offset >= userspaceLength || length > userspaceLength - offset) {
      return CommandReturn.failure(ErrorCode.INVAL);
    }
    const accepted = this.apps.enter(processId, (app, kernel) => this.accept(app, kernel, request));
    if (!accepted.ok) return CommandReturn.failure(processErrorCode(accepted.error));
    if (!accepted.value.ok) return CommandReturn.failure(accepted.value.error);
    const count = accepted.value.value;
    if (count === 'queued') return CommandReturn.success();
    return CommandReturn.fromResult(this.submit(processId, request, count));
  }

  /** Bytes that can start now, those of a write copied, or that the request waits. */
  private accept(
    app: NonvolatileStorageApp,
    kernel: GrantKernelData,
    { kind, offset, length }: Request,
  ): Result<number | 'queued'> {
    const lent =
      kind === 'read'
        ? readWriteLength(kernel, RwAllow.READ)
        : readOnlyLength(kernel, RoAllow.WRITE);
    if (lent === 0 || this.refusesWithoutBuffer()) return Err(ErrorCode.RESERVE);
    const request = { kind, offset, length: Math.min(length, lent) };
    if (this.current === undefined) return Ok(this.prepare(kernel, request));
    if (app.queued !== undefined) return Err(ErrorCode.NOMEM);
    app.queued = request;
    return Ok('queued');
  }

  private refusesWithoutBuffer(): boolean {
    if (this.buffer !== undefined) return false;
    return this.current === undefined || this.flaws.has('nvs-reserve-while-busy');
  }

  /** How many bytes the operation moves; those of a write are copied into the driver's buffer. */
  private prepare(kernel: GrantKernelData, { kind, length }: Request): number {
    const { buffer } = this;
    if (buffer === undefined) return 0;
    if (kind === 'read') return Math.min(length, buffer.length);
    return copyFromProcess(kernel, RoAllow.WRITE, buffer.subarray(0, length));
  }

  // --- Running -----------------------------------------------------------------------------------

  /** Hands the driver's buffer to the storage; a refusal hands it back. */
  private submit(processId: ProcessId, { kind, offset }: Request, count: number): Result {
    const { buffer, storage } = this;
    if (buffer === undefined) return Err(ErrorCode.RESERVE);
    this.buffer = undefined;
    this.current = processId;
    const address = this.options.userspaceStart + offset;
    const started =
      kind === 'read'
        ? storage.read(buffer, address, count)
        : storage.write(buffer, address, count);
    if (started.ok) return Ok();
    const [error, returned] = started.error;
    this.current = undefined;
    if (!this.flaws.has('nvs-refusal-loses-buffer')) this.buffer = returned;
    return Err(error);
  }

  /** Starts what waits, in slot order, until an operation runs. */
  private startNext(): void {
    while (this.current === undefined && this.buffer !== undefined) {
      const next = this.apps
        .processIds()
        .find((id) => this.apps.tryEnter(id, (app) => app.queued !== undefined) === true);
      if (next === undefined) return;
      this.startQueued(next);
    }
  }

  /** Takes a process's request; when it cannot start, its upcall says that no byte was moved. */
  private startQueued(processId: ProcessId): void {
    const taken = this.apps.enter(processId, (app, kernel) => {
      const request = app.queued;
      app.queued = undefined;
      return request === undefined
        ? undefined
        : { request, count: this.prepareQueued(kernel, request) };
    });
    if (!taken.ok || taken.value === undefined) return;
    const { request, count } = taken.value;
    const nothingLent = count === 0 && request.length > 0;
    if (!nothingLent && this.submit(processId, request, count).ok) return;
    this.apps.enter(processId, (_app, kernel) => {
      notify(kernel, request.kind, 0);
    });
  }

  private prepareQueued(kernel: GrantKernelData, request: Request): number {
    return this.flaws.has('nvs-queued-write-not-copied')
      ? Math.min(request.length, BUFFER_SIZE)
      : this.prepare(kernel, request);
  }

  readDone(buffer: Uint8Array, length: number, result: Result): void {
    this.finish(buffer, (kernel) => {
      const read = buffer.subarray(0, result.ok ? length : 0);
      notify(kernel, 'read', copyToProcess(kernel, RwAllow.READ, read));
    });
  }

  writeDone(buffer: Uint8Array, length: number, result: Result): void {
    this.finish(buffer, (kernel) => {
      notify(kernel, 'write', result.ok ? length : 0);
    });
  }

  /** Takes the buffer back, tells the process if it lives, and goes on with what waits. */
  private finish(buffer: Uint8Array, tell: (kernel: GrantKernelData) => void): void {
    const { current } = this;
    this.buffer = buffer;
    this.current = undefined;
    if (current !== undefined) {
      const told = this.apps.enter(current, (_app, kernel) => {
        tell(kernel);
      });
      if (!told.ok && this.flaws.has('nvs-death-loses-buffer')) this.buffer = undefined;
    }
    this.startNext();
  }
}

function notify(kernel: GrantKernelData, kind: Request['kind'], length: number): void {
  const upcall = kind === 'read' ? Upcall.READ_DONE : Upcall.WRITE_DONE;
  kernel.scheduleUpcall(upcall, [length, 0, 0]);
}
