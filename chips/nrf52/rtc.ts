// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The real-time counter as an alarm: 32,768 ticks a second, 24 bits, one compare value.
 *
 * Mirrors `chips/nrf5x/src/rtc.rs`. The counter starts at power-on and is computed from the clock, so
 * it cannot drift. A compare event latches an interrupt at its instant; it is serviced when the CPU gets
 * to it, late after a stall and never lost.
 */
import type { Clock } from '#kernel/clock';
import { ns, type Nanoseconds } from '#kernel/time';
import { CompareAlarm } from '../silicon/compare-alarm.ts';
import { InterruptLine, type Interrupts } from './interrupts.ts';

const FREQUENCY = 32_768;
const SECOND = 1e9;

/** RTC1. */
export class Rtc extends CompareAlarm {
  constructor(clock: Clock, interrupts: Interrupts) {
    super(clock, () => interrupts.raise(InterruptLine.RTC1), {
      frequency: FREQUENCY,
      width: 24,
      // A compare value must be two ticks ahead to be sure to match; Tock's driver moves it there.
      syncTicks: 2,
      // What Tock's driver answers, "arbitrary value" by its own words.
      minimumDt: 10,
      ticksAt,
      instantOf,
    });
    interrupts.connect(InterruptLine.RTC1, () => this.handleInterrupt());
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
