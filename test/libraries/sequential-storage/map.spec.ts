// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The map: what it answers, what it writes, and what it refuses.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { SEQUENTIAL_MAP, SEQUENTIAL_MAP_LITERAL } from '#libraries/sequential-storage/definition';
import { itemSize, maxItemLength } from '#libraries/sequential-storage/format';
import { HARDENED, LITERAL } from '#libraries/sequential-storage/mode';
import { ALL_CACHES, MapInWords, VARIANTS, cut, flashOf, said } from './support.ts';
import type { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import { SequentialMap } from '#libraries/sequential-storage/map';

const ZERO = Uint8Array.of(0, 0, 0, 0);

/** The start and end marker of each page, and whether a page is blank. */
function markers(flash: BufferStorage): string[] {
  return Array.from({ length: flash.numPages }, (_, page) => {
    const start = flash.readWord(page, 0) === 0;
    const end = flash.readWord(page, flash.pageSize - 4) === 0;
    if (!start && !end) return flash.isErased(page, 0) ? 'blank' : 'dirty';
    return start ? (end ? 'closed' : 'partial') : 'corrupt';
  });
}

for (const [name, mode, caches] of VARIANTS) {
  describe(`libraries/sequential-storage/map, ${name}`, () => {
    const open = (flash: BufferStorage): MapInWords => new MapInWords(flash, mode, caches);

    it('shows the newest value of a key, and none of one that was never set (SM-02, SM-03)', () => {
      const map = open(flashOf(4));
      expect(map.get(7)).to.equal('none');
      expect([map.put(7, 1), map.put(8, 2), map.put(7, 3), map.put(0xffff)]).to.deep.equal(
        Array(4).fill('Ok'),
      );
      expect(map.content()).to.deep.equal({ 7: '3', 8: '2', 65535: '' });
      expect(open(map.flash).content()).to.deep.equal(map.content());
    });

    it('takes an item that fills a page between its markers, and no longer one (SM-04)', () => {
      const map = open(flashOf(4));
      const most = 64 - 4 - 4 - 8 - 2;
      expect(map.put(1, ...new Uint8Array(most + 1))).to.equal('InvalidArgument');
      expect(map.flash.counts.writeCalls).to.equal(0);
      expect(map.put(1, ...new Uint8Array(most))).to.equal('Ok');
      expect(map.get(1)).to.equal(new Uint8Array(most).join());
      expect([map.put(-1), map.put(0x10000), map.delete(-1), map.get(1.5)]).to.deep.equal(
        Array(4).fill('InvalidArgument'),
      );
    });

    it('opens a page by its first marker and closes it by its last (SM-05)', () => {
      const map = open(flashOf(4));
      expect(markers(map.flash)).to.deep.equal(['blank', 'blank', 'blank', 'blank']);
      map.put(1, 1);
      expect(markers(map.flash)).to.deep.equal(['partial', 'blank', 'blank', 'blank']);
      for (let count = 0; count < 4; count++) map.put(1, count);
      expect(markers(map.flash)).to.deep.equal(['closed', 'partial', 'blank', 'blank']);
    });

    it('moves what only the page behind the new one holds, and erases that (SM-06)', () => {
      const map = open(flashOf(4));
      // Four items a page; the fifth of each goes to the next page.
      map.put(1, 1);
      for (let count = 1; count < 12; count++) map.put(2, count);
      expect(markers(map.flash)).to.deep.equal(['closed', 'closed', 'partial', 'blank']);
      expect(map.flash.counts.erases).to.equal(0);
      map.put(2, 99);
      map.put(2, 100);
      expect(markers(map.flash)).to.deep.equal(['blank', 'closed', 'closed', 'partial']);
      expect(map.flash.counts.erases).to.equal(1);
      expect(map.content()).to.deep.equal({ 1: '1', 2: '100' });
    });

    it('refuses what does not fit beside all others, and keeps these (SM-08)', () => {
      const map = open(flashOf(4));
      let key = 0;
      while (map.put(key, key) === 'Ok') key += 1;
      // Three pages of four items: one page is always free.
      expect(key).to.equal(12);
      const expected = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [at, `${at}`]));
      expect(map.content()).to.deep.equal(expected);
      expect(map.put(12, 12)).to.equal('NoCapacity');
      expect(open(map.flash).content()).to.deep.equal(expected);
      expect(map.delete(3)).to.equal('Ok');
      expect(map.put(12, 12)).to.equal('Ok');
    });

    it('has no key left when all are taken away (SM-10)', () => {
      const map = open(flashOf(4));
      for (let count = 0; count < 14; count++) map.put(count % 5, count);
      expect(said(runAtOnce(map.map.clear()))).to.equal('Ok');
      expect(map.content()).to.deep.equal({});
      expect(open(map.flash).content()).to.deep.equal({});
      expect(map.flash.violation).to.equal(undefined);
    });

    it('erases again a page with its last marker alone (SM-11)', () => {
      const map = open(flashOf(4));
      map.put(1, 1);
      map.flash.image.fill(0, 4 * 64 - 4);
      const again = open(map.flash);
      expect(markers(map.flash)).to.deep.equal(['partial', 'blank', 'blank', 'blank']);
      expect(again.content()).to.deep.equal({ 1: '1' });
    });

    it('skips an item whose data is not what its header says, and finds those behind it (SM-14)', () => {
      const map = open(flashOf(4));
      map.put(1, 1);
      map.put(2, 2);
      map.put(3, 3);
      map.flash.image[4 + itemSize(3) + 8 + 2] = 0;
      expect(open(map.flash).content()).to.deep.equal({ 1: '1', 3: '3' });
    });

    it('says how many bytes a buffer lacks (SM-15)', () => {
      const map = open(flashOf(4));
      map.put(1, 5, 6, 7);
      const into = new Uint8Array(4);
      expect(runAtOnce(map.map.getInto(1, into.subarray(0, 2)))).to.deep.equal({
        ok: false,
        error: { needed: 3 },
      });
      expect(runAtOnce(map.map.getInto(1, into))).to.deep.equal({ ok: true, value: 3 });
      expect([...into]).to.deep.equal([5, 6, 7, 0]);
      expect(runAtOnce(map.map.getInto(2, into))).to.deep.equal({ ok: true, value: undefined });
    });

    it('programs each word once as long as nothing is deleted (SM-18)', () => {
      const flash = flashOf(4, 128, 1);
      const map = open(flash);
      const random = new Random(3);
      for (let count = 0; count < 1000; count++) {
        const value = new Uint8Array(random.below(12)).map(() => random.below(256));
        expect(map.put(random.below(6), ...value)).to.equal('Ok');
      }
      expect(flash.counts.erases).to.be.greaterThan(20);
      expect(flash.violation).to.equal(undefined);
      map.delete(1);
      expect(flash.violation).to.match(/number 2/);
    });

    it('is a map, over boots and thousands of operations', () => {
      const random = new Random(8);
      const flash = flashOf(5);
      const model = new Map<number, string>();
      let map = open(flash);
      for (let count = 0; count < 500; count++) {
        const key = random.below(10);
        if (random.below(20) === 0) map = open(flash);
        if (random.below(4) === 0) {
          expect(map.delete(key)).to.equal('Ok');
          model.delete(key);
        } else {
          const value = new Uint8Array(random.below(20)).map(() => random.below(256));
          if (map.put(key, ...value) === 'Ok') model.set(key, value.join());
        }
        expect(map.content()).to.deep.equal(Object.fromEntries(model));
      }
      expect(flash.violation).to.equal(undefined);
      expect(flash.counts.erases).to.be.greaterThan(20);
    });

    it('does the same when every access comes later', () => {
      const [now, later] = [flashOf(4), flashOf(4)];
      const map = open(now);
      const deferred = new SequentialMap(new DeferredStorage(later), mode, caches);
      runAtOnce(deferred.boot(), later);
      for (let count = 0; count < 40; count++) {
        map.put(count % 3, count);
        runAtOnce(deferred.put(count % 3, Uint8Array.of(count)), later);
      }
      runAtOnce(deferred.delete(2), later);
      map.delete(2);
      expect(later.image).to.deep.equal(now.image);
      expect(runAtOnce(deferred.get(0), later)).to.deep.equal(runAtOnce(map.map.get(0)));
      expect(runAtOnce(deferred.keys(), later)).to.deep.equal(runAtOnce(map.map.keys()));
    });

    it('says so when the flash fails, wherever it does, and writes nothing after', () => {
      for (let calls = 0; calls < 40; calls++) {
        const flash = flashOf(4);
        flash.arm(calls);
        const map = open(flash);
        let outcome = map.booted;
        for (let count = 0; outcome === 'Ok'; count++) {
          outcome = count < 16 ? map.put(count % 3, count) : map.delete(count % 3);
        }
        expect(outcome).to.equal('StorageError');
        expect(flash.violation).to.equal(undefined);
      }
    });
  });
}

