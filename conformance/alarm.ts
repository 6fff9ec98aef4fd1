// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every alarm passes: `describeAlarm('MyChip', create)`.
 *
 * NON-TOCK: the rules are those of TRD 105 (`hil::time`); Tock tests them on boards.
 */
import { expect } from 'chai';
import type * as hil from '#kernel/hil';
import { Ok } from '#kernel/result';

/** What a suite gets for each test. */
export interface AlarmFixture {
  readonly alarm: hil.time.Alarm;
  /** Lets so many ticks pass, from wherever in a tick it is, and runs interrupts as they come. */
  pass(ticks: number): void;
}

/** @param create makes a fresh alarm for each test, not armed. */
export function describeAlarm(name: string, create: () => AlarmFixture): void {
  describe(`${name} honours hil.time.Alarm`, () => {
    let alarm: hil.time.Alarm;
    let pass: (ticks: number) => void;
    let fired: number;
    let onAlarm: (() => void) | undefined;

    beforeEach(() => {
      const fixture = create();
      alarm = fixture.alarm;
      pass = (ticks): void => fixture.pass(ticks);
      fired = 0;
      onAlarm = undefined;
      alarm.setAlarmClient({
        alarm: () => {
          fired++;
          onAlarm?.();
        },
      });
      pass(1000);
    });

    const modulus = (): number => 2 ** alarm.width;
    const wrap = (ticks: number): number => ((ticks % modulus()) + modulus()) % modulus();

    it('counts: ticks pass with time and stay below 2^width (TRD 105)', () => {
      const before = alarm.now();
      pass(123);
      expect(alarm.now()).to.equal(wrap(before + 123));
      expect(alarm.width).to.be.within(1, 32);
    });

    it('fires once, at its tick and not before (TRD 105)', () => {
      alarm.setAlarm(alarm.now(), 100);
      pass(99);
      expect(fired).to.equal(0);
      pass(1);
      expect(fired).to.equal(1);
      pass(modulus() + 200);
      expect(fired).to.equal(1);
    });

    it('never fires from within setAlarm (TRD 105)', () => {
      alarm.setAlarm(alarm.now(), 0);
      expect(fired).to.equal(0);
      alarm.setAlarm(wrap(alarm.now() - 500), 100);
      expect(fired).to.equal(0);
    });

    it('fires promptly when its time has passed already (TRD 105)', () => {
      alarm.setAlarm(wrap(alarm.now() - 500), 499);
      pass(alarm.minimumDt());
      expect(fired).to.equal(1);
      alarm.setAlarm(alarm.now(), 0);
      pass(alarm.minimumDt());
      expect(fired).to.equal(2);
    });

    it('counts from the reference, not from the call (TRD 105)', () => {
      alarm.setAlarm(wrap(alarm.now() - 500), 600);
      pass(99);
      expect(fired).to.equal(0);
      pass(1);
      expect(fired).to.equal(1);
    });

    it('waits for a time that is more than half the range ahead', () => {
      const ahead = modulus() - 10_000;
      alarm.setAlarm(alarm.now(), ahead);
      pass(ahead - 1);
      expect(fired).to.equal(0);
      pass(1);
      expect(fired).to.equal(1);
    });

    it('fires across the wrap of the counter', () => {
      pass(modulus() - alarm.now() - 50);
      alarm.setAlarm(alarm.now(), 100);
      expect(alarm.getAlarm()).to.equal(50);
      pass(99);
      expect(fired).to.equal(0);
      pass(1);
      expect(fired).to.equal(1);
    });

    it('forgets the former time when it is set again', () => {
      alarm.setAlarm(alarm.now(), 100);
      alarm.setAlarm(alarm.now(), 300);
      pass(299);
      expect(fired).to.equal(0);
      pass(1);
      expect(fired).to.equal(1);
    });

    it('says what it is set for', () => {
      const now = alarm.now();
      alarm.setAlarm(now, 5000);
      expect(alarm.getAlarm()).to.equal(wrap(now + 5000));
    });

    it('is armed from setAlarm until it fires', () => {
      expect(alarm.isArmed()).to.equal(false);
      alarm.setAlarm(alarm.now(), 100);
      expect(alarm.isArmed()).to.equal(true);
      pass(100);
      expect(alarm.isArmed()).to.equal(false);
    });

    it('does not fire once it is disarmed', () => {
      alarm.setAlarm(alarm.now(), 100);
      expect(alarm.disarm()).to.deep.equal(Ok());
      expect(alarm.isArmed()).to.equal(false);
      pass(1000);
      expect(fired).to.equal(0);
    });

    it('may be set again from within the callback', () => {
      onAlarm = (): void => alarm.setAlarm(alarm.getAlarm(), 100);
      alarm.setAlarm(alarm.now(), 100);
      pass(1000);
      expect(fired).to.equal(10);
    });
  });
}
