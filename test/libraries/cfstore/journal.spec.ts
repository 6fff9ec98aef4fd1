// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE's slots: room, numbers that go round, slots of unlike size, values larger than a page.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf, pagesOf, quarters, roomOf, type SlotConfig } from '#libraries/cfstore/config';
import { CfstoreError } from '#libraries/cfstore/driver';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { Geometry } from '#libraries/store/storage';
import {
  DESCRIPTOR,
  GOOD,
  RO,
  RW,
  SLOT,
  UNITS_OF_4,
  UNITS_OF_8,
  allOf,
  contentOf,
  counting,
  done,
  hex,
  opened,
  put,
  remove,
  said,
  slotOf,
  tlvsOf,
  valueOf,
} from './support.ts';

/** Bytes for records in a slot: its 1024 without head and tail. */
const ROOM = 1024 - 32 - 16;

/** More writes than there are. */
const MANY = 1000;

describe('libraries/cfstore/journal', () => {
  let flash: BufferStorage;
  let store: Cfstore;

  beforeEach(() => {
    flash = new BufferStorage(UNITS_OF_4);
    store = opened(flash);
  });

  afterEach(() => {
    expect(flash.violation, 'a rule of flash').to.equal(undefined);
  });

  describe('a delta that is nearly full', () => {
    it('refuses an open that does not fit, and writes nothing of it; what is open can close (CF-23)', () => {
      put(store, 'long', counting(200));
      const writer = done(store.open('long', RW));
      put(store, 'l2', counting(200));
      const taken = 2 * (20 + 4 + 200 + 8) + (20 + 4 + 200 + 8);
      const before = flash.image.slice();
      expect(ROOM - taken).to.be.lessThan(300);
      expect(said(store.create('more', 280, DESCRIPTOR))).to.equal(CfstoreError.OUT_OF_MEMORY);
      expect(flash.image).to.deep.equal(before);
      done(store.write(writer, counting(200, 50)));
      done(store.close(writer));
      expect(hex(valueOf(opened(flash), 'long'))).to.equal(hex(counting(200, 50)));
    });

    it('is flushed by itself when nothing is open', () => {
      for (let count = 0; count < 30; count++) put(store, 'k', counting(64, count));
      // 976 bytes hold ten records of 96 bytes: two flushes.
      expect(slotOf(flash, SLOT.snapshots[0])[11], 'number of the slot').to.equal(4);
      expect(hex(valueOf(opened(flash), 'k'))).to.equal(hex(counting(64, 29)));
    });
  });

  it('takes exactly what fits into a snapshot, and no more; a replacement of the same size always', () => {
    const names = Array.from({ length: 20 }, (_, index) => `k${index}`.padEnd(4, '.'));
    // Records of 20 + 4 + 68 + 8 bytes: nine of them, and 76 bytes are left.
    for (const name of names.slice(0, 9)) put(store, name, counting(68));
    expect(said(store.create('k9..', 48, DESCRIPTOR))).to.equal(CfstoreError.OUT_OF_MEMORY);
    put(store, 'k9..', counting(44));
    for (let round = 0; round < 3; round++) {
      for (const name of names.slice(0, 9)) put(store, name, counting(68, round));
    }
    done(store.flush());
    expect(tlvsOf(flash, SLOT.snapshots[0]).length + tlvsOf(flash, SLOT.snapshots[1]).length).to.be.at.least(10); // prettier-ignore
    expect(said(store.create('x', 0, DESCRIPTOR))).to.equal(CfstoreError.OUT_OF_MEMORY);
    remove(store, 'k9..');
    put(store, 'x', counting(1));
    expect(contentOf(opened(flash)).split(' ')).to.have.length(10);
  });

  it('does nothing in a flush when nothing has changed since the last one', () => {
    put(store, 'k', counting(4));
    done(store.flush());
    const before = flash.image.slice();
    done(store.flush());
    expect(flash.image).to.deep.equal(before);
  });

  describe('numbers of records', () => {
    it('restart at 0 with a slot that begins behind (N-1) x MAX/N, and the newest version is still found (CF-24)', () => {
      // Four slots of 25 numbers.
      store = opened(flash, { maxSequence: 100 });
      const starts = new Set<number>();
      for (let count = 0; count < 400; count++) {
        put(store, `k${count % 3}`, counting(40, count));
        for (const slot of [0, 1, 2, 3]) starts.add(slotOf(flash, slot)[15] ?? 0);
        if (count % 7 === 0) store = opened(flash, { maxSequence: 100 });
        expect(hex(valueOf(store, `k${count % 3}`)), `version ${count}`).to.equal(
          hex(counting(40, count)),
        );
        for (const slot of [0, 1, 2, 3]) {
          for (const { sequence } of tlvsOf(flash, slot)) expect(sequence).to.be.at.most(100);
        }
      }
      const largest = Math.max(...[...starts].filter((each) => each !== 0xff));
      expect(starts.has(0) && largest > 50 && largest <= 75).to.equal(true);
    });

    it('are second to slots: number 0 in the delta is newer than 75 in the snapshot (CF-24)', () => {
      store = opened(flash, { maxSequence: 100 });
      for (let round = 0; round < 38; round++) {
        put(store, 'n', counting(4, round));
        done(store.flush());
      }
      // The power goes before the old version is deleted: both are there.
      const update = (on: BufferStorage): number => {
        const own = opened(on, { maxSequence: 100 });
        on.arm(MANY);
        const hkey = said(own.open('n', RW));
        return Math.min(said(own.write(hkey, counting(4, 99))), said(own.close(hkey)));
      };
      const whole = flash.clone();
      expect(update(whole)).to.equal(0);
      const writes = MANY - whole.disarm();
      const cut = flash.clone();
      const victim = opened(cut, { maxSequence: 100 });
      cut.arm(writes - 1);
      const hkey = done(victim.open('n', RW));
      done(victim.write(hkey, counting(4, 99)));
      expect(said(victim.close(hkey))).to.equal(CfstoreError.JOURNAL_FAILED);
      cut.corrupt(() => false);
      const [old] = [0, 1]
        .flatMap((slot) => tlvsOf(cut, slot))
        .filter(({ sequence }) => sequence > 70);
      const [renewed] = [2, 3]
        .flatMap((slot) => tlvsOf(cut, slot))
        .filter(({ value }) => value[0] === 99);
      expect([old?.sequence, old?.valid]).to.deep.equal([75, GOOD]);
      expect([renewed?.sequence, renewed?.valid]).to.deep.equal([0, GOOD]);
      expect(hex(valueOf(opened(cut, { maxSequence: 100 }), 'n'))).to.equal(hex(counting(4, 99)));
    });

    it('are MAX/N for a slot: then it takes no more records, and a flush comes (CF-25)', () => {
      store = opened(flash, { maxSequence: 20 });
      // Five steps from the first number on: six records.
      for (let count = 0; count < 6; count++) put(store, 'k', counting(1, count));
      expect(tlvsOf(flash, SLOT.deltas[0])).to.have.length(6);
      const reader = done(store.open('k', RO));
      expect(said(store.open('k', RW)), 'while something is open').to.equal(
        CfstoreError.OUT_OF_MEMORY,
      );
      done(store.close(reader));
      put(store, 'k', counting(1, 6));
      expect(tlvsOf(flash, SLOT.deltas[0])).to.have.length(6);
      expect(tlvsOf(flash, SLOT.deltas[1])).to.have.length(1);
      expect(hex(valueOf(opened(flash, { maxSequence: 20 }), 'k'))).to.equal('06');
    });

    it('bound the number of keys, too: MAX/N', () => {
      store = opened(flash, { maxSequence: 20 });
      for (let key = 0; key < 5; key++) put(store, `k${key}`, counting(1));
      expect(said(store.create('k5', 1, DESCRIPTOR))).to.equal(CfstoreError.OUT_OF_MEMORY);
      remove(store, 'k0');
      put(store, 'k5', counting(1));
      expect(contentOf(opened(flash, { maxSequence: 20 })).split(' ')).to.have.length(5);
    });
  });

  describe('a value larger than a page', () => {
    const geometry: Geometry = { ...UNITS_OF_8, pageSize: 2048, numPages: 16 };
    const value = counting(6000);

    it('crosses pages and reads back, over a flush and a start (CF-26)', () => {
      const large = new BufferStorage(geometry);
      const own = opened(large);
      put(own, 'big', value);
      put(own, 'next', counting(3));
      done(own.flush());
      expect(hex(valueOf(opened(large), 'big'))).to.equal(hex(value));
      expect(hex(valueOf(opened(large), 'next'))).to.equal('010203');
      expect(large.violation).to.equal(undefined);
    });

    it('is limited to N pages (CF-26)', () => {
      const own = opened(new BufferStorage(geometry), { valuePages: 2 });
      expect(said(own.create('k', 4097, DESCRIPTOR))).to.equal(CfstoreError.INVALID_VALUE_SIZE);
      const hkey = done(own.create('k', 4096, DESCRIPTOR));
      expect(allOf(own, hkey)).to.have.length(4096);
    });
  });

  describe('slots of unlike size', () => {
    // 4 x 16 kB, 64 kB, 128 kB, in small: deltas of small pages, one of two blocks; a snapshot of one large page each.
    const pageSizes = [256, 256, 256, 256, 1024, 1024, 512, 512];
    const geometry: Geometry = { ...UNITS_OF_4, pageSize: 1024, pageSizes };
    const slots: readonly SlotConfig[] = [
      { kind: 'delta', blocks: [{ firstPage: 0, pages: 1 }, { firstPage: 2, pages: 1 }] },
      { kind: 'snapshot', blocks: [{ firstPage: 5, pages: 1 }] },
      { kind: 'delta', blocks: [{ firstPage: 3, pages: 1 }, { firstPage: 1, pages: 1 }] },
      { kind: 'snapshot', blocks: [{ firstPage: 7, pages: 1 }, { firstPage: 6, pages: 1 }] },
    ]; // prettier-ignore

    it('of blocks apart and pages of unlike size behave alike; pages of no slot stay as they are (CF-28)', () => {
      const unlike = new BufferStorage(geometry);
      const alike = new BufferStorage(UNITS_OF_4);
      let own = opened(unlike, { slots });
      let other = opened(alike);
      for (let count = 0; count < 120; count++) {
        const value = counting(count % 60, count);
        for (const each of [own, other]) {
          if (count % 11 === 10) remove(each, `k${(count - 1) % 5}`);
          else put(each, `k${count % 5}`, value);
          if (count % 31 === 0) done(each.flush());
        }
        if (count % 17 === 0) [own, other] = [opened(unlike, { slots }), opened(alike)];
        expect(contentOf(own), `change ${count}`).to.equal(contentOf(other));
      }
      expect(unlike.pageErases[4], 'a page of no slot').to.equal(0);
      expect(unlike.pageErases[0]).to.be.greaterThan(2);
      expect(unlike.violation ?? alike.violation).to.equal(undefined);
    });

    it('have the room of the smaller one of their kind', () => {
      const config = configOf(geometry, { slots });
      expect(roomOf(geometry, config, 'delta')).to.equal(512 - 48);
      expect(roomOf(geometry, config, 'snapshot')).to.equal(1024 - 48);
      expect(pagesOf(slots[3]?.blocks ?? [])).to.deep.equal([7, 6]);
    });

    it('are quarters when nothing else is said; what is left over goes to the snapshots', () => {
      const pages = (numPages: number): number[] =>
        quarters({ ...geometry, numPages }).map(({ blocks }) => blocks[0]?.pages ?? 0);
      expect([4, 7, 8, 11].map(pages)).to.deep.equal([[1, 1, 1, 1], [2, 2, 1, 1], [2, 2, 2, 2], [3, 3, 2, 2]]); // prettier-ignore
    });
  });

  it('reads the same on units of 8', () => {
    const wide = new BufferStorage(UNITS_OF_8);
    let own = opened(wide);
    for (let count = 0; count < 80; count++) {
      put(own, `k${count % 4}`, counting(count % 30, count));
      if (count % 9 === 0) own = opened(wide);
      expect(hex(valueOf(own, `k${count % 4}`))).to.equal(hex(counting(count % 30, count)));
    }
    expect(wide.violation).to.equal(undefined);
  });
});
