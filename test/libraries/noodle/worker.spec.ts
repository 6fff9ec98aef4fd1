// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The schedule and the list together, as a worker with a clock would run them.
 *
 * NON-TOCK: a peer's worker.
 */
import { expect } from 'chai';
import { FOREVER, ZERO, ns, seconds, type Nanoseconds } from '#kernel/time';
import { Schedule, type Duty } from '#libraries/noodle/schedule';
import { Device, run } from './device.js';

const MINUTE = seconds(60);
const HOUR = seconds(3600);

/** A device that does what is due, when it is due. */
class Worker {
  readonly schedule = new Schedule();
  readonly log: string[] = [];
  now: Nanoseconds = ZERO;

  constructor(readonly device: Device) {
    this.schedule.attached(ZERO);
  }

  runUntil(end: Nanoseconds): void {
    while (this.schedule.next() <= end) {
      this.now = ns(Math.max(this.now, this.schedule.next()));
      const [duty] = this.schedule.due(this.now);
      if (duty === undefined) expect.fail('something is due');
      this.log.push(`${duty} ${this.now / 1e9}`);
      this.perform(duty);
    }
    this.now = end;
  }

  private perform(duty: Duty): void {
    const { noodle } = this.device;
    if (duty === 'read') {
      expect(run(noodle.read())).to.equal('Ok');
      this.schedule.wasHydrated(this.now);
    } else if (duty === 'write') {
      if (run(noodle.write()) === 'NeedsGarbageCollect') this.schedule.hadNoRoom(this.now);
      else this.schedule.wasWritten(this.now);
    } else {
      this.schedule.wasCollected(this.now, run(noodle.collect()) === 'true');
    }
  }

  change(value: number): void {
    this.device.set(value);
    this.schedule.changed(this.now);
  }
}

describe('libraries/noodle: worker', () => {
  it('collects a minute after it read, after writes, and each hour (ND-15)', () => {
    const worker = new Worker(new Device());
    worker.runUntil(seconds(1));
    worker.change(1);
    worker.runUntil(ns(2 * HOUR));
    expect(worker.log).to.deep.equal(['read 0.1', 'write 11', 'collect 11', 'collect 3611']);
    const idle = new Worker(new Device(worker.device.flash));
    idle.runUntil(HOUR);
    expect(idle.log).to.deep.equal(['read 0.1', 'collect 60.1']);
  });

  it('shares a record among the changes of ten seconds', () => {
    const worker = new Worker(new Device());
    worker.runUntil(seconds(1));
    for (let change = 0; change < 9; change++) {
      worker.change(change);
      worker.runUntil(seconds(2 + change));
    }
    worker.runUntil(MINUTE);
    expect(worker.device.picture).to.equal('1:SabcdefgE');
    expect(worker.log.filter((line) => line.startsWith('write'))).to.deep.equal(['write 11']);
  });

  it('pops and erases piece by piece, between writes', () => {
    const worker = new Worker(new Device());
    for (let record = 0; record < 6; record++) {
      worker.change(record);
      worker.runUntil(ns((record + 1) * MINUTE));
    }
    expect(worker.device.flash.counts.erases).to.be.greaterThan(0);
    expect(worker.device.picture).to.match(/^(x+ )?4:SabcdefgE 5:SabcdefgE 6:SabcdefgE$/);
  });

  it('writes before the power goes, and neither pops nor erases any more (ND-15)', () => {
    const worker = new Worker(new Device());
    for (let record = 1; record <= 5; record++) {
      worker.change(record);
      worker.runUntil(ns(record * MINUTE));
    }
    const { erases } = worker.device.flash.counts;
    const popped = worker.device.picture.split('x').length;
    worker.change(6);
    worker.schedule.endsSoon(worker.now);
    worker.runUntil(ns(10 * HOUR));
    expect(worker.log.at(-1)).to.equal('write 300');
    expect(worker.schedule.next()).to.equal(FOREVER);
    expect(worker.device.flash.counts.erases).to.equal(erases);
    expect(worker.device.picture.split('x').length).to.equal(popped);
    expect(Device.booted(worker.device.flash).value).to.equal('6');
  });
});
