// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The RISC-V timer as an alarm: 10,000 ticks a second.
 *
 * Mirrors `chips/earlgrey/src/timer.rs`. The part counts 64 bits; an alarm of this project has 32 at most,
 * so what is seen are the lower 32. As in Tock, they begin near their end, at 0xffff0000: they wrap 6.5 s
 * after power-on, and who cannot bear that is found out early. The part interrupts when the counter has
 * reached the compare value or passed it, so nothing needs to be ahead.
 */
import type { Clock } from '#kernel/clock';
import { ns } from '#kernel/time';
import { CompareAlarm } from '../silicon/compare-alarm.ts';
import { InterruptSource, type Interrupts } from './interrupts.ts';

const FREQUENCY = 10_000;
const TICK = 1e9 / FREQUENCY;
const FIRST_TICK = 0xffff_0000;

/** Hart 0, timer 0. */
export class RvTimer extends CompareAlarm {
  constructor(clock: Clock, interrupts: Interrupts) {
    super(clock, () => interrupts.raise(InterruptSource.RV_TIMER), {
      frequency: FREQUENCY,
      width: 32,
      syncTicks: 0,
      minimumDt: 1,
      ticksAt: (instant) => FIRST_TICK + Math.floor(instant / TICK),
      instantOf: (tick) => ns((tick - FIRST_TICK) * TICK),
    });
    interrupts.connect(InterruptSource.RV_TIMER, () => this.handleInterrupt());
  }
}
