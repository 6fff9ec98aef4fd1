// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The RTC keeps the contract of an alarm, and its ticks are exact.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { instantOf, ticksAt } from '#chips/nrf52/rtc';
import { describeAlarm } from '#conformance/alarm';
import { ns, seconds, us } from '#kernel/time';
import { power } from './support.ts';

describeAlarm('Rtc', () => {
  const { chip, clock, serve } = power();
  return {
    alarm: chip.rtc,
    pass: (ticks) => {
      const end = instantOf(ticksAt(clock.now) + ticks);
      while (clock.nextEvent <= end) {
        clock.advanceTo(clock.nextEvent);
        serve();
      }
      clock.advanceTo(end);
    },
  };
});

/** Ticks at an instant, by exact integers. */
function exactly(instant: number): number {
  return Number((BigInt(instant) * 32_768n) / 1_000_000_000n);
}

describe('Rtc', () => {
  it('counts floor(t * 32768 / 10^9), exact to the last nanosecond of 104 days', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (instant) => ticksAt(instant) === exactly(instant)),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('knows the first nanosecond of each tick', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 48 }), (scaled) => {
        const tick = scaled % 2 ** 38;
        const instant = instantOf(tick);
        return exactly(instant) === tick && (tick === 0 || exactly(instant - 1) === tick - 1);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it('wraps after 512 seconds (24 bits)', () => {
    const { chip, clock } = power();
    clock.advanceTo(ns(seconds(512) - 1));
    expect(chip.rtc.now()).to.equal(0xff_ffff);
    clock.advance(ns(1));
    expect(chip.rtc.now()).to.equal(0);
  });

  it('moves a compare value less than two ticks ahead to two, as it might be missed', () => {
    const { chip } = power();
    for (const dt of [0, 1, 2]) {
      chip.rtc.setAlarm(chip.rtc.now(), dt);
      expect(chip.rtc.getAlarm()).to.equal(2);
    }
  });

  it('does not fire when it was disarmed between the event and its service', () => {
    const { chip, clock, serve } = power();
    const alarm = sinon.fake();
    chip.rtc.setAlarmClient({ alarm });
    chip.rtc.setAlarm(0, 10);
    clock.advance(us(1000));
    expect(chip.hasPendingInterrupts()).to.equal(true);
    chip.rtc.disarm();
    serve();
    sinon.assert.notCalled(alarm);
  });
});
