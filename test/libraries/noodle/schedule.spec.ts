// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * When noodle reads, writes and collects.
 *
 * NON-TOCK: a peer's worker.
 */
import { expect } from 'chai';
import { FOREVER, ZERO, ms, ns, seconds } from '#kernel/time';
import { DELAYS, Schedule } from '#libraries/noodle/schedule';

const HOUR = seconds(3600);
const MINUTE = seconds(60);

describe('libraries/noodle/schedule', () => {
  it('reads once nodes came, and a write waits for more changes, but not for ever', () => {
    const schedule = new Schedule();
    expect(schedule.next()).to.equal(FOREVER);
    schedule.attached(ZERO);
    schedule.attached(ms(50));
    expect(schedule.next()).to.equal(DELAYS.read);
    expect(schedule.due(ms(99))).to.deep.equal([]);
    expect(schedule.due(ms(100))).to.deep.equal(['read']);
    schedule.wasHydrated(ms(101));
    schedule.changed(seconds(1));
    schedule.changed(seconds(9));
    expect(schedule.next()).to.equal(seconds(11));
    expect(schedule.due(seconds(11))).to.deep.equal(['write']);
  });

  it('collects a minute after the first read, after every write, and each hour (ND-15)', () => {
    const schedule = new Schedule();
    schedule.wasHydrated(seconds(1));
    expect(schedule.next()).to.equal(seconds(61));
    schedule.wasHydrated(seconds(30));
    expect(schedule.next()).to.equal(seconds(61));
    schedule.wasCollected(seconds(61), false);
    expect(schedule.next()).to.equal(ns(seconds(61) + HOUR));
    schedule.changed(seconds(70));
    schedule.wasWritten(seconds(80));
    expect(schedule.due(seconds(80))).to.deep.equal(['collect']);
    schedule.wasCollected(seconds(81), true);
    expect(schedule.due(seconds(81))).to.deep.equal(['collect']);
    schedule.wasCollected(seconds(82), false);
    expect(schedule.next()).to.equal(ns(seconds(82) + HOUR));
  });

  it('makes room before it tries again', () => {
    const schedule = new Schedule();
    schedule.changed(ZERO);
    schedule.hadNoRoom(seconds(10));
    expect(schedule.due(seconds(10))).to.deep.equal(['collect', 'write']);
  });

  it('writes at once and never erases when the power is to go (ND-15)', () => {
    const schedule = new Schedule();
    schedule.wasHydrated(ZERO);
    schedule.changed(MINUTE);
    schedule.endsSoon(ns(MINUTE + 1));
    expect(schedule.due(ns(MINUTE + 1))).to.deep.equal(['write']);
    schedule.wasWritten(ns(MINUTE + 2));
    schedule.wasCollected(ns(MINUTE + 2), true);
    expect(schedule.next()).to.equal(FOREVER);
  });

  it('has nothing to write then, or no room for it, and is done', () => {
    const schedule = new Schedule();
    schedule.wasHydrated(ZERO);
    schedule.endsSoon(ms(1));
    expect(schedule.next()).to.equal(FOREVER);
    schedule.changed(ms(2));
    schedule.hadNoRoom(seconds(11));
    expect(schedule.next()).to.equal(FOREVER);
  });
});
