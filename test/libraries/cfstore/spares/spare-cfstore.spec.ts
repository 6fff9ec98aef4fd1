// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE on a flash whose sectors fail in the middle of its life, with the power cut at each step of the repair.
 *
 * NON-TOCK: tests. The crash laboratory has sectors that are bad from the begin.
 */
import { expect } from 'chai';
import { describeCfstoreDriver } from '#conformance/cfstore-driver';
import { DEFAULT_OPTIONS, explore } from '#lab/crash/explore';
import { configOf } from '#libraries/cfstore/config';
import { CfstoreError } from '#libraries/cfstore/driver';
import { DriverMap } from '#libraries/cfstore/driver-map';
import { CFSTORE_SPARES, layoutOf } from '#libraries/cfstore/spares/definition';
import { SpareCfstore } from '#libraries/cfstore/spares/spare-cfstore';
import { bitChoice, BufferStorage, type BitChoice } from '#libraries/store/buffer-storage';
import { perform, runAtOnce as run } from '#libraries/store/run-at-once';
import type { Geometry, Steps, Storage } from '#libraries/store/storage';

/** List in 0 and 1, snapshots 2..4 and 5..7, deltas 8..10 and 11..13, spares 14 and 15. */
const GEOMETRY: Geometry = {
  wordSize: 4,
  pageSize: 256,
  numPages: 16,
  maxWordWrites: 1,
  maxPageErases: 10_000,
};
const [META, DELTA, SPARE] = [0, 11, 14] as const;
const KEYS = 6;

function newStore(storage: Storage, geometry: Geometry = GEOMETRY): SpareCfstore {
  const layout = layoutOf(geometry);
  return new SpareCfstore(storage, layout, configOf(geometry, { slots: layout.slots }));
}

/** A flash that reads at once; what is written is a request, which pages that are bad do not perform. */
class FailingFlash {
  readonly bad = new Set<number>();

  constructor(readonly flash = new BufferStorage(GEOMETRY)) {}

  clone(): FailingFlash {
    const copy = new FailingFlash(this.flash.clone());
    for (const page of this.bad) copy.bad.add(page);
    return copy;
  }

  get storage(): Storage {
    const { flash } = this;
    return {
      ...GEOMETRY,
      readWord: (page, byteOffset) => flash.readWord(page, byteOffset),
      read: (page, byteOffset, length) => flash.read(page, byteOffset, length),
      isErased: (page, byteOffset) => flash.isErased(page, byteOffset),
      write: () => undefined,
      erase: () => undefined,
    };
  }

  /** Runs to the end; or up to a request that loses the power with a choice of bits: undefined then. */
  drive<T>(steps: Steps<T>, cut = Infinity, choice?: BitChoice): T | undefined {
    let step = steps.next();
    for (let call = 0; step.done !== true; call++) {
      const works = !this.bad.has(step.value.page);
      if (call === cut) {
        this.flash.arm(0);
        if (works) perform(step.value, this.flash);
        this.flash.corrupt(choice ?? (() => false));
        return undefined;
      }
      step = steps.next(works && perform(step.value, this.flash));
    }
    return step.value;
  }
}

class Device {
  readonly store: SpareCfstore;
  readonly map: DriverMap;

  constructor(readonly cells: FailingFlash) {
    this.store = newStore(cells.storage);
    const repairs = (): number => this.store.repairs;
    this.map = new DriverMap(this.store, { flushes: false, maxValueLength: 200, repairs });
  }

  static booted(cells = new FailingFlash()): Device {
    const device = new Device(cells);
    expect(cells.drive(device.map.boot())).to.deep.equal({ ok: true, value: undefined });
    return device;
  }

  put(key: number, length: number): boolean {
    return this.cells.drive(this.map.put(key, valueOf(key, length)))?.ok === true;
  }

  /** The lengths of all values, by key; each value is what it must be. */
  get shown(): string {
    const lengths: string[] = [];
    for (let key = 0; key < KEYS; key++) {
      const got = run(this.map.get(key));
      if (!got.ok) expect.fail(got.error);
      if (got.value === undefined) continue;
      expect(got.value).to.deep.equal(valueOf(key, got.value.length));
      lengths.push(`${key}:${got.value.length}`);
    }
    return lengths.join(' ');
  }
}

