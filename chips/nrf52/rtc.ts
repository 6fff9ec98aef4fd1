// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The real-time counter as an alarm: 32,768 ticks a second, 24 bits, one compare value.
 *
 * Mirrors `chips/nrf5x/src/rtc.rs`. The counter starts at power-on and is computed from the clock, so
 * it cannot drift. A compare event latches an interrupt at its instant; it is serviced when the CPU gets
 * to it, late after a stall and never lost.
 */
import type { Clock, ClockEvent } from '#kernel/clock';
import type * as hil from '#kernel/hil';
import { Ok, type Result } from '#kernel/result';
import { ns, type Nanoseconds } from '#kernel/time';
import { InterruptLine, type Interrupts } from './interrupts.ts';

const FREQUENCY = 32_768;
const WIDTH = 24;
const MASK = 2 ** WIDTH - 1;
const SECOND = 1e9;
/** A compare value must be two ticks ahead to be sure to match; Tock's driver moves it there. */
const SYNC_TICKS = 2;
/** What Tock's driver answers, "arbitrary value" by its own words. */
const MINIMUM_DT = 10;

export class Rtc implements hil.time.Alarm {
  readonly frequency = FREQUENCY;
  readonly width = WIDTH;
  private client: hil.time.AlarmClient | undefined;
  private compare = 0;
  private event: ClockEvent | undefined;
  private fired = false;

  constructor(
    private readonly clock: Clock,
    private readonly interrupts: Interrupts,
  ) {
    interrupts.connect(InterruptLine.RTC1, () => this.handleInterrupt());
  }

  now(): number {
    return ticksAt(this.clock.now) % (MASK + 1);
  }

  setAlarmClient(client: hil.time.AlarmClient): void {
    this.client = client;
  }

  setAlarm(reference: number, dt: number): void {
    const count = ticksAt(this.clock.now);
    const elapsed = (count - reference) & MASK;
    const left = (dt & MASK) - elapsed;
    const ahead = Math.max(left, SYNC_TICKS);
    this.cancel();
    this.compare = (count + ahead) % (MASK + 1);
    this.event = this.clock.schedule(instantOf(count + ahead), () => {
      this.event = undefined;
      this.fired = true;
      this.interrupts.raise(InterruptLine.RTC1);
    });
  }

  getAlarm(): number {
    return this.compare;
  }

  disarm(): Result {
    this.cancel();
    return Ok();
  }

  isArmed(): boolean {
    return this.event !== undefined || this.fired;
  }

  minimumDt(): number {
    return MINIMUM_DT;
  }

  private cancel(): void {
    if (this.event !== undefined) this.clock.cancel(this.event);
    this.event = undefined;
    this.fired = false;
  }

  /** Bottom half: the event may have been cancelled after it was latched. */
  private handleInterrupt(): void {
    if (!this.fired) return;
    this.fired = false;
    this.client?.alarm();
  }
}

/**
 * Ticks since power-on at an instant, not wrapped. Whole seconds are split off first: a division of the
 * whole would round up to a tick that is not there yet after three days.
 */
export function ticksAt(instant: number): number {
  const rest = instant % SECOND;
  return ((instant - rest) / SECOND) * FREQUENCY + Math.floor((rest * FREQUENCY) / SECOND);
}

/** The first whole nanosecond at which the counter has reached a tick. */
export function instantOf(tick: number): Nanoseconds {
  const rest = tick % FREQUENCY;
  return ns(((tick - rest) / FREQUENCY) * SECOND + Math.ceil((rest * SECOND) / FREQUENCY));
}
