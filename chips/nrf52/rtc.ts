// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The real-time counter as an alarm: 32,768 ticks a second, 24 bits, one compare value.
 *
 * Mirrors `chips/nrf5x/src/rtc.rs`. A tick is 30,517.578125 ns: exact in a double, so nothing drifts. A
 * compare event latches an interrupt at its instant; it is serviced when the CPU gets to it.
 */
import type { Clock, ClockEvent } from '#kernel/clock';
import type * as hil from '#kernel/hil';
import { Ok, type Result } from '#kernel/result';
import { ns } from '#kernel/time';
import { InterruptLine, type Interrupts } from './interrupts.ts';

const FREQUENCY = 32_768;
const WIDTH = 24;
const MASK = 2 ** WIDTH - 1;
const TICK = 1e9 / FREQUENCY;
/** A compare value must be this many ticks ahead to be sure to match (Product Specification, RTC). */
const SYNC_TICKS = 2;

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
    interrupts.connect(InterruptLine.RTC1, () => {
      this.handleInterrupt();
    });
  }

  now(): number {
    return this.count() & MASK;
  }

  setAlarmClient(client: hil.time.AlarmClient): void {
    this.client = client;
  }

  setAlarm(reference: number, dt: number): void {
    const now = this.now();
    const elapsed = (now - reference) & MASK;
    const ahead = elapsed >= dt ? SYNC_TICKS : Math.max(dt - elapsed, SYNC_TICKS);
    this.cancel();
    this.compare = (now + ahead) & MASK;
    const instant = ns((this.count() + ahead) * TICK);
    this.event = this.clock.schedule(instant, () => {
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
    return SYNC_TICKS;
  }

  /** Ticks since power-on, not wrapped. */
  private count(): number {
    return Math.floor(this.clock.now / TICK);
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