function valueOf(key: number, length: number): Uint8Array {
  return new Uint8Array(length).map((_, at) => key * 17 + at * 3 + length);
}

/** A store with all keys in the second snapshot, two of them changed since in the second delta. */
function inhabited(): Device {
  const device = Device.booted();
  for (let key = 0; key < KEYS; key++) expect(device.put(key, 20 + key)).to.equal(true);
  device.cells.drive(device.store.flush());
  for (const key of [1, 2]) expect(device.put(key, 30)).to.equal(true);
  return device;
}

/** Sectors that go bad, each with what it is for, and a change that shows it. */
const CASES: readonly (readonly [
  what: string,
  bad: readonly number[],
  act: (device: Device) => Steps<unknown>,
])[] = [
  ['the delta in use, in a put', [DELTA], ({ map }) => map.put(3, valueOf(3, 40))],
  ['the delta in use and a spare', [DELTA, SPARE], ({ map }) => map.put(3, valueOf(3, 40))],
  ['the snapshot in use, in a deletion', [5, 6, 7], ({ map }) => map.delete(4)],
  ['the delta in use, in a deletion', [DELTA, 8], ({ map }) => map.delete(1)],
  ['a copy of the list besides', [META, DELTA], ({ map }) => map.put(3, valueOf(3, 40))],
];

describeCfstoreDriver('CFSTORE with spares', (storage) => newStore(storage, { ...storage }), {
  geometry: { ...GEOMETRY, pageSize: 512, numPages: 24 },
  durableAt: 'close',
  readersSeeOld: true,
  longWrites: 'refused',
  seeksWrites: true,
});

