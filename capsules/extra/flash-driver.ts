// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash interface itself for processes, so that uses of it can be tried out in userspace.
 *
 * NON-TOCK: Tock has no such driver. System calls in `doc/syscalls/50011_flash.md`. The driver adds
 * nothing to the interface: what the flash refuses is the command's error, also BUSY, which is the
 * answer to every process while one operation runs. It owns one buffer of a page; a process's buffer is
 * copied to it or from it. There is no protection between processes.
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Grant, GrantKernelData } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import { Err, type Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';
import { copyFromProcess, copyToProcess, readOnlyLength, readWriteLength } from './process-copy.ts';

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
const Upcall = { READ_DONE: 0, WRITE_DONE: 1, ERASE_DONE: 2, COUNT: 3 } as const;
const RoAllow = { WRITE: 0, COUNT: 1 } as const;
const RwAllow = { READ: 0, COUNT: 1 } as const;

/** What the driver's grant takes in a process; it keeps nothing there but upcalls and buffers. */
export const FLASH_GRANT = {
  upcalls: Upcall.COUNT,
  allowRo: RoAllow.COUNT,
  allowRw: RwAllow.COUNT,
  size: 0,
  statusUpcalls: [Upcall.READ_DONE, Upcall.WRITE_DONE, Upcall.ERASE_DONE],
  create: (): undefined => undefined,
};

type Outcome = Result<void, hil.flash.FlashError>;

/** The driver, over one flash; byte commands are NOSUPPORT when it is not byte-level. */
export class FlashDriver implements SyscallDriver, hil.flash.ByteClient {
  /** One page; the flash's while an operation runs. */
  private readonly buffer: Uint8Array;
  private readonly byteFlash: hil.flash.ByteFlash | undefined;
  /** Whose operation runs, and the page of an erasure. */
  private running: { readonly processId: ProcessId; readonly page: number } | undefined;

  constructor(
    private readonly flash: hil.flash.Flash,
    private readonly apps: Grant<undefined>,
  ) {
    this.buffer = new Uint8Array(flash.pageSize);
    this.byteFlash = isByteFlash(flash) ? flash : undefined;
    flash.setClient(this);
  }

  command(commandNum: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.GEOMETRY:
        return this.geometry();
      case Command.LAWS:
        return this.laws();
      case Command.READ_PAGE:
      case Command.WRITE_PAGE:
      case Command.ERASE_PAGE:
        return CommandReturn.fromResult(this.pageCommand(commandNum, arg1, processId));
      case Command.READ_BYTES:
      case Command.WRITE_BYTES:
        return CommandReturn.fromResult(this.byteCommand(commandNum, arg1, arg2, processId));
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  // --- What the flash is -------------------------------------------------------------------------

  private geometry(): CommandReturn {
    const { pageSize, pages } = this.flash;
    return CommandReturn.successU32U32U32(pageSize, pages, this.byteFlash?.programUnit ?? 0);
  }

  private laws(): CommandReturn {
    const programs = this.byteFlash?.programsPerUnit ?? 0;
    return CommandReturn.successU32U32(programs, this.flash.writeErases ? 1 : 0);
  }

  // --- Operations --------------------------------------------------------------------------------

  private pageCommand(
    command: typeof Command.READ_PAGE | typeof Command.WRITE_PAGE | typeof Command.ERASE_PAGE,
    page: number,
    processId: ProcessId,
  ): Result {
    const { flash } = this;
    switch (command) {
      case Command.READ_PAGE:
        return this.read(processId, (buffer) => flash.readPage(page, buffer), true);
      case Command.WRITE_PAGE:
        return this.write(processId, (buffer) => flash.writePage(page, buffer), true);
      case Command.ERASE_PAGE:
        return this.run(processId, page, () => flash.erasePage(page));
    }
  }

  private byteCommand(
    command: typeof Command.READ_BYTES | typeof Command.WRITE_BYTES,
    address: number,
    length: number,
    processId: ProcessId,
  ): Result {
    const flash = this.byteFlash;
    if (flash === undefined) return Err(ErrorCode.NOSUPPORT);
    return command === Command.READ_BYTES
      ? this.read(processId, (buffer) => flash.readBytes(address, buffer, length), false)
      : this.write(processId, (buffer) => flash.writeBytes(address, buffer, length), false);
  }

  /** Starts a read into as much of the driver's buffer as the process lends. */
  private read(processId: ProcessId, start: BufferCall, wholePage: boolean): Result {
    const lent = this.lent(processId, (kernel) => readWriteLength(kernel, RwAllow.READ));
    return this.runWith(processId, lent, start, wholePage);
  }

  /** Starts a write of what the process lends, copied into the driver's buffer. */
  private write(processId: ProcessId, start: BufferCall, wholePage: boolean): Result {
    const lent = this.lent(processId, (kernel) => {
      copyFromProcess(kernel, RoAllow.WRITE, this.buffer);
      return readOnlyLength(kernel, RoAllow.WRITE);
    });
    return this.runWith(processId, lent, start, wholePage);
  }

  /** The length that is lent. BUSY: an operation runs, and the driver's buffer is not to be touched. */
  private lent(processId: ProcessId, look: (kernel: GrantKernelData) => number): Result<number> {
    if (this.running !== undefined) return Err(ErrorCode.BUSY);
    const entered = this.apps.enter(processId, (_app, kernel) => look(kernel));
    return entered.ok ? entered : Err(processErrorCode(entered.error));
  }

  /** RESERVE: nothing is lent. SIZE: more than a page for a page; less, says the flash itself. */
  private runWith(
    processId: ProcessId,
    lent: Result<number>,
    start: BufferCall,
    wholePage: boolean,
  ): Result {
    if (!lent.ok) return lent;
    const length = lent.value;
    if (length === 0) return Err(ErrorCode.RESERVE);
    if (wholePage && length > this.buffer.length) return Err(ErrorCode.SIZE);
    const buffer = this.buffer.subarray(0, Math.min(length, this.buffer.length));
    return this.run(processId, 0, () => {
      const started = start(buffer);
      return started.ok ? started : Err(started.error[0]);
    });
  }

  /** Calls the flash; after a refusal nothing runs. NOMEM: the process has no RAM for the grant. */
  private run(processId: ProcessId, page: number, start: () => Result): Result {
    if (this.running !== undefined) return Err(ErrorCode.BUSY);
    // The grant that the upcall will need: a command that is accepted must be able to answer.
    const entered = this.apps.enter(processId, () => undefined);
    if (!entered.ok) return Err(processErrorCode(entered.error));
    this.running = { processId, page };
    const started = start();
    if (!started.ok) this.running = undefined;
    return started;
  }

  // --- Completions -------------------------------------------------------------------------------

  readComplete(buffer: Uint8Array, result: Outcome): void {
    this.bytesRead(buffer, buffer.length, result);
  }

  writeComplete(buffer: Uint8Array, result: Outcome): void {
    this.bytesWritten(buffer, buffer.length, result);
  }

  /** SIZE: the process lends less than when it asked; it gets what fits. */
  bytesRead(buffer: Uint8Array, length: number, result: Outcome): void {
    this.finish(Upcall.READ_DONE, (kernel) => {
      if (!result.ok) return [statusOf(result), 0];
      const copied = copyToProcess(kernel, RwAllow.READ, buffer.subarray(0, length));
      return [copied < length ? ErrorCode.SIZE : 0, copied];
    });
  }

  bytesWritten(_buffer: Uint8Array, length: number, result: Outcome): void {
    this.finish(Upcall.WRITE_DONE, () => [statusOf(result), result.ok ? length : 0]);
  }

  eraseComplete(result: Outcome): void {
    this.finish(Upcall.ERASE_DONE, (_kernel, page) => [statusOf(result), page]);
  }

  /** The flash is free again; its process, if that life lasts, is told. */
  private finish(
    upcall: number,
    values: (kernel: GrantKernelData, page: number) => readonly [status: number, value: number],
  ): void {
    const { running } = this;
    this.running = undefined;
    if (running === undefined) return;
    this.apps.enter(running.processId, (_app, kernel) => {
      kernel.scheduleUpcall(upcall, [...values(kernel, running.page), 0]);
    });
  }
}

/** A call of the interface that takes a buffer. */
type BufferCall = (buffer: Uint8Array) => Result<void, readonly [ErrorCode, Uint8Array]>;

function isByteFlash(flash: hil.flash.Flash): flash is hil.flash.ByteFlash {
  return 'readBytes' in flash && 'writeBytes' in flash;
}

/** FAIL; NOSUPPORT when the flash protects what was to be touched, so that trying again is no use. */
function statusOf(result: Outcome): number {
  if (result.ok) return 0;
  switch (result.error) {
    case 'FlashError':
      return ErrorCode.FAIL;
    case 'FlashMemoryProtectionError':
      return ErrorCode.NOSUPPORT;
  }
}
