// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Prints numbers for processes that cannot do more yet: no buffers, no upcalls.
 *
 * Mirrors `capsules/core/src/low_level_debug/mod.rs`, with the lines of its module fmt; system calls in
 * `doc/syscalls/00008_low_level_debug.md`. A message goes out at once when the port is free; else it waits
 * in the process's queue. When the queue is full, its last message becomes a count of those lost.
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Grant } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { identifierOf, type ProcessError, type ProcessId } from '#kernel/process';
import type { Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

const Command = { EXISTS: 0, ALERT: 1, PRINT_1: 2, PRINT_2: 3 } as const;
/** Messages that a process can have waiting (`QUEUE_SIZE`). */
const QUEUE_LENGTH = 4;
/** Bytes of the longest line, "Dropped", with 32-bit words (`BUF_LEN`). */
const BUFFER_SIZE = 61;
const GRANT_FAILED = 'LowLevelDebug: grant init failed\n';

/** One message: of one of the commands, or how many were lost. */
type DebugEntry =
  | { readonly kind: 'dropped'; readonly count: number }
  | { readonly kind: 'alert'; readonly code: number }
  | { readonly kind: 'print'; readonly words: readonly number[] };

/** What a process has waiting. */
export interface DebugApp {
  readonly queue: DebugEntry[];
}

/** What the driver's grant takes in a process. */
export const LOW_LEVEL_DEBUG_GRANT = {
  upcalls: 0,
  allowRo: 0,
  allowRw: 0,
  size: QUEUE_LENGTH * 12,
  create: (): DebugApp => ({ queue: [] }),
} as const;

/** The driver; needs a port, or a device of a shared one, to itself. */
export class LowLevelDebug implements SyscallDriver, hil.uart.TransmitClient {
  /** Here while nothing is being sent. */
  private buffer: Uint8Array | undefined = new Uint8Array(BUFFER_SIZE);
  /** A message was lost because a process had no room for the queue: said as soon as the port is free. */
  private grantFailed = false;

  constructor(
    private readonly uart: hil.uart.Transmit,
    private readonly apps: Grant<DebugApp>,
  ) {
    uart.setTransmitClient(this);
  }

  command(commandNum: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.ALERT:
        return this.push(processId, { kind: 'alert', code: arg1 });
      case Command.PRINT_1:
        return this.push(processId, { kind: 'print', words: [arg1] });
      case Command.PRINT_2:
        return this.push(processId, { kind: 'print', words: [arg1, arg2] });
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  transmittedBuffer(buffer: Uint8Array): void {
    this.buffer = buffer;
    if (this.grantFailed) {
      this.grantFailed = false;
      this.send(buffer, GRANT_FAILED);
      return;
    }
    for (const processId of this.apps.processIds()) {
      const entry = this.apps.tryEnter(processId, (app) => app.queue.shift());
      if (entry === undefined) continue;
      this.send(buffer, format(processId, entry));
      return;
    }
  }

  /** Sends a message or keeps it. Success in any case: a process that needs this can do nothing about it. */
  private push(processId: ProcessId, entry: DebugEntry): CommandReturn {
    const { buffer } = this;
    if (buffer !== undefined) {
      this.send(buffer, format(processId, entry));
      return CommandReturn.success();
    }
    const kept = this.apps.enter(processId, ({ queue }) => {
      if (queue.length < QUEUE_LENGTH) queue.push(entry);
      else queue[QUEUE_LENGTH - 1] = countOneMore(queue[QUEUE_LENGTH - 1]);
    });
    if (!kept.ok) this.grantFailed = true;
    return CommandReturn.success();
  }

  private send(buffer: Uint8Array, text: string): void {
    for (let at = 0; at < text.length; at++) buffer[at] = text.charCodeAt(at);
    this.buffer = undefined;
    const sent = this.uart.transmitBuffer(buffer, text.length);
    if (!sent.ok) this.buffer = sent.error[1];
  }
}

/** The count of lost messages at the end of a full queue; a new one counts the message it replaces, too. */
function countOneMore(last: DebugEntry | undefined): DebugEntry {
  return { kind: 'dropped', count: last?.kind === 'dropped' ? last.count + 1 : 2 };
}

function format(processId: ProcessId, entry: DebugEntry): string {
  const app = hex(identifierOf(processId));
  switch (entry.kind) {
    case 'dropped':
      return `LowLevelDebug: Dropped ${hex(entry.count)} entries for app ${app}\n`;
    case 'alert':
      return `LowLevelDebug: App ${app} alert code ${hex(entry.code)}\n`;
    case 'print':
      return `LowLevelDebug: App ${app} prints ${entry.words.map(hex).join(' ')}\n`;
  }
}

const hex = (value: number): string => `0x${value.toString(16)}`;
