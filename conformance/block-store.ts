// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The laws of stores that are bytes by their address; part of `describeStore`.
 *
 * NON-TOCK: see store.ts.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { BlockDefinition, BlockStore } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage, type Geometry, type Storage } from '#libraries/store/storage';
import {
  chance,
  cutsOf,
  expectLawful,
  geometriesOf,
  geometryOf,
  randomBytes,
  said,
  writesLater,
} from './store-bed.ts';
import type { StoreSuiteOptions } from './store.ts';

/** Writes of a random workload, and the longest of them, bytes. */
const CHANGES = 200;
const LONGEST = 100;

/** Adds the suite. */
export function describeBlockStore(definition: BlockDefinition, options: StoreSuiteOptions): void {
  describeBasics(definition);
  describeEnds(definition);
  describeRandom(definition);
  if (options.cuts !== false) describeCuts(definition);
}

/** A store that has booted on a flash. */
function booted(definition: BlockDefinition, storage: Storage, flash?: BufferStorage): BlockStore {
  const store = definition.open(storage);
  expect(said(runAtOnce(store.boot(), flash)), 'boot').to.equal('Ok');
  return store;
}

function write(store: BlockStore, at: number, bytes: Uint8Array, flash?: BufferStorage): string {
  return said(runAtOnce(store.write(at, bytes), flash));
}

function bytesOf(store: BlockStore, at: number, length: number, flash?: BufferStorage): Uint8Array {
  const bytes = runAtOnce(store.read(at, length), flash);
  if (!bytes.ok) throw new Error(`read: ${bytes.error}`);
  return bytes.value;
}

/** All that a store shows. */
function allOf(definition: BlockDefinition, store: BlockStore, geometry: Geometry): Uint8Array {
  return bytesOf(store, 0, definition.shape(geometry).size);
}

// --- One at a time -----------------------------------------------------------------------------

function describeBasics(definition: BlockDefinition): void {
  const geometry = { ...geometryOf(definition), maxWordWrites: 4 };
  const { size, eraseUnit } = definition.shape(geometry);
  let flash: BufferStorage;
  let store: BlockStore;

  beforeEach(() => {
    flash = new BufferStorage(geometry);
    store = booted(definition, flash);
  });

  it('is all ones on blank flash, and after `erase`, also over a boot', () => {
    const blank = new Uint8Array(size).fill(0xff);
    expect(allOf(definition, store, geometry)).to.deep.equal(blank);
    write(store, eraseUnit - 4, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(said(runAtOnce(store.erase()))).to.equal('Ok');
    expect(allOf(definition, store, geometry)).to.deep.equal(blank);
    expect(allOf(definition, booted(definition, flash), geometry)).to.deep.equal(blank);
    expectLawful(flash);
  });

  it('shows what was written, in whatever place, and nothing else changed; also over a boot', () => {
    const expected = new Uint8Array(size).fill(0xff);
    const places = [0, 9, eraseUnit - 3, size - 7];
    for (const at of places) {
      const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, at & 0xff);
      expect(write(store, at, bytes)).to.equal('Ok');
      for (const [offset, byte] of bytes.entries()) {
        expected[at + offset] = (expected[at + offset] ?? 0) & byte;
      }
    }
    expect(said(runAtOnce(store.flush()))).to.equal('Ok');
    expect(allOf(definition, store, geometry)).to.deep.equal(expected);
    expect(allOf(definition, booted(definition, flash), geometry)).to.deep.equal(expected);
    expectLawful(flash);
  });

  it('shares no bytes with its user: what was handed in or out may be changed', () => {
    const mine = Uint8Array.of(1, 2, 3, 4);
    write(store, 8, mine);
    mine.fill(0);
    bytesOf(store, 8, 4).fill(9);
    expect([...bytesOf(store, 8, 4)]).to.deep.equal([1, 2, 3, 4]);
  });

  it('states its RAM in whole bytes, none of them negative', () => {
    const { fixed, content } = store.ram();
    expect([fixed, content].every((bytes) => Number.isInteger(bytes) && bytes >= 0)).to.equal(true);
  });
}

function describeEnds(definition: BlockDefinition): void {
  const geometry = geometryOf(definition);
  const { size } = definition.shape(geometry);

  it('refuses what is not all inside with InvalidArgument, and writes nothing of it', () => {
    const flash = new BufferStorage(geometry);
    const store = booted(definition, flash);
    for (const [at, length] of [
      [size, 1],
      [size - 3, 4],
      [0, size + 1],
      [-4, 8],
      [2 ** 32, 4],
    ] as const) {
      const place = `${length} bytes at ${at}`;
      expect(write(store, at, new Uint8Array(length)), place).to.equal('InvalidArgument');
      expect(said(runAtOnce(store.read(at, length))), place).to.equal('InvalidArgument');
    }
    expect(flash.counts.writeCalls).to.equal(0);
    expect(write(store, size - 4, Uint8Array.of(1, 2, 3, 4))).to.equal('Ok');
    expect([...bytesOf(store, size - 4, 4)]).to.deep.equal([1, 2, 3, 4]);
  });

  it('takes no bytes at all, inside and at the end', () => {
    const store = booted(definition, new BufferStorage(geometry));
    for (const at of [0, size]) {
      expect(write(store, at, new Uint8Array(0))).to.equal('Ok');
      expect(bytesOf(store, at, 0)).to.have.length(0);
    }
  });
}

