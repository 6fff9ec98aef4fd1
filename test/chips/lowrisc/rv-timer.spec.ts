// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The RISC-V timer keeps the contract of an alarm.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import sinon from 'sinon';
import { describeAlarm } from '#conformance/alarm';
import { ms, ns, us } from '#kernel/time';
import { power } from '../earlgrey/support.ts';

/** A tick, ns: 10 kHz (timer.rs). */
const TICK = 100_000;

describeAlarm('RvTimer', () => {
  const { chip, clock } = power();
  return {
    alarm: chip.timer,
    pass: (ticks) => {
      const end = ns((Math.floor(clock.now / TICK) + ticks) * TICK);
      while (clock.nextEvent <= end) {
        clock.advanceTo(clock.nextEvent);
        chip.servicePendingInterrupts();
      }
      clock.advanceTo(end);
      chip.servicePendingInterrupts();
    },
  };
});

describe('RvTimer', () => {
  it('counts 10,000 ticks a second in 32 bits', () => {
    const { chip, clock } = power();
    expect([chip.timer.frequency, chip.timer.width]).to.deep.equal([10_000, 32]);
    const before = chip.timer.now();
    clock.advance(us(99));
    expect(chip.timer.now()).to.equal(before);
    clock.advance(us(1));
    expect(chip.timer.now()).to.equal(before + 1);
  });

  it('begins at 0xffff0000, and wraps 6.5536 s after power-on (timer.rs)', () => {
    const { chip, clock } = power();
    expect(chip.timer.now()).to.equal(0xffff_0000);
    clock.advanceTo(ns(65_536 * TICK - 1));
    expect(chip.timer.now()).to.equal(0xffff_ffff);
    clock.advance(ns(1));
    expect(chip.timer.now()).to.equal(0);
  });

  it('fires at once for the present tick, without two ticks of delay: it compares with "reached or passed"', () => {
    const { chip, clock } = power();
    const alarm = sinon.fake();
    chip.timer.setAlarmClient({ alarm });
    clock.advance(us(250));
    chip.timer.setAlarm(chip.timer.now(), 0);
    clock.advance(ns(0));
    chip.servicePendingInterrupts();
    sinon.assert.calledOnce(alarm);
    expect(clock.now).to.equal(us(250));
  });

  it('fires at the instant of its tick', () => {
    const { chip, clock, settle } = power();
    chip.timer.setAlarmClient({ alarm: () => undefined });
    clock.advance(us(250));
    chip.timer.setAlarm(chip.timer.now(), 10);
    settle();
    expect(clock.now).to.equal(ms(1.2));
  });
});
