// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Tock's log in both modes: bytes in flash, what an append and a sync cost, what a boot finds, hostile images.
 *
 * NON-TOCK: tests; the bytes of the literal mode are those that `capsules/extra/src/log.rs` writes.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import { crc32 } from '#libraries/crc';
import { putWord, wordAt } from '#libraries/words';
import { HARDENED, LITERAL } from '#libraries/tock-log/mode';
import { TockLog } from '#libraries/tock-log/tock-log';
import { Bench, entries, entry, geometry } from './support.ts';

const MODES = { hardened: HARDENED, literal: LITERAL } as const;

describe('libraries/tock-log', () => {
  it('the checksum is CRC-32 as in IEEE 802.3, by its check value', () => {
    const text = new TextEncoder().encode('123456789');
    expect(crc32(text)).to.equal(0xcbf4_3926);
    expect(crc32(Uint8Array.of(0, ...text, 0), 1, 10)).to.equal(0xcbf4_3926);
  });

  it('as Tock has it a page is its offset, then lengths and entries, then ones', () => {
    const bench = new Bench(LITERAL, 32, 3);
    bench.append(Uint8Array.of(7, 8, 9), Uint8Array.of(1), new Uint8Array(20).fill(5));
    const header = [0, 0, 0, 0];
    expect([...bench.page(0)]).to.deep.equal([
      ...header,
      ...[3, 0, 0, 0, 7, 8, 9],
      ...[1, 0, 0, 0, 1],
      ...Array.from({ length: 16 }, () => 0xff),
    ]);
    bench.sync();
    expect([...bench.page(1).subarray(0, 9)]).to.deep.equal([32, 0, 0, 0, 20, 0, 0, 0, 5]);
  });

  it('hardened it is a checksum over the rest, the offset, where the entries end', () => {
    const bench = new Bench(HARDENED, 32, 3);
    bench.append(Uint8Array.of(7, 8, 9), new Uint8Array(16).fill(5));
    const page = bench.page(0);
    expect([wordAt(page, 4), wordAt(page, 8)]).to.deep.equal([0, 19]);
    expect([...page.subarray(12, 19)]).to.deep.equal([3, 0, 0, 0, 7, 8, 9]);
    expect(wordAt(page, 0)).to.equal(crc32(page.subarray(4)));
  });

  for (const [name, mode] of Object.entries(MODES)) {
    describe(name, () => {
      const room = 4096 - mode.headerSize;

      it('an append costs nothing but the page that it fills: 8 pages of 4096 bytes, records of 16', () => {
        const bench = new Bench(mode, 4096, 8);
        const perPage = Math.floor(room / 20);
        expect(perPage).to.equal(204);
        const pages = 100;
        expect(bench.append(...entries(0, pages * perPage + 1))).to.equal('Ok');
        // The first time around the pages are blank.
        expect(bench.flash.counts.erases).to.equal(pages - 8);
        expect(bench.flash.counts.wordsWritten).to.equal(pages * 1024);
        expect(bench.flash.violation).to.equal(undefined);
      });

      it('a sync after each append is a page write each, and an erasure: 1024 words, 1000 of 1000', () => {
        const bench = new Bench(mode, 4096, 8);
        for (let number = 0; number < 1000; number++) {
          bench.append(entry(number));
          bench.sync();
        }
        const { wordsWritten, erases } = bench.flash.counts;
        // Tock writes a page that is full and in flash once more before it turns: 4 times here.
        const extra = mode === LITERAL ? 4 : 0;
        expect(wordsWritten).to.equal((1000 + extra) * 1024);
        expect(erases).to.equal(1000 + extra - (mode === LITERAL ? 5 : 8));
      });

      it('wears pages alike over many turns', () => {
        const [bench, random] = [new Bench(mode, 64, 4), new Random(3)];
        for (let number = 0; number < 4000; number++) {
          bench.append(entry(number));
          if (random.below(8) === 0) bench.sync();
        }
        const { pageErases } = bench.flash;
        expect(Math.max(...pageErases) / Math.min(...pageErases)).to.be.lessThan(1.2);
      });

      it('refuses empty entries and those that no page has room for, and takes the longest', () => {
        const bench = new Bench(mode);
        const { maxEntryLength } = bench.log;
        expect(maxEntryLength).to.equal(64 - mode.headerSize - 4);
        expect(bench.append(new Uint8Array(0))).to.equal('InvalidArgument');
        expect(bench.append(entry(0, maxEntryLength + 1))).to.equal('InvalidArgument');
        expect(bench.append(...entries(0, 3, maxEntryLength))).to.equal('Ok');
        expect(bench.shown).to.deep.equal(entries(0, 3, maxEntryLength));
      });

      it('needs no RAM that grows with the content', () => {
        const bench = new Bench(mode, 4096, 8);
        const { fixed, content } = bench.log.ram();
        expect([fixed, content]).to.deep.equal([4096 + 16 + 8 * mode.ramPerPage, 0]);
      });

      it('boots on what any of its runs left, and shows the newest of it, with gaps in RAM lost', () => {
        const random = new Random(4);
        const bench = new Bench(mode, 128, 5);
        let [number, synced] = [0, 0];
        for (let count = 0; count < 600; count++) {
          const dice = random.below(8);
          if (dice < 6) bench.append(entry(number++, 1 + random.below(60)));
          else if (dice === 6) {
            bench.sync();
            synced = number;
          } else {
            bench.boot();
            const { shown } = bench;
            expect(shown.length).to.be.greaterThan(0);
            number = synced = Math.max(synced, numberOf(shown, number));
          }
          expect(bench.flash.violation).to.equal(undefined);
        }
      });

      it('ends on any image: noise, crafted lengths, offsets at their end', () => {
        const random = new Random(8);
        for (let count = 0; count < 300; count++) {
          const flash = new BufferStorage(geometry(64, 4), false);
          flash.image.forEach((_, at) => (flash.image[at] = random.below(256)));
          for (let page = 0; page < 4; page++)
            craft(flash.image.subarray(page * 64, page * 64 + 64), page);
          const bench = new Bench(mode, 64, 4, true, flash);
          const { shown } = bench;
          if (typeof shown === 'string') expect(shown).to.equal('InvalidStorage');
          bench.append(entry(1));
          bench.sync();
        }

        function craft(page: Uint8Array, at: number): void {
          if (random.below(2) === 0) return;
          const offset = random.below(2) === 0 ? 2 ** 32 - 64 : random.below(20) * 64;
          const end = [0, 12, 13, 20, 64, 65, 2 ** 31][random.below(7)] ?? 0;
          if (mode === LITERAL) putWord(page, 0, (offset - (offset % 256) + at * 64) >>> 0);
          else
            for (const [where, word] of [
              [4, offset],
              [8, end],
            ] as const)
              putWord(page, where, word);
          putWord(page, mode.headerSize, [0, 1, 48, 2 ** 32 - 1][random.below(4)] ?? 0);
          if (mode === HARDENED) putWord(page, 0, crc32(page, 4));
        }
      });

      it('says that the flash failed, and goes on when it works again', () => {
        const bench = new Bench(mode);
        bench.append(entry(0));
        bench.flash.arm(0);
        expect(bench.sync()).to.equal('StorageError');
        bench.flash.corrupt(() => false);
        expect(bench.sync()).to.equal('Ok');
        bench.flash.arm(0);
        expect(runAtOnce(bench.log.clear())).to.deep.equal({ ok: false, error: 'StorageError' });
        bench.flash.corrupt(() => false);
        bench.boot();
        expect(bench.shown).to.deep.equal([entry(0)]);
      });

      it('does the same split-phase', () => {
        const flash = new BufferStorage(geometry(64, 4));
        const log = new TockLog(new DeferredStorage(flash), { mode, circular: true });
        expect(runAtOnce(log.boot(), flash).ok).to.equal(true);
        const other = new Bench(mode);
        for (let number = 0; number < 30; number++) {
          runAtOnce(log.append(entry(number)), flash);
          other.append(entry(number));
          if (number % 4 !== 0) continue;
          runAtOnce(log.sync(), flash);
          other.sync();
        }
        expect(flash.image).to.deep.equal(other.flash.image);
        const shown = runAtOnce(log.entries(), flash);
        expect(shown.ok && shown.value).to.deep.equal(other.shown);
      });
    });
  }

  it('TS-06: of ten entries without a sync those of full pages survive', () => {
    for (const mode of [LITERAL, HARDENED]) {
      const bench = new Bench(mode, 64, 8);
      bench.append(...entries(0, 10));
      bench.boot();
      const perPage = mode === LITERAL ? 3 : 2;
      expect(bench.shown).to.deep.equal(entries(0, Math.floor(9 / perPage) * perPage));
    }
  });

  it('hardened keeps the newest pages but one, whatever the number of syncs', () => {
    const bench = new Bench(HARDENED, 64, 4);
    for (let number = 0; number < 60; number++) {
      bench.append(entry(number));
      bench.sync();
      const kept = Math.min(number + 1, number % 2 === 0 ? 7 : 6);
      expect(bench.shown, `${number}`).to.deep.equal(entries(number + 1 - kept, number + 1));
    }
  });

  it('hardened a page that decayed costs its own entries, and no others', () => {
    const bench = new Bench(HARDENED, 64, 5);
    bench.append(...entries(0, 6));
    bench.sync();
    bench.flash.image[64 + 30] = (bench.flash.image[64 + 30] ?? 0) ^ 4;
    bench.boot();
    expect(bench.shown).to.deep.equal([...entries(0, 2), ...entries(4, 6)]);
  });

  it('hardened believes no page whose offset is none, or whose entries end where none can', () => {
    for (const [offset, end, isBelieved] of [
      [64, 33, true],
      [65, 33, false],
      [64, 12, false],
      [64, 64, true],
      [64, 65, false],
      [64, 68, false],
    ] as const) {
      const bench = new Bench(HARDENED);
      const page = bench.flash.image.subarray(128, 192);
      page.set([17, 0, 0, 0, ...new Uint8Array(17)], 12);
      if (end >= 64) putWord(page, 12, 48);
      for (const [at, word] of [
        [4, offset],
        [8, end],
      ] as const) {
        putWord(page, at, word);
      }
      putWord(page, 0, crc32(page, 4));
      bench.boot();
      expect(bench.shown, `${offset}, ${end}`).to.have.length(isBelieved ? 1 : 0);
      expect(bench.log.start).to.equal(isBelieved ? 64 + 12 : 12);
    }
  });

  it('hardened goes on around the flash after a boot: eight syncs of one page write each of four twice', () => {
    const bench = new Bench(HARDENED);
    for (let number = 0; number < 8; number++) {
      bench.append(entry(number, 1));
      bench.sync();
      bench.boot();
    }
    expect(bench.shown).to.deep.equal(entries(0, 8, 1));
    expect([...bench.flash.pageErases]).to.deep.equal([1, 1, 1, 1]);
  });

  it('a linear log that a cut erased half of has all of its room again', () => {
    const bench = new Bench(HARDENED, 64, 4, false);
    expect(bench.append(...entries(0, 6))).to.equal('Ok');
    expect(bench.append(entry(6))).to.equal('NoCapacity');
    bench.sync();
    bench.flash.arm(2);
    runAtOnce(bench.log.clear());
    bench.flash.corrupt(() => false);
    bench.boot();
    expect(bench.shown).to.deep.equal(entries(4, 6));
    expect(bench.append(...entries(6, 10))).to.equal('Ok');
    expect(bench.append(entry(10))).to.equal('NoCapacity');
    bench.sync();
    bench.boot();
    expect(bench.shown).to.deep.equal(entries(4, 10));
  });
});

/** The number after the last entry shown. */
function numberOf(shown: readonly Uint8Array[] | string, most: number): number {
  if (typeof shown === 'string') return most;
  const last = shown.at(-1);
  for (let number = most; number >= 0; number--) {
    if (entry(number, 1)[0] === last?.[0]) return number + 1;
  }
  return 0;
}