describe('libraries/cfstore/spares', () => {
  it('puts a sector that fails on the list, leaves it out of its slot, and does the change (CF-27)', () => {
    const device = inhabited();
    device.cells.bad.add(DELTA);
    expect(device.put(3, 40)).to.equal(true);
    expect(device.store.repairs).to.equal(1);
    const { bad, newest } = device.store.addresses;
    expect(bad.sectors).to.deep.equal([DELTA]);
    expect([newest.slots[3], newest.pool]).to.deep.equal([[12, 13, SPARE], [15]]);
    expect(device.shown).to.equal('0:20 1:30 2:30 3:40 4:24 5:25');
    expect(Device.booted(device.cells).shown).to.equal('0:20 1:30 2:30 3:40 4:24 5:25');
    expect(device.cells.flash.violation).to.equal(undefined);
  });

  it('tells its client that the operation failed, and that the handle is gone (CF-27)', () => {
    const { store, cells } = inhabited();
    const hkey = cells.drive(store.open('00000003', { write: true })) ?? 0;
    cells.bad.add(DELTA);
    expect(cells.drive(store.write(hkey, valueOf(3, 23)))).to.equal(CfstoreError.JOURNAL_FAILED);
    expect(cells.drive(store.close(hkey))).to.equal(CfstoreError.INVALID_HANDLE);
    const again = cells.drive(store.open('00000003', { write: true })) ?? 0;
    expect(again).to.be.greaterThan(0);
    expect(cells.drive(store.write(again, valueOf(3, 23)))).to.equal(23);
    expect(cells.drive(store.close(again))).to.equal(0);
  });

  for (const [what, bad, act] of CASES) {
    it(`shows the state before or after when the power goes anywhere in the repair: ${what} (CF-27)`, function () {
      this.timeout(20_000);
      const start = inhabited().cells;
      for (const page of bad) start.bad.add(page);
      const before = Device.booted(start.clone()).shown;
      const done = Device.booted(start.clone());
      expect(done.cells.drive(act(done))).to.have.property('ok', true);
      const after = done.shown;
      let calls = 0;
      for (let isCut = true; isCut; calls++) {
        for (const name of ['none', 'all', 'even', 'xorshift:9']) {
          const cells = start.clone();
          const device = Device.booted(cells);
          isCut = cells.drive(act(device), calls, bitChoice(name)) === undefined;
          if (!isCut) break;
          const recovered = Device.booted(cells);
          const { shown } = recovered;
          expect(shown, `cut ${calls} ${name}`).to.be.oneOf([before, after]);
          expect(recovered.put(0, 33), `cut ${calls} ${name}: goes on`).to.equal(true);
          expect(Device.booted(cells).shown).to.equal(shown.replace('0:20', '0:33'));
          expect(cells.flash.violation).to.equal(undefined);
        }
      }
      expect(calls, 'a repair has many steps').to.be.greaterThan(10);
    });
  }

  it('shrinks without spares, and keeps what it has when nothing is left to write to (CF-27)', () => {
    const device = inhabited();
    const { shown } = device;
    const lengths = [20, 30, 30, 23, 24, 25];
    const sizes: number[] = [];
    for (const page of [15, 14, 11, 12, 13, 8, 9, 10]) {
      device.cells.bad.add(page);
      for (let round = 0; round < 4; round++) {
        for (let key = 0; key < KEYS; key++) device.put(key, lengths[key] ?? 0);
      }
      const { newest, bad } = device.store.addresses;
      sizes.push(newest.slots.flat().length);
      expect(newest.slots.flat().length + newest.pool.length + bad.sectors.length).to.equal(14);
      expect(Device.booted(device.cells).shown).to.equal(shown);
    }
    // A bad spare is not missed before it is used.
    expect(sizes).to.deep.equal([...sizes].sort((a, b) => b - a));
    expect([sizes[0], sizes.at(-1)]).to.deep.equal([12, 6]);
    expect(device.store.isReadOnly).to.equal(true);
    expect(device.put(0, 20)).to.equal(false);
    expect(run(device.map.delete(0))).to.deep.equal({ ok: false, error: 'NoCapacity' });
  });

  it('has its first start on a flash with bad sectors (CF-27)', () => {
    for (const bad of [[2], [4], [2, 3, 4], [5, 8, 12], [0, 2], [1, 9]]) {
      const cells = new FailingFlash();
      for (const page of bad) cells.bad.add(page);
      const device = Device.booted(cells);
      for (const key of [0, 1, 2]) expect(device.put(key, 20), bad.join()).to.equal(true);
      expect(Device.booted(cells).shown).to.equal('0:20 1:20 2:20');
    }
  });

  it('takes values of up to four sectors, and no longer ones (CF-26)', () => {
    const flash = new BufferStorage({ ...GEOMETRY, pageSize: 256, numPages: 48 });
    const store = newStore(flash, { ...GEOMETRY, numPages: 48 });
    expect(run(store.initialize())).to.equal(0);
    const any = { acl: 0, mode: {} };
    expect(run(store.create('a', 4 * 256 + 1, any))).to.equal(CfstoreError.INVALID_VALUE_SIZE);
    expect(run(store.create('a', 4 * 256, any))).to.be.greaterThan(0);
  });

  for (const badPages of [[], [3], [0, 9], [3, 9, 15]]) {
    it(`keeps its claim in the laboratory, pages ${badPages.join() || 'none'} bad from the begin`, function () {
      this.timeout(20_000);
      const part = { ...DEFAULT_OPTIONS.part, badPages, failures: 200 };
      const options = {
        ...DEFAULT_OPTIONS,
        length: 16,
        images: 10,
        part,
        store: 'cfstore-spares',
        pageSize: 256,
        pages: 24,
      };
      const report = explore(options, { shards: 1 });
      expect(report.violations).to.deep.equal([]);
      expect(report.cuts).to.be.greaterThan(300);
    });
  }

  it('needs pages for the list, a spare and its slots', () => {
    expect(CFSTORE_SPARES.refuses({ ...GEOMETRY, numPages: 6 })).to.match(/needs 7 pages/);
    expect(CFSTORE_SPARES.refuses({ ...GEOMETRY, numPages: 7 })).to.equal(undefined);
  });
});
