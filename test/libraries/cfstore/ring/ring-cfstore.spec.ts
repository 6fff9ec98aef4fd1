// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Deltas as rings: where they begin, that they are found, and what it does to wear, in numbers.
 *
 * NON-TOCK: tests. The figures of wear are exact: chance has a seed.
 */
import { expect } from 'chai';
import { describeCfstoreDriver } from '#conformance/cfstore-driver';
import { Random } from '#kernel/random';
import { DEFAULT_OPTIONS, explore } from '#lab/crash/explore';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf } from '#libraries/cfstore/config';
import { DriverMap } from '#libraries/cfstore/driver-map';
import { chanceOf } from '#libraries/cfstore/ring/definition';
import { PLACES, RingAddresses } from '#libraries/cfstore/ring/ring-addresses';
import { RingCfstore } from '#libraries/cfstore/ring/ring-cfstore';
import { SLOT_HEAD, decodeHead } from '#libraries/cfstore/slot-format';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce as run } from '#libraries/store/run-at-once';
import type { Geometry, Storage } from '#libraries/store/storage';

/** Snapshots 0..1 and 2..3, deltas 4..5 and 6..7. */
const GEOMETRY: Geometry = {
  wordSize: 4,
  pageSize: 1024,
  numPages: 8,
  maxWordWrites: 1,
  maxPageErases: 100_000,
};
const DELTA = 2;

/** A flash that knows how often each word was programmed in all its life. */
class CountingFlash extends BufferStorage {
  readonly programs = new Uint32Array((this.pageSize * this.numPages) / 4);

  override write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    const first = (page * this.pageSize + byteOffset) / 4;
    for (let word = 0; word < length / 4; word++) {
      const isBlank = bytes
        .subarray(start + word * 4, start + word * 4 + 4)
        .every((b) => b === 0xff);
      if (!isBlank) this.programs[first + word] = (this.programs[first + word] ?? 0) + 1;
    }
    return super.write(page, byteOffset, bytes, start, length);
  }
}

/** Wear of the first delta: programs of its words in all their life, and erasures of its pages. */
interface Wear {
  readonly most: number;
  readonly least: number;
  readonly mean: number;
  /** Of each page of the delta. */
  readonly erases: readonly number[];
}

/** 8 keys of 16 bytes, updated in turn 4000 times; a flush after so many, and when a delta is full. */
function wearOf(
  create: (storage: Storage) => Cfstore,
  flushEach: number,
  geometry: Geometry,
): Wear {
  const flash = new CountingFlash(geometry);
  const store = create(flash);
  const map = new DriverMap(store, { flushes: false, maxValueLength: 16 });
  run(map.boot());
  const random = new Random(3);
  for (let update = 0; update < 4000; update++) {
    const value = new Uint8Array(16).map(() => random.u32() >>> 25);
    expect(run(map.put(update % 8, value)).ok).to.equal(true);
    if (update % flushEach === flushEach - 1) run(store.flush());
  }
  expect(flash.violation, 'no word is programmed twice between erasures').to.equal(undefined);
  // The first delta is the third quarter.
  const [from, to] = [geometry.numPages / 2, (geometry.numPages * 3) / 4];
  const perPage = geometry.pageSize / 4;
  const words = [...flash.programs.subarray(from * perPage, to * perPage)];
  const mean = words.reduce((sum, each) => sum + each, 0) / words.length;
  return {
    most: Math.max(...words),
    least: Math.min(...words),
    mean: Math.round(mean),
    erases: [...flash.pageErases.subarray(from, to)],
  };
}

const linear = (storage: Storage): Cfstore => new Cfstore(storage, configOf(storage));
const ring = (storage: Storage): Cfstore =>
  new RingCfstore(storage, configOf(storage), chanceOf(64));

describeCfstoreDriver('CFSTORE with rings', ring, {
  durableAt: 'close',
  readersSeeOld: true,
  longWrites: 'refused',
  seeksWrites: true,
});

