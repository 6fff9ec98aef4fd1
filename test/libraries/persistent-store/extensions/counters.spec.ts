// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The counters: values, costs, folding by compaction, and every cut.
 *
 * NON-TOCK: rules of OpenSK's store specification, Extensions/Counters.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { CounterStore, MAX_COUNT } from '#libraries/persistent-store/extensions/counters';
import { runAtOnce } from '#libraries/store/run-at-once';
import { geometry } from '../support.ts';

import { CounterDesk } from './counter-desk.ts';
const RULE = 'store specification, Extensions/Counters:';

describe('libraries/persistent-store/extensions/counters', () => {
  it(`${RULE} Read says the value, and NoCounter when there is none`, () => {
    const desk = new CounterDesk(geometry(64, 5));
    expect(desk.read(7)).to.equal('NoCounter');
    desk.create(7, 41);
    desk.increment(7);
    expect(desk.read(7)).to.equal(42);
    expect(desk.read(8)).to.equal('NoCounter');
  });

  it(`${RULE} a counter wraps or saturates after 32 bits, as it was made to`, () => {
    const desk = new CounterDesk(geometry(64, 5));
    desk.create(0, MAX_COUNT - 1, 'wraps');
    desk.create(255, MAX_COUNT - 1, 'saturates');
    for (const expected of [
      [MAX_COUNT, MAX_COUNT],
      [0, MAX_COUNT],
      [1, MAX_COUNT],
    ]) {
      desk.increment(0);
      desk.increment(255);
      desk.reboot();
      expect([desk.read(0), desk.read(255)]).to.deep.equal(expected);
    }
  });

  it(`${RULE} Create replaces the value and the overflow, and wipes what was there`, () => {
    const desk = new CounterDesk(geometry(64, 5));
    desk.create(1, 0x1234_5678, 'saturates');
    desk.increment(1);
    desk.create(1, MAX_COUNT, 'wraps');
    expect(Buffer.from(desk.flash.image).indexOf(Buffer.from([0x78, 0x56, 0x34, 0x12]))).to.equal(
      -1,
    );
    expect(desk.read(1)).to.equal(MAX_COUNT);
    desk.reboot();
    desk.increment(1);
    expect(desk.read(1)).to.equal(0);
  });

  it(`${RULE} Create uses 2 words of capacity, which are transient when the counter was replaced`, () => {
    const desk = new CounterDesk(geometry(64, 5));
    for (const [id, used] of [
      [1, 2],
      [2, 4],
      [1, 4],
      [2, 4],
    ] as const) {
      const before = desk.lifetime();
      desk.create(id, 9);
      expect(desk.lifetime() - before).to.equal(2);
      expect(desk.capacity()).to.equal(used);
      desk.reboot();
      expect(desk.capacity()).to.equal(used);
    }
  });

  it(`${RULE} every 2 Increment, starting with the first, use 1 transient word`, () => {
    const desk = new CounterDesk(geometry(4096, 3));
    desk.create(1, 0);
    desk.create(2, 0);
    const used = desk.capacity();
    const start = desk.lifetime();
    for (let n = 1; n <= 200; n++) {
      desk.increment(n % 3 === 0 ? 1 : 2);
      expect(desk.lifetime() - start, `after ${n}`).to.equal(Math.ceil(n / 2));
      if (n % 7 === 0) desk.reboot();
    }
    expect(desk.capacity()).to.equal(used);
    expect([desk.read(1), desk.read(2)]).to.deep.equal([66, 134]);
  });

  it(`${RULE} an increment costs 4 times less than an insertion at best and 2 times less at worst`, () => {
    const desk = new CounterDesk(geometry(4096, 3));
    const cost = (work: () => void): number => {
      const before = desk.lifetime();
      for (let n = 0; n < 100; n++) work();
      return desk.lifetime() - before;
    };
    const insert = cost(() => {
      expect(desk.outcome(desk.store.insert(1, Uint8Array.of(1, 2, 3, 4)))).to.equal('Ok');
    });
    desk.create(1, 0);
    const best = cost(() => desk.increment(1));
    const worst = cost(() => {
      desk.create(1, 0);
      desk.increment(1);
    });
    expect([insert, best, worst - 200]).to.deep.equal([200, 50, 100]);
  });

  it(`${RULE} an increment of a counter that does not exist is no error and uses lifetime`, () => {
    const desk = new CounterDesk(geometry(64, 5));
    desk.increment(9, 3);
    expect(desk.lifetime()).to.equal(2);
    expect(desk.read(9)).to.equal('NoCounter');
    desk.create(9, 5);
    desk.reboot();
    expect(desk.read(9)).to.equal(5);
    // Its word is older than the counter: the half that is free there would not count.
    desk.increment(9);
    expect(desk.lifetime()).to.equal(5);
    desk.reboot();
    expect(desk.read(9)).to.equal(6);
  });

  for (const deferred of [false, true]) {
    it(`${RULE} a counter that is compacted takes the increments since its old position with it (${deferred ? 'deferred' : 'at once'})`, () => {
      const desk = new CounterDesk(geometry(64, 3, 10_000), deferred);
      const expected = new Map<number, number>();
      let x = 99;
      for (let n = 0; n < 3000; n++) {
        x = (Math.imul(x, 1103515245) + 12345) >>> 0;
        const id = (x >>> 16) % 4;
        if ((x >>> 8) % 16 === 0) {
          desk.create(id, n);
          expected.set(id, n);
        } else {
          desk.increment(id);
          const value = expected.get(id);
          if (value !== undefined) expected.set(id, value + 1);
        }
        if (n % 50 === 0) desk.reboot();
        for (let each = 0; each < 4; each++) {
          expect(desk.read(each)).to.equal(expected.get(each) ?? 'NoCounter');
        }
      }
      expect(desk.flash.counts.erases).to.be.greaterThan(100);
      expect(desk.flash.violation).to.equal(undefined);
    });
  }

  it('begins a new word when the page of the half that was free has been compacted', () => {
    const desk = new CounterDesk(geometry(64, 3));
    desk.increment(9);
    const erases = desk.flash.counts.erases;
    while (desk.flash.counts.erases === erases) {
      expect(desk.outcome(desk.store.insert(1, Uint8Array.of(1)))).to.equal('Ok');
    }
    const before = desk.lifetime();
    desk.increment(9);
    expect(desk.lifetime()).to.equal(before + 1);
    desk.increment(9);
    expect(desk.lifetime()).to.equal(before + 1);
    desk.reboot();
    expect(desk.lifetime()).to.equal(before + 1);
  });

  it('recovers on a live object as well', () => {
    const desk = new CounterDesk(geometry(64, 5));
    for (const value of [5, 6]) {
      desk.create(1, value);
      expect(desk.outcome(desk.store.recover())).to.equal('Ok');
      expect(desk.read(1)).to.equal(value);
      desk.reboot();
      expect(desk.read(1)).to.equal(value);
    }
  });

  it(`${RULE} counters and keys do not disturb each other, and Clear leaves counters alone`, () => {
    const desk = new CounterDesk(geometry(128, 4));
    desk.create(3, 100);
    for (let n = 0; n < 300; n++) {
      expect(desk.outcome(desk.store.insert(n % 5, Uint8Array.of(n & 255, 2)))).to.equal('Ok');
      desk.increment(3);
      if (n % 40 === 0) desk.reboot();
    }
    expect(desk.outcome(desk.store.clear(0))).to.equal('Ok');
    desk.reboot();
    expect(desk.read(3)).to.equal(400);
    expect(desk.capacity()).to.equal(2);
  });

  it(`${RULE} 256 counters at once, each with its own value`, () => {
    const desk = new CounterDesk(geometry(2048, 4));
    for (let id = 0; id < 256; id++) desk.create(id, id * 1000);
    for (let id = 0; id < 256; id++) desk.increment(id, (id % 3) + 1);
    desk.reboot();
    for (let id = 0; id < 256; id++) expect(desk.read(id)).to.equal(id * 1000 + (id % 3) + 1);
  });

  it('refuses numbers that are no counter and values that do not fit, touching nothing', () => {
    const desk = new CounterDesk(geometry(64, 5));
    const before = { ...desk.flash.counts };
    for (const id of [-1, 256, 0.5, Number.NaN]) {
      expect(desk.outcome(desk.store.incrementCounter(id))).to.equal('InvalidArgument');
      expect(desk.outcome(desk.store.createCounter(id, 0, 'wraps'))).to.equal('InvalidArgument');
      expect(desk.read(id)).to.equal('NoCounter');
    }
    for (const value of [-1, 2 ** 32, 1.5]) {
      expect(desk.outcome(desk.store.createCounter(0, value, 'wraps'))).to.equal('InvalidArgument');
    }
    expect(desk.flash.counts).to.deep.equal(before);
  });

  it('says NoCapacity when a word does not fit, and NoLifetime when a page has no cycles left', () => {
    const full = new CounterDesk(geometry(32, 3));
    full.create(0, 0);
    expect(full.outcome(full.store.incrementCounter(0))).to.equal('NoCapacity');
    expect(full.outcome(full.store.createCounter(0, 1, 'wraps'))).to.equal('NoCapacity');
    const old = new CounterDesk(geometry(64, 3, 1));
    old.create(0, 0);
    let result = 'Ok';
    let count = 0;
    for (; result === 'Ok'; count++) result = old.outcome(old.store.incrementCounter(0));
    expect(result).to.equal('NoLifetime');
    old.reboot();
    expect(old.read(0)).to.equal(count - 1);
  });

  it('refuses 64 pages: erasing page 63 would then be a lawful word', () => {
    const flash = new BufferStorage(geometry(64, 64));
    expect(runAtOnce(new CounterStore(flash).boot())).to.deep.equal({
      ok: false,
      error: 'InvalidArgument',
    });
  });

  it('says InvalidStorage before boot', () => {
    const store = new CounterStore(new BufferStorage(geometry(64, 5)));
    expect(store.readCounter(0)).to.deep.equal({ ok: false, error: 'InvalidStorage' });
    for (const steps of [store.incrementCounter(0), store.createCounter(0, 0, 'wraps')]) {
      expect(runAtOnce(steps)).to.deep.equal({ ok: false, error: 'InvalidStorage' });
    }
  });
});