// --- Random ------------------------------------------------------------------------------------

function describeRandom(definition: BlockDefinition): void {
  for (const geometry of geometriesOf(definition)) {
    const name = `${geometry.numPages} pages of ${geometry.pageSize} bytes`;
    it(`shows old AND new, change by change and boot by boot: ${name}`, () => {
      const flash = new BufferStorage({ ...geometry, maxWordWrites: 255 });
      compare(definition, flash, flash);
    });
  }

  it('leaves the same bytes whether the flash answers at once, later, or half so', () => {
    const geometry = { ...geometryOf(definition), maxWordWrites: 255 };
    const images = [
      (flash: BufferStorage): Storage => flash,
      writesLater,
      (): Storage => new DeferredStorage(geometry),
    ].map((storageOf) => {
      const flash = new BufferStorage(geometry);
      compare(definition, flash, storageOf(flash));
      return flash.image;
    });
    for (const later of images) expect(later).to.deep.equal(images[0]);
  });
}

/** Runs a random workload against an array of bytes; boots now and then. */
function compare(definition: BlockDefinition, flash: BufferStorage, storage: Storage): void {
  const random = chance();
  const { size } = definition.shape(flash);
  const model = new Uint8Array(size).fill(0xff);
  let store = booted(definition, storage, flash);
  for (let count = 0; count < CHANGES; count++) {
    if (random.below(40) === 0) {
      expect(said(runAtOnce(store.erase(), flash))).to.equal('Ok');
      model.fill(0xff);
    }
    const length = random.below(Math.min(LONGEST, size) + 1);
    const at = random.below(size - length + 1);
    const bytes = randomBytes(random, length);
    expect(write(store, at, bytes, flash)).to.equal('Ok');
    for (const [offset, byte] of bytes.entries())
      model[at + offset] = (model[at + offset] ?? 0) & byte;
    expect(bytesOf(store, at, length, flash)).to.deep.equal(model.slice(at, at + length));
    if (random.below(8) !== 0) continue;
    expect(said(runAtOnce(store.flush(), flash))).to.equal('Ok');
    store = booted(definition, storage, flash);
    expect(bytesOf(store, 0, size, flash), `change ${count}`).to.deep.equal(model);
  }
}

// --- Cuts --------------------------------------------------------------------------------------

function describeCuts(definition: BlockDefinition): void {
  const geometry = { ...geometryOf(definition), maxWordWrites: 255 };
  const { size, eraseUnit } = definition.shape(geometry);

  const filled = (): BufferStorage => {
    const flash = new BufferStorage(geometry);
    const store = booted(definition, flash);
    write(store, 0, randomBytes(chance(), size));
    runAtOnce(store.flush());
    return flash;
  };

  it('leaves every byte but those of a write that was cut, and these between old and old AND new', () => {
    const base = filled();
    const old = base.image.slice();
    const at = eraseUnit - 9;
    const bytes = randomBytes(chance(3), 20).map((byte) => byte & 0x5a);
    const victim = (flash: BufferStorage): void => {
      write(booted(definition, flash), at, bytes);
    };
    for (const { flash, where } of cutsOf(base, victim, definition.claim.cutModel)) {
      const shown = allOf(definition, booted(definition, flash), geometry);
      for (const [place, byte] of shown.entries()) {
        const before = old[place] ?? 0;
        const after = before & (bytes[place - at] ?? 0xff);
        const isBetween = (byte & ~before) === 0 && (after & ~byte) === 0;
        expect(isBetween, `${where}: byte ${place}`).to.equal(true);
      }
    }
  });

  it('leaves, of an erase that was cut, blank units, one that is torn, and the others as they were', () => {
    const base = filled();
    const old = base.image.slice();
    const victim = (flash: BufferStorage): void => {
      runAtOnce(booted(definition, flash).erase());
    };
    for (const { flash, where } of cutsOf(base, victim, definition.claim.cutModel)) {
      const store = booted(definition, flash);
      const shown = allOf(definition, store, geometry);
      const torn = Math.floor(shown.findIndex((byte) => byte !== 0xff) / eraseUnit);
      for (const [place, byte] of shown.entries()) {
        const before = old[place] ?? 0;
        const unit = Math.floor(place / eraseUnit);
        const isRight = unit > torn ? byte === before : (before & ~byte) === 0;
        expect(torn < 0 || isRight, `${where}: byte ${place}`).to.equal(true);
      }
      expect(said(runAtOnce(store.erase()))).to.equal('Ok');
      expect(allOf(definition, store, geometry).every((byte) => byte === 0xff)).to.equal(true);
    }
  });
}
