// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TinyOS's log in both modes: what an append leaves, what a boot finds, what a reader gets, when it is full.
 *
 * NON-TOCK: tests; the rules are those of TEP 129, section 3, and of TEP 103 for reading.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import { HARDENED, LITERAL } from '#libraries/tinyos/log-mode';
import { LogStorage, SEEK_BEGINNING } from '#libraries/tinyos/log-storage';
import { Volume } from '#libraries/tinyos/volume';
import { LogBench, entries, entry, said, valueOf } from './log-support.ts';

const MODES = { hardened: HARDENED, literal: LITERAL } as const;

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0xff);
const sizes = (list: readonly Uint8Array[], bench: LogBench): number =>
  list.reduce((sum, { length }) => sum + bench.options.mode.sizeOf(length), 0);

for (const [name, mode] of Object.entries(MODES)) {
  describe(`libraries/tinyos/log-storage, ${name}`, () => {
    it('an empty volume: reading is at its end at once; the first entry has cookie 0, at address 0 (TL-01)', () => {
      const bench = new LogBench(128, 4, { mode });
      expect(valueOf(bench.log.readRecord())).to.equal(undefined);
      expect(valueOf(bench.log.read(4))).to.have.length(0);
      expect([bench.log.currentOffset, bench.log.readOffset]).to.deep.equal([0, SEEK_BEGINNING]);
      expect(bench.append(entry(1))).to.equal('Ok');
      expect([...bench.unit(0).subarray(0, 5)]).to.deep.equal([0, 0, 0, 0, 16]);
      expect(isBlank(bench.unit(1))).to.equal(true);
      expect(bench.log.currentOffset).to.equal(1);
    });

    it('entries of 5, of no and of 255 bytes come back in their order, and then none (TL-02)', () => {
      const bench = new LogBench(512, 2, { mode });
      const three = [entry(1, 5), entry(2, 0), entry(3, 255)];
      expect(bench.append(...three)).to.equal('Ok');
      for (const log of [bench.log, bench.boot()]) {
        for (const each of three) expect(valueOf(log.readRecord())).to.deep.equal(each);
        expect(valueOf(log.readRecord())).to.equal(undefined);
      }
      expect(bench.append(entry(4, 256))).to.equal('TooLong');
      expect(new LogBench(64, 2, { mode }).log.maxLength).to.equal(64 - mode.headerSize);
    });

    it('an entry that does not fit begins the next unit, and what is left stays blank (TL-03)', () => {
      const bench = new LogBench(64, 4, { mode });
      bench.append(entry(1, 40), entry(2, 20));
      expect(isBlank(bench.unit(0).subarray(mode.sizeOf(40)))).to.equal(true);
      expect([...bench.unit(1).subarray(0, 5)]).to.deep.equal([1, 0, 0, 0, 20]);
      const random = new Random(1);
      for (let number = 3; number < 200; number++) {
        bench.append(entry(number, random.below(bench.log.maxLength + 1)));
        for (let unit = 0; unit < 4; unit++) expectWholeUnit(bench.unit(unit), mode.headerSize);
      }
    });

    it('a boot finds the next address to write behind the entries of the greatest first cookie (TL-04)', () => {
      const [kept, booted] = [new LogBench(128, 4, { mode }), new LogBench(128, 4, { mode })];
      const random = new Random(2);
      for (let number = 0; number < 120; number++) {
        const next = entry(number, random.below(30));
        kept.append(next);
        booted.boot();
        booted.append(next);
        expect(booted.log.currentOffset).to.equal(kept.log.currentOffset);
        expect(booted.flash.image, `entry ${number}`).to.deep.equal(kept.flash.image);
      }
    });

    it('a boot begins to read at the unit with the smallest first cookie, wherever it is (TL-05)', () => {
      const bench = new LogBench(128, 4, { mode });
      for (let number = 0; number < 60; number++) {
        bench.append(entry(number));
        const [oldest] = bench.shown;
        const log = bench.boot();
        expect(valueOf(log.readRecord())).to.deep.equal(oldest);
        expect(valueOf(log.read(1000)).length).to.equal(16 * (bench.shown.length - 1));
      }
    });

    it('a linear log that is full says so and erases nothing; erased, it is usable again (TL-06)', () => {
      const bench = new LogBench(128, 3, { mode, circular: false });
      const most = 3 * Math.floor(128 / mode.sizeOf(16));
      expect(bench.append(...entries(0, most))).to.equal('Ok');
      const [{ erases }, image] = [bench.flash.counts, bench.flash.image.slice()];
      for (const log of [bench.log, bench.boot()]) {
        expect(said(log.append(entry(most)))).to.equal('NoCapacity');
        expect([bench.flash.counts.erases, bench.flash.image]).to.deep.equal([erases, image]);
        expect(bench.shown).to.deep.equal(entries(0, most));
      }
      expect(said(bench.log.erase())).to.equal('Ok');
      expect(isBlank(bench.flash.image)).to.equal(true);
      expect([bench.shown, bench.log.currentOffset]).to.deep.equal([[], 0]);
      expect(bench.append(...entries(5, 5 + most))).to.equal('Ok');
      bench.boot();
      expect(bench.shown).to.deep.equal(entries(5, 5 + most));
    });

    it('a circular log of two units holds one of them at least, in order, without a gap (TL-07)', () => {
      const bench = new LogBench(256, 2, { mode });
      const perUnit = Math.floor(256 / mode.sizeOf(16));
      for (let number = 0; number < 20 * perUnit; number++) {
        expect(bench.append(entry(number))).to.equal('Ok');
        const { shown } = bench;
        expect(shown).to.deep.equal(entries(number + 1 - shown.length, number + 1));
        expect(shown.length).to.be.at.least(Math.min(number + 1, perUnit));
      }
      expect(bench.flash.violation).to.equal(undefined);
    });

    it('of entries of any size a circular log holds more than half of its units but one (TL-07)', () => {
      const bench = new LogBench(128, 5, { mode });
      const random = new Random(3);
      const list: Uint8Array[] = [];
      for (let number = 0; number < 400; number++) {
        list.push(entry(number, random.below(bench.log.maxLength + 1)));
        expect(bench.append(...list.slice(-1))).to.equal('Ok');
        const { shown } = bench;
        expect(shown).to.deep.equal(list.slice(-shown.length));
        if (shown.length < list.length) expect(sizes(shown, bench)).to.be.at.least(2 * 129);
      }
    });

    it('a unit is erased before its first entry is programmed (TL-08)', () => {
      const bench = new LogBench(128, 2, { mode });
      const perUnit = Math.floor(128 / mode.sizeOf(16));
      bench.append(...entries(0, 2 * perUnit));
      const [oldest, newest] = [bench.unit(0), bench.unit(1)];
      // Of the calls of the next append the first goes through: it has erased, and nothing is programmed.
      bench.flash.arm(1);
      expect(bench.append(entry(9))).to.equal('StorageError');
      bench.flash.disarm();
      expect([isBlank(oldest), isBlank(bench.unit(0))]).to.deep.equal([false, true]);
      expect(bench.unit(1)).to.deep.equal(newest);
      bench.boot();
      bench.append(entry(9));
      expect(bench.unit(0).subarray(0, 5)).to.deep.equal(Uint8Array.of(2 * perUnit, 0, 0, 0, 16));
    });

    it('a seek finds each entry there is; overwritten, the beginning; one to come is refused (TL-09)', () => {
      const bench = new LogBench(128, 4, { mode });
      bench.append(...entries(0, 40));
      const { shown } = bench;
      const first = 40 - shown.length;
      for (const log of [bench.log, bench.boot()]) {
        for (let cookie = 39; cookie >= first; cookie--) {
          expect(said(log.seek(cookie))).to.equal('Ok');
          expect(valueOf(log.readRecord())).to.deep.equal(entry(cookie));
          expect(log.readOffset).to.equal(cookie + 1);
        }
        for (const cookie of [SEEK_BEGINNING, first - 1, first]) {
          expect(said(log.seek(cookie))).to.equal('Ok');
          expect(valueOf(log.readRecord())).to.deep.equal(entry(first));
        }
        expect(said(log.seek(41))).to.equal('InvalidArgument');
        expect(said(log.seek(log.currentOffset))).to.equal('Ok');
        expect(valueOf(log.readRecord())).to.equal(undefined);
      }
    });

    it('a boot in the middle of a unit goes on there, and overwrites nothing (TL-10)', () => {
      const bench = new LogBench(128, 4, { mode });
      bench.append(...entries(0, 2));
      const before = bench.unit(0).slice(0, 2 * mode.sizeOf(16));
      bench.boot();
      bench.append(entry(2));
      expect(bench.unit(0).subarray(0, before.length)).to.deep.equal(before);
      expect(bench.unit(0)[before.length]).to.equal(2);
      bench.boot();
      expect(bench.shown).to.deep.equal(entries(0, 3));
    });

    it('the newest unit exactly full: the next entry goes to the next one, also after a boot (TL-16)', () => {
      const length = 32 - mode.headerSize;
      const bench = new LogBench(64, 3, { mode });
      bench.append(...entries(0, 2, length));
      expect(isBlank(bench.unit(0).subarray(63))).to.equal(false);
      bench.boot();
      expect(bench.append(entry(2, length))).to.equal('Ok');
      expect(bench.unit(1)[0]).to.equal(2);
      bench.boot();
      expect(bench.shown).to.deep.equal(entries(0, 3, length));
    });

    it('the append that gave up older entries says that records were lost, and no other (TL-17)', () => {
      const bench = new LogBench(128, 2, { mode });
      const perUnit = Math.floor(128 / mode.sizeOf(16));
      for (let number = 0; number < 40; number++) {
        const isLost = number >= 2 * perUnit && number % perUnit === 0;
        expect(bench.loses(entry(number)), `entry ${number}`).to.equal(isLost);
      }
    });

    it('a record of 10 bytes is read as 4 and 6; a longer read takes several (TL-18)', () => {
      const bench = new LogBench(128, 4, { mode });
      bench.append(...entries(0, 4, 10));
      const { log } = bench;
      expect(valueOf(log.read(4))).to.deep.equal(entry(0, 10).slice(0, 4));
      expect(log.readOffset).to.equal(0);
      expect(valueOf(log.read(6))).to.deep.equal(entry(0, 10).slice(4));
      expect(log.readOffset).to.equal(1);
      const two = [...entry(1, 10), ...entry(2, 10).slice(0, 3)];
      expect([...valueOf(log.read(13))]).to.deep.equal(two);
      expect(valueOf(log.readRecord())).to.deep.equal(entry(2, 10).slice(3));
      expect(valueOf(log.read(100))).to.deep.equal(entry(3, 10));
      expect(valueOf(log.read(100))).to.have.length(0);
      bench.append(entry(4, 10));
      expect(valueOf(log.read(100)), 'appended since').to.deep.equal(entry(4, 10));
    });

    it('a reader whose record was given up goes on at the beginning (TEP 103)', () => {
      const bench = new LogBench(128, 2, { mode });
      bench.append(...entries(0, 8));
      valueOf(bench.log.read(4));
      bench.append(...entries(8, 12));
      const [oldest] = bench.shown;
      expect(bench.log.readOffset).to.equal(SEEK_BEGINNING);
      expect(valueOf(bench.log.readRecord())).to.deep.equal(oldest);
      expect(bench.log.getSize()).to.equal(256);
    });

    it('does the same on a flash that answers later', () => {
      const bench = new LogBench(128, 3, { mode });
      const { flash } = new LogBench(128, 3, { mode });
      const later = new LogStorage(new Volume(new DeferredStorage(flash)), bench.options);
      runAtOnce(later.boot(), flash);
      for (const each of entries(0, 50, 13)) {
        bench.append(each);
        expect(runAtOnce(later.append(each), flash).ok).to.equal(true);
      }
      expect(flash.image).to.deep.equal(bench.flash.image);
      expect(runAtOnce(later.records(), flash)).to.deep.equal({ ok: true, value: bench.shown });
      expect(said(later.sync())).to.equal('Ok');
    });

    it('costs what the closed form says: 8 x 4096 B, 16 B: 1000 / entries a unit in a thousand (TL-19)', () => {
      const bench = new LogBench(4096, 8, { mode });
      const perUnit = Math.floor(4096 / mode.sizeOf(16));
      const rounds = 3;
      bench.append(...entries(0, 8 * perUnit));
      const before = bench.flash.counts.erases;
      bench.append(...entries(0, rounds * 8 * perUnit));
      expect(bench.flash.counts.erases - before).to.equal(rounds * 8);
      expect(before, 'hardened, blank units need no erasure').to.equal(mode === LITERAL ? 8 : 0);
      if (mode === LITERAL) return;
      expect(perUnit).to.equal(170);
      expect((1000 / perUnit).toFixed(2)).to.equal('5.88');
      // Each of 8 units is erased 10,000 times, and filled after each.
      expect(8 * 10_000 * perUnit).to.equal(13_600_000);
      const { wordsWritten, writeCalls } = bench.flash.counts;
      const appends = (rounds + 1) * 8 * perUnit;
      expect([wordsWritten / appends, writeCalls / appends]).to.deep.equal([6, 2]);
    });
  });
}

/** Fails unless entries of a unit, one behind the other, end in it. */
function expectWholeUnit(unit: Uint8Array, headerSize: number): void {
  let at = 0;
  const align = headerSize === 8 ? 4 : 1;
  while (at + headerSize <= unit.length && !isBlank(unit.subarray(at, at + 4))) {
    at += Math.ceil((headerSize + (unit[at + 4] ?? 0)) / align) * align;
  }
  expect(at).to.be.at.most(unit.length);
  expect(isBlank(unit.subarray(at))).to.equal(true);
}
