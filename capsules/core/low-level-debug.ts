// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Prints numbers for processes that cannot do more yet: no buffers, no upcalls.
 *
 * Mirrors `capsules/core/src/low_level_debug/mod.rs`; system calls in
 * `doc/syscalls/00008_low_level_debug.md`. A process's queue holds a few messages; what does not fit is
 * counted, and said in its place.
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Grant } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { slotOf, type ProcessError, type ProcessId } from '#kernel/process';
import type { Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

const Command = { EXISTS: 0, ALERT: 1, PRINT_1: 2, PRINT_2: 3 } as const;
/** Messages that a process can have waiting (`low_level_debug/fmt.rs` and `mod.rs`). */
const QUEUE_LENGTH = 4;
const BUFFER_SIZE = 80;

/** What a process has waiting. */
export interface DebugApp {
  readonly queue: string[];
  /** Messages lost since the last that was queued. */
  dropped: number;
}

/** What the driver's grant takes in a process. */
export const LOW_LEVEL_DEBUG_GRANT = {
  upcalls: 0,
  allowRo: 0,
  allowRw: 0,
  size: 4 + QUEUE_LENGTH * 12,
  create: (): DebugApp => ({ queue: [], dropped: 0 }),
} as const;

const ALERTS: Readonly<Record<number, string>> = {
  1: 'panic',
  2: 'wrong location',
};

export class LowLevelDebug implements SyscallDriver, hil.uart.TransmitClient {
  private buffer: Uint8Array | undefined = new Uint8Array(BUFFER_SIZE);

  constructor(
    private readonly uart: hil.uart.Transmit,
    private readonly apps: Grant<DebugApp>,
  ) {
    uart.setTransmitClient(this);
  }

  command(commandNum: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn {
    const hex = (value: number): string => `0x${value.toString(16)}`;
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.ALERT:
        return this.queue(processId, `status code ${hex(arg1)} (${ALERTS[arg1] ?? 'unknown'})`);
      case Command.PRINT_1:
        return this.queue(processId, `prints ${hex(arg1)}`);
      case Command.PRINT_2:
        return this.queue(processId, `prints ${hex(arg1)} ${hex(arg2)}`);
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  transmittedBuffer(buffer: Uint8Array): void {
    this.buffer = buffer;
    this.sendNext();
  }

  private queue(processId: ProcessId, text: string): CommandReturn {
    this.apps.enter(processId, (app) => {
      if (app.queue.length === QUEUE_LENGTH) app.dropped++;
      else app.queue.push(`LowLevelDebug: App ${slotOf(processId).toString()} ${text}\n`);
    });
    this.sendNext();
    return CommandReturn.success();
  }

  private sendNext(): void {
    for (const processId of this.apps.processIds()) {
      if (this.buffer === undefined) return;
      const text = this.apps.tryEnter(processId, (app) => this.take(app, processId));
      if (text !== undefined) this.send(this.buffer, text);
    }
  }

  private take(app: DebugApp, processId: ProcessId): string | undefined {
    const text = app.queue.shift();
    if (text !== undefined || app.dropped === 0) return text;
    const lost = app.dropped;
    app.dropped = 0;
    return `LowLevelDebug: App ${slotOf(processId).toString()} lost ${lost.toString()} messages\n`;
  }

  private send(buffer: Uint8Array, text: string): void {
    const length = Math.min(text.length, buffer.length);
    for (let at = 0; at < length; at++) buffer[at] = text.charCodeAt(at);
    this.buffer = undefined;
    const sent = this.uart.transmitBuffer(buffer, length);
    if (!sent.ok) this.buffer = sent.error[1];
  }
}
