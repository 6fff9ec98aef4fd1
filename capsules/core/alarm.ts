// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Gives each process one alarm on a shared counter.
 *
 * Mirrors `capsules/core/src/alarm.rs`; system calls in `doc/syscalls/00000_alarm.md`. Ticks are shown to
 * userspace left-justified to 32 bits, and the frequency scaled with them, so that they wrap at 2^32
 * whatever the counter's width. What userspace asks for between two ticks of the counter is rounded so
 * that no alarm is early: references down, expirations up. The hardware alarm is set for the earliest of
 * the processes' alarms.
 *
 * NON-TOCK: a relative time that rounds up to the counter's whole range becomes the longest that the
 * counter can tell; Tock's cast wraps it to 0, and it fires at once.
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

/** When an alarm is due: `dt` after `reference`, in ticks of the counter. */
interface Expiration {
  readonly reference: number;
  readonly dt: number;
}

/** A process's alarm; undefined when none is set. */
export interface AlarmApp {
  expiration: Expiration | undefined;
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
  /** Left-justified ticks in one tick of the counter: 2^(32 - width). */
  private readonly scale: number;
  /** Ticks after which the counter wraps. */
  private readonly range: number;

  constructor(
    private readonly counter: hil.time.Alarm,
    private readonly apps: Grant<AlarmApp>,
  ) {
    this.scale = 2 ** (32 - counter.width);
    this.range = 2 ** counter.width;
    counter.setAlarmClient(this);
  }

  command(commandNum: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.FREQUENCY:
        return CommandReturn.successU32((this.counter.frequency * this.scale) >>> 0);
      case Command.TIME:
        return CommandReturn.successU32(this.leftJustified(this.counter.now()));
      case Command.STOP:
        return this.stop(processId);
      case Command.SET_RELATIVE:
        return this.set(processId, this.relative(arg1));
      case Command.SET_ABSOLUTE:
        return this.set(processId, this.absolute(arg1, arg2));
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

  private leftJustified(ticks: number): number {
    return ((ticks % this.range) * this.scale) >>> 0;
  }

  /** An expiration some left-justified ticks from now. */
  private relative(dt: number): Expiration {
    const ticks = Math.min(Math.ceil(dt / this.scale), this.range - 1);
    return { reference: this.counter.now(), dt: ticks };
  }

  /**
   * An expiration some left-justified ticks after a reference. It is their sum that is rounded up:
   * rounding them one by one could lose a tick.
   */
  private absolute(reference: number, dt: number): Expiration {
    const from = Math.floor(reference / this.scale);
    const end = Math.ceil(((reference + dt) >>> 0) / this.scale);
    return { reference: from, dt: (end - from + this.range) % this.range };
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

  private set(processId: ProcessId, expiration: Expiration): CommandReturn {
    const set = this.apps.enter(processId, (app) => {
      app.expiration = expiration;
    });
    if (!set.ok) return CommandReturn.failure(processErrorCode(set.error));
    this.rearmOrCallback();
    return CommandReturn.successU32(this.leftJustified(expiration.reference + expiration.dt));
  }

  /** Tells each process whose alarm is due, and sets the hardware for the earliest of the others. */
  private rearmOrCallback(): void {
    const now = this.counter.now();
    let earliest = Infinity;
    this.apps.each((_processId, app, kernel) => {
      const { expiration } = app;
      if (expiration === undefined) return;
      const { reference, dt } = expiration;
      const elapsed = (now - reference + this.range) % this.range;
      if (elapsed < dt) {
        earliest = Math.min(earliest, dt - elapsed);
        return;
      }
      app.expiration = undefined;
      const due = this.leftJustified(reference + dt);
      kernel.scheduleUpcall(Upcall.FIRED, [this.leftJustified(now), due, 0]);
    });
    if (earliest === Infinity) this.counter.disarm();
    else this.counter.setAlarm(now, earliest);
  }
}