describe('libraries/sequential-storage/map', () => {
  it('needs one page more than that which it moves (SM-07)', () => {
    const one = { wordSize: 4, pageSize: 64, numPages: 1, maxWordWrites: 2, maxPageErases: 9 };
    expect(SEQUENTIAL_MAP_LITERAL.refuses(one)).to.equal('needs 2 pages or more');
    expect(SEQUENTIAL_MAP_LITERAL.refuses({ ...one, numPages: 2 })).to.equal(undefined);
    expect(SEQUENTIAL_MAP.refuses({ ...one, numPages: 2 })).to.equal('needs 3 pages or more');
    expect(SEQUENTIAL_MAP.refuses({ ...one, numPages: 3 })).to.equal(undefined);
  });

  for (const [name, mode] of [
    ['literal', LITERAL],
    ['hardened', HARDENED],
  ] as const) {
    it(`${name}: a cut in a removal shows the newest value or none, never an older one (SM-09)`, () => {
      for (let calls = 0; calls < 5; calls++) {
        for (const part of [0, 0.3, 0.7, 1]) {
          const map = new MapInWords(flashOf(4), mode);
          // Four items a page: the newest of the key is alone in the second page, and not in the last.
          for (let count = 1; count <= 5; count++) map.put(5, count);
          for (let count = 0; count < 4; count++) map.put(6, count);
          cut(
            map.flash,
            calls,
            () => map.delete(5),
            (bit, total) => bit < total * part,
          );
          expect(new MapInWords(map.flash, mode).get(5)).to.be.oneOf(['5', 'none']);
        }
      }
    });
  }

  /** Words and erasures of an update, once every page has gone round. */
  function costs(keys: number, length: number): { words: number; erases: number } {
    const flash = flashOf(8, 4096);
    const map = new SequentialMap(flash, HARDENED, { ...ALL_CACHES, keys: 256 });
    runAtOnce(map.boot());
    const random = new Random(1);
    const value = new Uint8Array(length);
    const update = (key: number): void => {
      value[0] = random.below(256);
      expect(runAtOnce(map.put(key, value)).ok).to.equal(true);
    };
    for (let key = 0; key < keys; key++) update(key);
    for (let count = 0; count < 4000; count++) update(random.below(keys));
    const { wordsWritten, erases } = flash.counts;
    const updates = 12_000;
    for (let count = 0; count < updates; count++) update(random.below(keys));
    return {
      words: (flash.counts.wordsWritten - wordsWritten) / updates,
      erases: ((flash.counts.erases - erases) / updates) * 1000,
    };
  }

  it('writes an item a time and erases once a page, as the closed form has it (SM-17)', () => {
    for (const [keys, length, words, erases] of [
      [64, 16, 7.0, 6.67],
      [1, 4, 4.0, 3.75],
      [200, 32, 11.7, 11.4],
    ] as const) {
      const size = itemSize(2 + length);
      const perPage = Math.floor((maxItemLength({ pageSize: 4096 }) + 8) / size);
      const measured = costs(keys, length);
      expect(measured.words / words).to.be.within(0.98, 1.02);
      expect(measured.erases / erases).to.be.within(0.95, 1.05);
      // The cost of moving is the same factor in both: items moved for each page that is erased.
      const factor = measured.words / (size / 4);
      expect(measured.erases / ((1000 / perPage) * factor)).to.be.within(0.98, 1.02);
    }
  });

  it('does not append where something stands behind the blank begin of a page', () => {
    const flash = flashOf(3);
    new MapInWords(flash).put(1, 1);
    flash.image[40] = 0;
    const map = new MapInWords(flash);
    const value = new Uint8Array(20).fill(7);
    expect(map.put(2, ...value)).to.equal('Ok');
    expect(new MapInWords(flash).content()).to.deep.equal({ 1: '1', 2: value.join() });
    expect(flash.violation).to.equal(undefined);
  });

  it('refuses an image in which no page can be written to', () => {
    const flash = flashOf(4);
    for (let page = 0; page < 4; page++) {
      flash.write(page, 0, ZERO, 0, 4);
      flash.write(page, 60, ZERO, 0, 4);
    }
    expect(new MapInWords(flash).booted).to.equal('InvalidStorage');
    expect(new MapInWords(flash, LITERAL).booted).to.equal('InvalidStorage');
  });
});
