// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The alarm (driver 0x0): one alarm a process, in ticks.
 *
 * NON-TOCK: userspace of `doc/syscalls/00000_alarm.md`. Ticks are 32 bits wide and wrap; waits longer than
 * a quarter of the range are made of shorter ones.
 */
import { Err, Ok, type Result } from '#kernel/result';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x0;
const Command = {
  EXISTS: 0,
  FREQUENCY: 1,
  TIME: 2,
  STOP: 3,
  SET_RELATIVE: 5,
  SET_ABSOLUTE: 6,
} as const;
const Upcall = { FIRED: 0 } as const;
/** Longest single wait, ticks. */
const LONGEST = 2 ** 30;

/** Says when an alarm fired, and for when it was set, ticks. */
export type AlarmCallback = (error: number, now: number, expiration: number) => unknown;

export class Alarm {
  private knownFrequency = 0;

  constructor(private readonly tock: Libtock) {}

  /** Ticks a second; asked once. */
  *frequency(): Userspace<number> {
    if (this.knownFrequency === 0) {
      const answer = yield* this.tock.command(DRIVER_NUM, Command.FREQUENCY);
      this.knownFrequency = answer.successU32() ?? 0;
    }
    return this.knownFrequency;
  }

  /** The present tick. */
  *now(): Userspace<number> {
    return (yield* this.tock.command(DRIVER_NUM, Command.TIME)).counter();
  }

  /** Stops the alarm; ALREADY when none is set. */
  *stop(): Userspace<Result<void, number>> {
    const stopped = yield* this.tock.command(DRIVER_NUM, Command.STOP);
    return stopped.ok ? Ok() : Err(stopped.error);
  }

  /** Sets the alarm `ticks` from now; the tick at which it will fire. */
  *setRelative(ticks: number, callback: AlarmCallback): Userspace<Result<number, number>> {
    return yield* this.set(Command.SET_RELATIVE, ticks, 0, callback);
  }

  /** Sets the alarm `ticks` after a reference, which may be past; the tick at which it will fire. */
  *setAbsolute(
    reference: number,
    ticks: number,
    callback: AlarmCallback,
  ): Userspace<Result<number, number>> {
    return yield* this.set(Command.SET_ABSOLUTE, reference, ticks, callback);
  }

  /** Waits some milliseconds of virtual time, however many. */
  *sleep(milliseconds: number): Userspace<Result<void, number>> {
    const frequency = yield* this.frequency();
    return yield* this.sleepTicks(Math.ceil((milliseconds * frequency) / 1000));
  }

  /** Waits a number of ticks, however many. */
  *sleepTicks(ticks: number): Userspace<Result<void, number>> {
    let reference = yield* this.now();
    for (let left = ticks; left > 0; left -= LONGEST) {
      const dt = Math.min(left, LONGEST);
      const fired = yield* this.tock.operate(
        DRIVER_NUM,
        Upcall.FIRED,
        Command.SET_ABSOLUTE,
        reference,
        dt,
      );
      if (!fired.ok) return fired;
      reference = (reference + dt) >>> 0;
    }
    return Ok();
  }

  /** Yields until the condition holds or the time is over; whether it held in time. Leaves no alarm behind. */
  *yieldForWithTimeout(condition: () => boolean, milliseconds: number): Userspace<boolean> {
    const state = { over: false };
    const ticks = Math.ceil((milliseconds * (yield* this.frequency())) / 1000);
    yield* this.setRelative(ticks, () => {
      state.over = true;
    });
    while (!condition() && !state.over) yield* this.tock.yieldWait();
    if (!state.over) yield* this.stop();
    yield* this.tock.subscribe(DRIVER_NUM, Upcall.FIRED, null);
    return condition();
  }

  private *set(
    command: number,
    argument1: number,
    argument2: number,
    callback: AlarmCallback,
  ): Userspace<Result<number, number>> {
    yield* this.tock.subscribe(DRIVER_NUM, Upcall.FIRED, (now, expiration) =>
      callback(0, now, expiration),
    );
    const set = yield* this.tock.command(DRIVER_NUM, command, argument1, argument2);
    const expiration = set.successU32();
    return expiration === undefined ? Err(set.error) : Ok(expiration);
  }
}
