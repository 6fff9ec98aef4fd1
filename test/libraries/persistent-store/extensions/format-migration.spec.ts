// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Migration to a second format by a separator, and every cut of it.
 *
 * NON-TOCK: rules of OpenSK's store specification, Examples/Migration.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import {
  ANNOUNCE_KEY,
  FormatMigration,
  SEPARATOR,
} from '#libraries/persistent-store/extensions/format-migration';
import {
  buildSecondInit,
  isSecondInit,
  readSecond,
  toFirst,
  toSecond,
} from '#libraries/persistent-store/extensions/second-format';
import {
  buildInit,
  buildUser,
  headerKey,
  initCycle,
  initPrefix,
  singleDifference,
} from '#libraries/persistent-store/format';
import { perform, runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import { Desk, geometry } from '../support.ts';
import { TORN, cutEverywhere } from './torn.ts';

const RULE = 'store specification, Examples/Migration:';

function migrate(flash: BufferStorage, deferred = false): string {
  const storage = deferred ? new DeferredStorage(flash) : flash;
  const result = runAtOnce(new FormatMigration(storage).migrateFormat(), flash);
  return result.ok ? 'Ok' : result.error;
}

function secondEntries(flash: BufferStorage): [number, number[]][] {
  const result = runAtOnce(readSecond(flash));
  if (!result.ok) expect.fail(result.error);
  return [...result.value.entries]
    .map(([key, value]): [number, number[]] => [key, [...value]])
    .sort(([a], [b]) => a - b);
}

/** A store that was in use for a while. */
function used(pageSize: number, pages: number, replacements: number, maxErases = 10_000): Desk {
  const desk = new Desk(geometry(pageSize, pages, maxErases));
  desk.call(desk.store.insert(7, new Uint8Array()));
  desk.call(desk.store.insert(4094, new Uint8Array(4).fill(0xff)));
  desk.call(desk.store.insert(2, Uint8Array.of(1, 2, 3, 4, 5, 6, 7)));
  for (let n = 0; n < replacements; n++) desk.call(desk.store.insert(1, Uint8Array.of(n & 0xff)));
  return desk;
}

function words(flash: BufferStorage): Int32Array {
  return new Int32Array(flash.image.buffer);
}

/** Each page is blank or has the init info of the second format. */
function expectSecondOnly(flash: BufferStorage, what: string): void {
  for (let page = 0; page < flash.numPages; page++) {
    const init = words(flash)[(page * flash.pageSize) / 4] ?? 0;
    if (!flash.isErased(page, 0)) {
      expect(init !== -1 && singleDifference(init) === 0 && isSecondInit(init), what).to.equal(
        true,
      );
    }
  }
}

describe('libraries/persistent-store/extensions/format-migration', () => {
  it(`${RULE} the separator 0x83ffffff is no valid entry today, and a user header on its way can look like it`, () => {
    expect(SEPARATOR >>> 0).to.equal(0x83ff_ffff);
    expect(singleDifference(SEPARATOR)).to.not.equal(0);
    // A header whose checksum is 32, of which only the checksum has been written.
    const buffer = new Int32Array(4);
    const found = Array.from({ length: 4096 }, (_, key) => {
      buildUser(buffer, new Uint8Array(buffer.buffer), key, Uint8Array.of(0, 0));
      return buffer[0] ?? 0;
    }).filter((header) => (SEPARATOR & header) === header);
    expect(found).to.have.length.greaterThan(0);
  });

  it('changes places of key and length and keeps the rest of a header', () => {
    const buffer = new Int32Array(258);
    for (const [key, length] of [
      [0, 0],
      [4095, 1020],
      [0x5a3, 0x133],
    ] as const) {
      buildUser(buffer, new Uint8Array(buffer.buffer), key, new Uint8Array(length));
      const header = buffer[0] ?? 0;
      const second = toSecond(header);
      expect((second >>> 4) & 0xfff).to.equal(key);
      expect((second >>> 16) & 0x3ff).to.equal(length);
      expect(second & 0xf).to.equal(header & 0xf);
      expect(second >>> 26).to.equal(header >>> 26);
      expect(toFirst(second)).to.equal(header);
      expect(headerKey(toFirst(second))).to.equal(key);
    }
    const init = buildSecondInit(77, 5);
    expect([initCycle(init), initPrefix(init), singleDifference(init)]).to.deep.equal([77, 5, 0]);
    expect([isSecondInit(init), isSecondInit(buildInit(77, 5))]).to.deep.equal([true, false]);
  });

  for (const deferred of [false, true]) {
    it(`${RULE} all content is in the new format afterwards, and nothing in the old one${deferred ? ' (deferred)' : ''}`, () => {
      for (let replacements = 0; replacements < 120; replacements++) {
        const desk = used(64, 6, replacements);
        const { flash } = desk;
        const entries = desk.entries();
        expect(migrate(flash, deferred), `${replacements}`).to.equal('Ok');
        expect(secondEntries(flash)).to.deep.equal(entries);
        expectSecondOnly(flash, `${replacements}`);
        expect(flash.violation).to.equal(undefined);
        const before = { ...flash.counts };
        expect(migrate(flash, deferred)).to.equal('Ok');
        expect(flash.counts).to.deep.equal(before);
      }
    });
  }

  it('migrates a flash that was never used', () => {
    const flash = new BufferStorage(geometry(64, 6));
    expect(migrate(flash)).to.equal('Ok');
    expect(secondEntries(flash)).to.deep.equal([]);
    expect(migrate(flash)).to.equal('Ok');
  });

  it('says NoCapacity when what is live does not fit twice, and the store is as before', () => {
    const desk = used(64, 5, 0);
    desk.call(desk.store.insert(3, new Uint8Array(40)));
    desk.call(desk.store.insert(4, new Uint8Array(36)));
    desk.call(desk.store.insert(5, new Uint8Array(8)));
    const entries = desk.entries();
    expect(migrate(desk.flash)).to.equal('NoCapacity');
    desk.reboot();
    expect(desk.entries()).to.deep.equal(entries);
  });

  it('says NoLifetime when a page to be erased has no cycles left, and the store is as before', () => {
    const desk = used(64, 6, 0, 1);
    let result = 'Ok';
    for (let n = 0; result === 'Ok'; n++)
      result = desk.outcome(desk.store.insert(1, Uint8Array.of(n)));
    const entries = desk.entries();
    expect(migrate(desk.flash)).to.equal('NoLifetime');
    desk.reboot();
    expect(desk.entries()).to.deep.equal(entries);
    expect(desk.flash.violation).to.equal(undefined);
  });

  it('says NoLifetime also when no compaction is needed before', () => {
    const desk = used(64, 6, 0, 0);
    const entries = desk.entries();
    expect(migrate(desk.flash)).to.equal('NoLifetime');
    desk.reboot();
    expect(desk.entries()).to.deep.equal(entries);
    expect(desk.flash.violation).to.equal(undefined);
  });

  it('takes the word of the separator for nothing where it is not announced', () => {
    const desk = used(64, 6, 3);
    const entries = desk.entries();
    const lifetime = desk.call(desk.store.lifetime()).used;
    // What a header on its way may leave.
    words(desk.flash)[2 + lifetime] = SEPARATOR;
    expect(migrate(desk.flash)).to.equal('Ok');
    expect(secondEntries(desk.flash)).to.deep.equal(entries);
    expect(desk.flash.violation).to.equal(undefined);
  });

  it('does not take an entry of its own key for an announcement, whatever is behind it', () => {
    const desk = used(64, 6, 1);
    desk.call(desk.store.insert(9, new Uint8Array(40)));
    desk.call(desk.store.insert(3, new Uint8Array(32)));
    const lifetime = (): number => desk.call(desk.store.lifetime()).used;
    // In the fourth page: the two after it are too short for the 28 words that are live.
    while (lifetime() < 48) desk.call(desk.store.insert(1, Uint8Array.of(1)));
    const entries = desk.entries();
    desk.call(desk.store.insert(ANNOUNCE_KEY, Uint8Array.of(1, 2, 3, 4)));
    words(desk.flash)[3 * 16 + 2 + (lifetime() % 14)] = SEPARATOR;
    expect(migrate(desk.flash)).to.equal('Ok');
    expect(secondEntries(desk.flash)).to.deep.equal(entries);
  });

  it(`${RULE} every step is resumed after every cut, and until the separator the old content is there`, function () {
    this.timeout(60_000);
    let cases = 0;
    for (const [pageSize, pages, replacements, more] of [
      [64, 6, 3, undefined],
      // 14 words are live: the erase word begins a page.
      [64, 6, 1, 20],
      [64, 6, 29, undefined],
      [64, 5, 11, undefined],
      [32, 12, 20, undefined],
    ] as const) {
      const desk = used(pageSize, pages, replacements);
      if (more !== undefined) desk.call(desk.store.insert(9, new Uint8Array(more)));
      const { flash: start, store } = desk;
      const handles = store.handles();
      const expected = JSON.stringify(
        (handles.ok ? handles.value : [])
          .map(({ key }) => {
            const found = runAtOnce(store.find(key));
            return [key, found.ok ? [...(found.value ?? [])] : []];
          })
          .sort(([a], [b]) => Number(a) - Number(b)),
      );
      const see = (flash: BufferStorage): string | undefined =>
        migrate(flash) === 'Ok' ? JSON.stringify(secondEntries(flash)) : undefined;
      const choices = pageSize === 32 ? ['xorshift:3'] : TORN.slice(1);
      cases += cutEverywhere(
        { start, run: (flash) => void migrate(flash), see, choices },
        (seen, flash, what) => {
          expect(seen, what).to.equal(expected);
          expectSecondOnly(flash, what);
        },
      );
    }
    expect(cases).to.be.greaterThan(5000);
  });

  it('says StorageError when the flash cannot be read, and does not begin anew', () => {
    const { flash } = used(64, 6, 3);
    for (let reads = 0; reads < 60; reads++) {
      const copy = flash.clone();
      const steps = new FormatMigration(new DeferredStorage(copy)).migrateFormat();
      let step = steps.next();
      for (let n = 0; n < reads && step.done !== true; n++)
        step = steps.next(perform(step.value, copy));
      if (step.done === true) break;
      const before = { ...copy.counts };
      const last = steps.next(false);
      expect(last.done === true && !last.value.ok && last.value.error).to.equal('StorageError');
      expect(copy.counts).to.deep.equal(before);
    }
  });

  it('leaves a store that opens in the first format until the separator is whole', () => {
    const { flash } = used(64, 6, 29);
    const total = 400;
    let opened = 0;
    for (let delay = 0; delay < total; delay++) {
      const copy = flash.clone();
      copy.arm(delay);
      migrate(copy);
      copy.corrupt(() => false);
      if (words(copy).includes(SEPARATOR) || runAtOnce(readSecond(copy)).ok) break;
      expect(runAtOnce(new Store(copy).boot()).ok).to.equal(true);
      opened += 1;
    }
    expect(opened).to.be.within(2, total - 1);
  });
});
