// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Many alarms of one (case J05).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { MuxAlarm, type VirtualMuxAlarm } from '#capsules/core/virtualizers/virtual-alarm';
import { Interrupts } from '#chips/nrf52/interrupts';
import { instantOf, Rtc, ticksAt } from '#chips/nrf52/rtc';
import { describeAlarm } from '#conformance/alarm';
import { Clock } from '#kernel/clock';
import { ms } from '#kernel/time';

const MASK = 2 ** 24 - 1;

function create(count: number) {
  const clock = new Clock();
  const interrupts = new Interrupts();
  const rtc = new Rtc(clock, interrupts);
  const mux = new MuxAlarm(rtc);
  const fired: [alarm: number, tick: number][] = [];
  const alarms: VirtualMuxAlarm[] = [];
  for (let index = 0; index < count; index++) {
    const alarm = mux.createAlarm();
    alarm.setAlarmClient({ alarm: () => fired.push([index, rtc.now()]) });
    alarms.push(alarm);
  }
  const runUntilQuiet = (): void => {
    while (clock.nextEvent < Infinity) {
      clock.advanceTo(clock.nextEvent);
      interrupts.service();
    }
  };
  return { clock, interrupts, rtc, alarms, fired, runUntilQuiet };
}

describeAlarm('VirtualMuxAlarm', () => {
  const { clock, interrupts, alarms } = create(2);
  const [alarm, other] = alarms;
  if (alarm === undefined || other === undefined) throw new Error('two alarms were asked for');
  other.setAlarm(0, 5000);
  return {
    alarm,
    pass: (ticks) => {
      const end = instantOf(ticksAt(clock.now) + ticks);
      while (clock.nextEvent <= end) {
        clock.advanceTo(clock.nextEvent);
        interrupts.service();
      }
      clock.advanceTo(end);
    },
  };
});

describe('MuxAlarm', () => {
  it('fires each virtual alarm at its own tick, whatever the order of arming', () => {
    const { alarms, fired, runUntilQuiet } = create(3);
    for (const [index, dt] of [300, 100, 200].entries()) alarms[index]?.setAlarm(0, dt);
    runUntilQuiet();
    expect(fired).to.deep.equal([
      [1, 100],
      [2, 200],
      [0, 300],
    ]);
  });

  it("J05 does not lose a second alarm that is armed inside the first's callback", () => {
    const { alarms, fired, rtc, runUntilQuiet } = create(2);
    const [first, second] = alarms;
    first?.setAlarmClient({
      alarm: () => {
        fired.push([0, rtc.now()]);
        second?.setAlarm(rtc.now(), 50);
      },
    });
    first?.setAlarm(0, 100);
    runUntilQuiet();
    expect(fired).to.deep.equal([
      [0, 100],
      [1, 150],
    ]);
  });

  it('J05 does not lose alarms of 0 or 1 ticks, also when armed again and again in the callback', () => {
    const { alarms, fired, rtc, runUntilQuiet } = create(1);
    const [alarm] = alarms;
    let left = 5;
    alarm?.setAlarmClient({
      alarm: () => {
        fired.push([0, rtc.now()]);
        if (--left > 0) alarm.setAlarm(rtc.now(), left % 2);
      },
    });
    alarm?.setAlarm(rtc.now(), 0);
    runUntilQuiet();
    expect(fired).to.have.lengthOf(5);
  });

  it('keeps others when one is disarmed, and says what is armed', () => {
    const { alarms, fired, runUntilQuiet } = create(2);
    const [first, second] = alarms;
    first?.setAlarm(0, 100);
    second?.setAlarm(0, 200);
    expect(first?.disarm().ok).to.equal(true);
    expect([first?.isArmed(), second?.isArmed()]).to.deep.equal([false, true]);
    runUntilQuiet();
    expect(fired).to.deep.equal([[1, 200]]);
  });

  it('works across the wrap of the counter', () => {
    const { alarms, fired, runUntilQuiet, clock } = create(2);
    clock.advance((((MASK - 10) * 1e9) / 32_768) as never);
    const [first, second] = alarms;
    first?.setAlarm(first.now(), 20);
    second?.setAlarm(second.now(), 5);
    expect(first?.getAlarm()).to.equal(9);
    runUntilQuiet();
    expect(fired.map(([index]) => index)).to.deep.equal([1, 0]);
    expect(fired[1]?.[1]).to.equal(9);
  });

  it('J05 reads the time anew for each alarm: one armed by a client that used time is not early', () => {
    const { alarms, fired, rtc, runUntilQuiet, clock } = create(2);
    const [first, second] = alarms;
    first?.setAlarmClient({
      alarm: () => {
        clock.advance(ms(10));
        second?.setAlarm(rtc.now(), 50);
      },
    });
    first?.setAlarm(0, 100);
    runUntilQuiet();
    expect(fired).to.deep.equal([[1, 100 + 327 + 50]]);
  });

  it('fires once when its interrupt is served late, for a distance of nearly the whole range, too', () => {
    for (const dt of [100, MASK / 2, MASK - 20, MASK]) {
      const { alarms, fired, clock, interrupts } = create(1);
      const [alarm] = alarms;
      alarm?.setAlarm(0, dt);
      while (clock.nextEvent < Infinity) {
        clock.advanceTo(clock.nextEvent);
        clock.advance(ms(90));
        interrupts.service();
      }
      expect(fired.map(([index]) => index)).to.deep.equal([0]);
      expect(Math.round((clock.now * 32_768) / 1e9) - dt).to.be.within(0, 2 * 2950);
    }
  });

  it('has the frequency, width and least distance of the hardware', () => {
    const { alarms, rtc } = create(1);
    const [alarm] = alarms;
    expect([alarm?.frequency, alarm?.width, alarm?.minimumDt()]).to.deep.equal([
      rtc.frequency,
      rtc.width,
      rtc.minimumDt(),
    ]);
  });
});
