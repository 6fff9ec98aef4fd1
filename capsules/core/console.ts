// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lets processes write to and read from a serial port.
 *
 * Mirrors `capsules/core/src/console.rs`; system calls in `doc/syscalls/00001_console.md`. One write and
 * one read at a time on the port; writes of other processes wait their turn, reads are refused. The
 * driver owns one buffer for each direction; a longer write goes out in several pieces.
 *
 * NON-TOCK: a second write of a process that has one under way is BUSY. Tock accepts it and forgets how
 * far the first had come, so that two writes get one upcall.
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Grant, GrantKernelData } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import type { Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

const Command = { EXISTS: 0, WRITE: 1, READ: 2, ABORT: 3 } as const;
const Upcall = { WRITE_DONE: 1, READ_DONE: 2, COUNT: 3 } as const;
const RoAllow = { WRITE: 1, COUNT: 2 } as const;
const RwAllow = { READ: 1, COUNT: 2 } as const;

/** Bytes of each of the driver's buffers (`DEFAULT_BUF_SIZE`). */
const BUFFER_SIZE = 64;

/** Flaws of upstream's driver that can be had back by name. */
export const CONSOLE_FLAWS = {
  'console-dead-reader-keeps-port':
    'the read of a process that died goes on: others are BUSY, and what is typed next is lost',
} as const;
/** The name of one of them. */
export type ConsoleFlaw = keyof typeof CONSOLE_FLAWS;

/** What a process has under way. */
export interface ConsoleApp {
  /** Bytes of the write that wait. */
  remaining: number;
  /** Bytes of the write in all. */
  length: number;
  /** Whether a write waits for the port. */
  pending: boolean;
}

/** What the driver's grant takes in a process. */
export const CONSOLE_GRANT = {
  upcalls: Upcall.COUNT,
  allowRo: RoAllow.COUNT,
  allowRw: RwAllow.COUNT,
  size: 20,
  statusUpcalls: [Upcall.READ_DONE],
  create: (): ConsoleApp => ({ remaining: 0, length: 0, pending: false }),
};

/** The driver, over one port. */
export class ConsoleDriver
  implements SyscallDriver, hil.uart.TransmitClient, hil.uart.ReceiveClient
{
  private transmitBuffer: Uint8Array | undefined = new Uint8Array(BUFFER_SIZE);
  private receiveBuffer: Uint8Array | undefined = new Uint8Array(BUFFER_SIZE);
  private writer: ProcessId | undefined;
  private reader: ProcessId | undefined;

  constructor(
    private readonly uart: hil.uart.Uart,
    private readonly apps: Grant<ConsoleApp>,
    private readonly flaws: ReadonlySet<ConsoleFlaw> = new Set(),
  ) {
    uart.setTransmitClient(this);
    uart.setReceiveClient(this);
  }

  command(commandNum: number, arg1: number, _arg2: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.WRITE:
        return this.write(processId, arg1);
      case Command.READ:
        return this.read(processId, arg1);
      case Command.ABORT:
        this.uart.receiveAbort();
        return CommandReturn.success();
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  // --- Writing -----------------------------------------------------------------------------------

  /** Accepts a write of at most what is lent; BUSY while this process has one under way. */
  private write(processId: ProcessId, length: number): CommandReturn {
    const accepted = this.apps.enter(processId, (app, kernel) => {
      if (app.pending || this.writer === processId) return ErrorCode.BUSY;
      const lent = kernel.readOnlyProcessBuffer(RoAllow.WRITE);
      app.length = Math.min(length, lent.ok ? lent.value.length : 0);
      app.remaining = app.length;
      app.pending = true;
      return undefined;
    });
    if (!accepted.ok) return CommandReturn.failure(processErrorCode(accepted.error));
    if (accepted.value !== undefined) return CommandReturn.failure(accepted.value);
    this.startNextWrite();
    return CommandReturn.success();
  }

  /** Gives the free port to the next process, in slot order. */
  private startNextWrite(): void {
    while (this.writer === undefined) {
      const next = this.apps
        .processIds()
        .find((id) => this.apps.tryEnter(id, (app) => app.pending) === true);
      if (next === undefined) return;
      this.apps.enter(next, (app, kernel) => {
        app.pending = false;
        this.sendPiece(next, app, kernel);
      });
    }
  }

  /** Sends the next piece of a process's write, or tells it that all have left. */
  private sendPiece(processId: ProcessId, app: ConsoleApp, kernel: GrantKernelData): void {
    const buffer = this.transmitBuffer;
    const count = buffer === undefined ? 0 : this.copyPiece(buffer, app, kernel);
    if (buffer === undefined || count === 0) {
      this.writer = undefined;
      kernel.scheduleUpcall(Upcall.WRITE_DONE, [app.length - app.remaining, 0, 0]);
      return;
    }
    this.transmitBuffer = undefined;
    const sent = this.uart.transmitBuffer(buffer, count);
    if (sent.ok) {
      this.writer = processId;
      return;
    }
    this.transmitBuffer = sent.error[1];
    kernel.scheduleUpcall(Upcall.WRITE_DONE, [app.length - app.remaining - count, 0, 0]);
  }

  /** The next piece; none when all is sent, or when the process lends less than when it asked, as in Tock. */
  private copyPiece(buffer: Uint8Array, app: ConsoleApp, kernel: GrantKernelData): number {
    const from = app.length - app.remaining;
    const count = Math.min(app.remaining, buffer.length);
    const lent = kernel.readOnlyProcessBuffer(RoAllow.WRITE);
    if (!lent.ok || lent.value.length < app.length) return 0;
    lent.value.enter((slice) =>
      slice.slice(from, from + count)?.copyToSlice(buffer.subarray(0, count)),
    );
    app.remaining -= count;
    return count;
  }

  transmittedBuffer(buffer: Uint8Array): void {
    this.transmitBuffer = buffer;
    const { writer } = this;
    this.writer = undefined;
    if (writer !== undefined) {
      this.apps.enter(writer, (app, kernel) => {
        this.sendPiece(writer, app, kernel);
      });
    }
    this.startNextWrite();
  }

  // --- Reading -----------------------------------------------------------------------------------

  /** BUSY: a read is pending. INVAL: longer than the driver's buffer, though cut to what is lent. */
  private read(processId: ProcessId, length: number): CommandReturn {
    const buffer = this.receiveBuffer;
    if (buffer === undefined) {
      this.abortReadOfTheDead();
      return CommandReturn.failure(ErrorCode.BUSY);
    }
    const wanted = this.apps.enter(processId, (_app, kernel) => {
      const lent = kernel.readWriteProcessBuffer(RwAllow.READ);
      return Math.min(length, lent.ok ? lent.value.length : 0);
    });
    if (!wanted.ok) return CommandReturn.failure(processErrorCode(wanted.error));
    if (wanted.value > buffer.length) return CommandReturn.failure(ErrorCode.INVAL);
    const started = this.uart.receiveBuffer(buffer, wanted.value);
    if (!started.ok) return CommandReturn.failure(started.error[0]);
    this.receiveBuffer = undefined;
    this.reader = processId;
    return CommandReturn.success();
  }

  /** Nobody says that a process died; whoever wants to read finds out, and may ask again at once. */
  private abortReadOfTheDead(): void {
    const { reader } = this;
    if (reader === undefined || this.flaws.has('console-dead-reader-keeps-port')) return;
    if (!this.apps.processIds().includes(reader)) this.uart.receiveAbort();
  }

  receivedBuffer(buffer: Uint8Array, length: number, result: Result): void {
    this.receiveBuffer = buffer;
    const { reader } = this;
    this.reader = undefined;
    if (reader === undefined) return;
    this.apps.enter(reader, (_app, kernel) => {
      const copied = copyReceived(buffer.subarray(0, length), kernel);
      const status = copied < length ? ErrorCode.SIZE : result.ok ? 0 : result.error;
      kernel.scheduleUpcall(Upcall.READ_DONE, [status, copied, 0]);
    });
  }
}

/** Copies as much as fits into what the process lends now, which may be less than when it asked. */
function copyReceived(bytes: Uint8Array, kernel: GrantKernelData): number {
  const lent = kernel.readWriteProcessBuffer(RwAllow.READ);
  if (!lent.ok) return 0;
  const copied = lent.value.mutEnter((slice) => {
    const count = Math.min(bytes.length, slice.length);
    slice.slice(0, count)?.copyFromSlice(bytes.subarray(0, count));
    return count;
  });
  return copied.ok ? copied.value : 0;
}
