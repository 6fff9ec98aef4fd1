// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A counter with one compare value.
 *
 * NON-TOCK: what the timer drivers of all chips have in common. The counter is computed from the clock, so
 * it cannot drift. A compare event latches an interrupt at its instant; it is serviced when the CPU gets to
 * it, late after a stall and never lost.
 */
import type { Clock, ClockEvent } from '#kernel/clock';
import type * as hil from '#kernel/hil';
import { Ok, type Result } from '#kernel/result';
import type { Nanoseconds } from '#kernel/time';

/** How a counter counts. */
export interface CounterOptions {
  /** Ticks a second. */
  readonly frequency: number;
  /** Bits of the counter, at most 32. */
  readonly width: number;
  /** Ticks ahead at which the hardware is sure to see a compare value; a nearer one is moved there. */
  readonly syncTicks: number;
  /** What the driver answers as `minimumDt`, ticks. */
  readonly minimumDt: number;
  /** The counter at an instant, not wrapped. */
  ticksAt(instant: number): number;
  /** The first whole nanosecond at which the counter has reached a tick that is not wrapped. */
  instantOf(tick: number): Nanoseconds;
}

/** The alarm; the chip connects `handleInterrupt` to the line that `raise` raises. */
export class CompareAlarm implements hil.time.Alarm {
  readonly frequency: number;
  readonly width: number;
  private readonly range: number;
  private client: hil.time.AlarmClient | undefined;
  private compare = 0;
  private event: ClockEvent | undefined;
  private fired = false;

  constructor(
    private readonly clock: Clock,
    private readonly raise: () => void,
    private readonly counter: CounterOptions,
  ) {
    this.frequency = counter.frequency;
    this.width = counter.width;
    this.range = 2 ** counter.width;
  }

  now(): number {
    return this.counter.ticksAt(this.clock.now) % this.range;
  }

  setAlarmClient(client: hil.time.AlarmClient): void {
    this.client = client;
  }

  setAlarm(reference: number, dt: number): void {
    const { counter, range } = this;
    const count = counter.ticksAt(this.clock.now);
    const elapsed = (((count - reference) % range) + range) % range;
    const left = (dt % range) - elapsed;
    const ahead = Math.max(left, counter.syncTicks);
    this.cancel();
    this.compare = (count + ahead) % range;
    const instant = ahead === 0 ? this.clock.now : counter.instantOf(count + ahead);
    this.event = this.clock.schedule(instant, () => {
      this.event = undefined;
      this.fired = true;
      this.raise();
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
    return this.counter.minimumDt;
  }

  /** Bottom half: the event may have been cancelled after it was latched. */
  handleInterrupt(): void {
    if (!this.fired) return;
    this.fired = false;
    this.client?.alarm();
  }

  private cancel(): void {
    if (this.event !== undefined) this.clock.cancel(this.event);
    this.event = undefined;
    this.fired = false;
  }
}
