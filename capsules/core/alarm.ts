// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Gives each process one alarm on a shared counter.
 *
 * Mirrors `capsules/core/src/alarm.rs`; system calls in `doc/syscalls/00000_alarm.md`. Ticks are shown to
 * userspace left-justified to 32 bits, and the frequency scaled with them, so that they wrap at 2^32
 * whatever the counter's width. The hardware alarm is set for the earliest of the processes' alarms.
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Grant } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import type { Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

const Command = {
  EXISTS: 0,
  FREQUENCY: 1,
  TIME: 2,
  STOP: 3,
  OBSOLETE: 4,
  SET_RELATIVE: 5,
  SET_ABSOLUTE: 6,
} as const;
const Upcall = { FIRED: 0 } as const;

/** A process's alarm, in left-justified ticks. */
export interface AlarmApp {
  expiration: { readonly reference: number; readonly dt: number } | undefined;
}

/** What the driver's grant takes: one upcall, and reference, dt and whether it is set. */
export const ALARM_GRANT = {
  upcalls: 1,
  allowRo: 0,
  allowRw: 0,
  size: 12,
  create: (): AlarmApp => ({ expiration: undefined }),
} as const;

/** The driver; needs the hardware alarm to itself. */
export class AlarmDriver implements SyscallDriver, hil.time.AlarmClient {
  /** Bits that a counter value is shifted left by for userspace. */
  private readonly shift: number;

  constructor(
    private readonly counter: hil.time.Alarm,
    private readonly apps: Grant<AlarmApp>,
  ) {
    this.shift = 32 - counter.width;
    counter.setAlarmClient(this);
  }

  command(commandNum: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.FREQUENCY:
        return CommandReturn.successU32((this.counter.frequency * 2 ** this.shift) >>> 0);
      case Command.TIME:
        return CommandReturn.successU32(this.ticks());
      case Command.STOP:
        return this.stop(processId);
      case Command.SET_RELATIVE:
        return this.set(processId, this.ticks(), arg1);
      case Command.SET_ABSOLUTE:
        return this.set(processId, arg1, arg2);
      case Command.OBSOLETE:
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  /** The hardware alarm fired: whoever is due hears of it. */
  alarm(): void {
    this.rearmOrCallback();
  }

  private ticks(): number {
    return (this.counter.now() << this.shift) >>> 0;
  }

  private stop(processId: ProcessId): CommandReturn {
    const stopped = this.apps.enter(processId, (app) => {
      const wasSet = app.expiration !== undefined;
      app.expiration = undefined;
      return wasSet;
    });
    if (!stopped.ok) return CommandReturn.failure(processErrorCode(stopped.error));
    if (!stopped.value) return CommandReturn.failure(ErrorCode.ALREADY);
    this.rearmOrCallback();
    return CommandReturn.success();
  }

  private set(processId: ProcessId, reference: number, dt: number): CommandReturn {
    const set = this.apps.enter(processId, (app) => {
      app.expiration = { reference, dt };
    });
    if (!set.ok) return CommandReturn.failure(processErrorCode(set.error));
    this.rearmOrCallback();
    return CommandReturn.successU32((reference + dt) >>> 0);
  }

  /** Tells each process whose alarm is due, and sets the hardware for the earliest of the others. */
  private rearmOrCallback(): void {
    const now = this.ticks();
    let earliest = Infinity;
    this.apps.each((_processId, app, kernel) => {
      const { expiration } = app;
      if (expiration === undefined) return;
      const { reference, dt } = expiration;
      const elapsed = (now - reference) >>> 0;
      if (elapsed < dt) {
        earliest = Math.min(earliest, dt - elapsed);
        return;
      }
      app.expiration = undefined;
      kernel.scheduleUpcall(Upcall.FIRED, [now, (reference + dt) >>> 0, 0]);
    });
    if (earliest === Infinity) this.counter.disarm();
    else this.counter.setAlarm(this.counter.now(), Math.ceil(earliest / 2 ** this.shift));
  }
}