describe('libraries/cfstore/ring', () => {
  it('has 64 places in a delta, whole units apart; a small one has one at each unit', () => {
    const { slots } = configOf(GEOMETRY);
    const addresses = new RingAddresses(GEOMETRY, slots, chanceOf(1));
    expect(addresses.stepOf(DELTA)).to.equal(2048 / PLACES);
    const places = new Set(Array.from({ length: 2000 }, (_, use) => addresses.renew(DELTA, use)));
    expect(places.size).to.equal(PLACES);
    const small = { ...GEOMETRY, pageSize: 64, wordSize: 8 };
    expect(new RingAddresses(small, configOf(small).slots, chanceOf(1)).stepOf(DELTA)).to.equal(8);
  });

  it('begins where chance says, and goes on at the begin of the slot behind its end', () => {
    const { slots } = configOf(GEOMETRY);
    const last: RingAddresses = new RingAddresses(GEOMETRY, slots, () => {
      const random = new Random(0);
      random.below = (limit) => limit - 1;
      return random;
    });
    expect(last.renew(DELTA, 7)).to.equal(PLACES - 1);
    const place = { page: 0, byteOffset: 0, left: 0 };
    last.locate(DELTA, 0, place);
    expect(place).to.deep.equal({ page: 5, byteOffset: 1024 - 32, left: 32 });
    last.locate(DELTA, 32, place);
    expect(place).to.deep.equal({ page: 4, byteOffset: 0, left: 1024 });
    last.locate(DELTA, 2047, place);
    expect(place.page).to.equal(5);
    expect(last.renew(0, 7), 'snapshots do not move').to.equal(undefined);
  });

  it('is found again by its first head, wherever it begins', () => {
    const begins = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const flash = new BufferStorage(GEOMETRY);
      const create = (): RingCfstore =>
        new RingCfstore(flash, configOf(flash), chanceOf(seed * 1000));
      const map = new DriverMap(create(), { flushes: false, maxValueLength: 100 });
      run(map.boot());
      // All but the end of the slot is filled, so that most of them wrap.
      for (let key = 0; key < 25; key++) {
        expect(run(map.put(key, new Uint8Array(30).fill(key))).ok).to.equal(true);
      }
      const slot = flash.image.subarray(4 * 1024, 6 * 1024);
      for (let at = 0; at < 2048; at += 32) {
        const head = new Uint8Array([...slot, ...slot]).subarray(at, at + SLOT_HEAD);
        if (decodeHead(head, 4, true) !== undefined) begins.add(at);
      }
      const again = new DriverMap(create(), { flushes: false, maxValueLength: 100 });
      expect(run(again.boot()).ok).to.equal(true);
      for (let key = 0; key < 25; key++) {
        expect(run(again.get(key))).to.deep.equal({
          ok: true,
          value: new Uint8Array(30).fill(key),
        });
      }
      expect(flash.violation).to.equal(undefined);
    }
    expect(begins.size).to.be.greaterThan(20);
  });

  it('takes no copy of its head for it that a client put into a value', () => {
    const flash = new BufferStorage(GEOMETRY);
    const open = (): DriverMap =>
      new DriverMap(new RingCfstore(flash, configOf(flash), chanceOf(0)), {
        flushes: false,
        maxValueLength: 200,
      });
    const map = open();
    run(map.boot());
    run(map.put(99, Uint8Array.of(1)));
    const slot = Uint8Array.from(flash.image.subarray(4 * 1024, 6 * 1024));
    const twice = Uint8Array.of(...slot, ...slot);
    const places = Array.from({ length: PLACES }, (_, place) => place * 32);
    const at = places.find((place) => decodeHead(twice.subarray(place, place + 32), 4, true));
    const head = twice.subarray(at ?? 0, (at ?? 0) + SLOT_HEAD);
    // Copies at each unit that a value can begin at: some stand at places.
    for (let key = 0; key < 8; key++) {
      const value = new Uint8Array(160 + 4 * key).map(
        (_, byte) => head[(byte + 4 * key) % 32] ?? 0,
      );
      expect(run(map.put(key, value)).ok).to.equal(true);
    }
    const copies = places.filter((place) => {
      const now = flash.image.subarray(4 * 1024, 6 * 1024);
      return decodeHead(now.subarray(place, place + 32), 4, true) !== undefined;
    });
    expect(copies.length, 'copies at places').to.be.greaterThan(1);
    const again = open();
    expect(run(again.boot()).ok).to.equal(true);
    const keys = run(again.keys());
    expect(keys.ok && [...keys.value].sort((a, b) => a - b)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 99]); // prettier-ignore
  });

  for (const [depth, pageSize] of [
    [1, 64],
    [2, 256],
  ] as const) {
    it(`keeps its claim over cuts ${depth} deep, on pages of ${pageSize} bytes`, function () {
      this.timeout(20_000);
      const length = depth === 1 ? 12 : 6;
      const options = { ...DEFAULT_OPTIONS, length, depth, images: 10, pageSize, pages: 8 };
      const report = explore({ ...options, store: 'cfstore-ring' }, { shards: 1 });
      expect(report.violations).to.deep.equal([]);
      expect(report.cuts).to.be.greaterThan(300);
    });
  }
});

/** The same bytes, but each slot is one sector. */
const ONE_SECTOR: Geometry = { ...GEOMETRY, pageSize: 2048, numPages: 4 };

/** Linear and as a ring. */
function both(flushEach: number, geometry: Geometry): { linear: Wear; ring: Wear } {
  return {
    linear: wearOf(linear, flushEach, geometry),
    ring: wearOf(ring, flushEach, geometry),
  };
}

describe('Wear of a delta on NOR, linear and as a ring', () => {
  it('of one sector, flushed early: as many erasures; the programs of its begin are spread', () => {
    expect(both(4, ONE_SECTOR)).to.deep.equal({
      linear: { most: 500, least: 0, mean: 57, erases: [499] },
      ring: { most: 72, least: 39, mean: 58, erases: [499] },
    });
  });

  it('of two sectors: the tail is next to the head in the ring, and a sector that stays blank is not erased', () => {
    expect(both(4, GEOMETRY)).to.deep.equal({
      linear: { most: 500, least: 0, mean: 57, erases: [499, 499] },
      ring: { most: 72, least: 39, mean: 58, erases: [314, 307] },
    });
  });

  it('used to its end: nothing is gained', () => {
    expect(both(Infinity, GEOMETRY)).to.deep.equal({
      linear: { most: 53, least: 0, mean: 51, erases: [52, 52] },
      ring: { most: 53, least: 46, mean: 51, erases: [52, 52] },
    });
  });
});
