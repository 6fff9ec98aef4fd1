// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The laws of stores that are maps; part of `describeStore`.
 *
 * NON-TOCK: see store.ts.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { MapDefinition, MapStore } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage, type Geometry, type Storage } from '#libraries/store/storage';
import {
  Workload,
  applied,
  booted,
  contentOf,
  expectContent,
  note,
  perform,
  textOf,
  type Change,
  type Content,
} from './map-store-bed.ts';
import {
  callsOf,
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

const CHANGES = 400;

/** Adds the suite. */
export function describeMapStore(definition: MapDefinition, options: StoreSuiteOptions): void {
  describe('one operation at a time', () => {
    describeBasics(definition);
  });
  if (options.all === false) return;
  describe('at its limits', () => {
    describeLimits(definition);
  });
  describeRandom(definition);
  if (options.cuts !== false) describeCuts(definition);
}

// --- One at a time -----------------------------------------------------------------------------

function describeBasics(definition: MapDefinition): void {
  let flash: BufferStorage;
  let store: MapStore;
  const value = Uint8Array.of(1, 2, 3, 4, 5);

  beforeEach(() => {
    flash = new BufferStorage(geometryOf(definition));
    store = booted(definition, flash);
  });

  afterEach(() => {
    expectLawful(flash);
  });

  it('is empty on blank flash, and again after the next boot', () => {
    expectContent(store, new Map());
    expectContent(booted(definition, flash), new Map());
    expect(runAtOnce(store.get(1))).to.deep.equal({ ok: true, value: undefined });
  });

  it('keeps what was put, replaces it, deletes it; a key that is not there may be deleted', () => {
    const other = Uint8Array.of(9);
    expect(said(runAtOnce(store.put(3, value)))).to.equal('Ok');
    expect(said(runAtOnce(store.put(4, other)))).to.equal('Ok');
    expectContent(store, new Map([[3, value], [4, other]])); // prettier-ignore
    expect(said(runAtOnce(store.put(3, other)))).to.equal('Ok');
    expect(said(runAtOnce(store.delete(4)))).to.equal('Ok');
    expect(said(runAtOnce(store.delete(2)))).to.equal('Ok');
    expectContent(store, new Map([[3, other]]));
  });

  it('keeps everything over a boot, of another store on this flash and of its own', () => {
    runAtOnce(store.put(3, value));
    runAtOnce(store.put(4, value));
    runAtOnce(store.delete(4));
    expectContent(booted(definition, flash), new Map([[3, value]]));
    expect(said(runAtOnce(store.boot()))).to.equal('Ok');
    expectContent(store, new Map([[3, value]]));
  });

  it('takes the empty value for a value', () => {
    expect(said(runAtOnce(store.put(0, new Uint8Array(0))))).to.equal('Ok');
    expectContent(booted(definition, flash), new Map([[0, new Uint8Array(0)]]));
  });

  it('shares no bytes with its user: what was handed in or out may be changed', () => {
    const mine = value.slice();
    runAtOnce(store.put(3, mine));
    mine.fill(0);
    const got = runAtOnce(store.get(3));
    if (got.ok) got.value?.fill(7);
    expectContent(store, new Map([[3, value]]));
  });

  it('states its RAM in whole bytes, none of them negative', () => {
    runAtOnce(store.put(3, value));
    const { fixed, content } = store.ram();
    expect([fixed, content].every((bytes) => Number.isInteger(bytes) && bytes >= 0)).to.equal(true);
  });
}

// --- Limits ------------------------------------------------------------------------------------

function describeLimits(definition: MapDefinition): void {
  const geometry = geometryOf(definition);
  const { maxKey, maxValueLength, unitsOf, capacity, exact } = definition.shape(geometry);
  let flash: BufferStorage;
  let store: MapStore;

  beforeEach(() => {
    flash = new BufferStorage(geometry);
    store = booted(definition, flash);
  });

  it('takes the largest key and the longest value of its shape', () => {
    const longest = randomBytes(chance(), maxValueLength);
    expect(unitsOf(maxValueLength), 'the longest value fits alone').to.be.at.most(capacity);
    expect(said(runAtOnce(store.put(maxKey, longest)))).to.equal('Ok');
    expectContent(booted(definition, flash), new Map([[maxKey, longest]]));
    expectLawful(flash);
  });

  it('refuses one more of either with InvalidArgument, and writes nothing', () => {
    runAtOnce(store.put(1, Uint8Array.of(1)));
    const before = flash.image.slice();
    const tooLong = new Uint8Array(maxValueLength + 1);
    const outcomes = [
      store.put(maxKey + 1, Uint8Array.of(1)),
      store.put(1, tooLong),
      store.delete(maxKey + 1),
      store.put(-1, Uint8Array.of(1)),
      store.put(0.5, Uint8Array.of(1)),
    ].map((steps) => said(runAtOnce(steps)));
    expect(new Set(outcomes)).to.deep.equal(new Set(['InvalidArgument']));
    expect(flash.image).to.deep.equal(before);
  });

  it('refuses with NoCapacity when it is full, keeps all it had, and can be emptied and filled again', () => {
    const model: Content = new Map();
    const filled = fill(store, model, maxKey);
    expectContent(store, model);
    expectContent(booted(definition, flash), model);
    if (exact) {
      const units = filled * unitsOf(4);
      expect(units, 'units in use').to.be.within(capacity - unitsOf(4) + 1, capacity);
      for (const key of model.keys()) expect(said(runAtOnce(store.delete(key)))).to.equal('Ok');
      expect(fill(store, new Map(), maxKey)).to.equal(filled);
    }
    expectLawful(flash);
  });
}

/** Puts values of one word until a refusal; how many it took. */
function fill(store: MapStore, model: Content, maxKey: number): number {
  for (let key = 0; key <= maxKey; key++) {
    const value = Uint8Array.of(key, key >> 8, 3, 4);
    const outcome = said(runAtOnce(store.put(key, value)));
    if (outcome !== 'Ok') {
      expect(outcome).to.equal('NoCapacity');
      return key;
    }
    model.set(key, value);
  }
  return maxKey + 1;
}

// --- Random ------------------------------------------------------------------------------------

function describeRandom(definition: MapDefinition): void {
  for (const geometry of geometriesOf(definition)) {
    const shape = `${geometry.numPages} pages of ${geometry.pageSize} bytes`;
    it(`shows what a map would, change by change and boot by boot, and keeps the rules of flash: ${shape}`, () => {
      const flash = new BufferStorage(geometry);
      const { model } = compare(definition, geometry, flash, () => flash);
      expectContent(booted(definition, flash), model);
      expectLawful(flash);
    });
  }

  it('leaves the same bytes whether the flash answers at once, later, or half so', () => {
    const geometry = geometryOf(definition);
    const images = [
      (flash: BufferStorage): Storage => flash,
      writesLater,
      (): Storage => new DeferredStorage(geometry),
    ].map((storageOf) => {
      const flash = new BufferStorage(geometry);
      const { outcomes } = compare(definition, geometry, flash, storageOf);
      return { outcomes, image: flash.image };
    });
    for (const later of images) expect(later).to.deep.equal(images[0]);
  });
}

/** Runs a random workload against a map; boots now and then. */
function compare(
  definition: MapDefinition,
  geometry: Geometry,
  flash: BufferStorage,
  storageOf: (flash: BufferStorage) => Storage,
): { readonly model: Content; readonly outcomes: readonly string[] } {
  const random = chance();
  let store = booted(definition, storageOf(flash), flash);
  const workload = new Workload(random, definition.shape(geometry), store);
  const { model } = workload;
  const outcomes: string[] = [];
  for (let count = 0; count < CHANGES; count++) {
    const change = workload.next();
    const expected = workload.expected(change);
    const outcome = perform(store, change, flash);
    outcomes.push(outcome);
    if (expected === undefined) expect(outcome).to.be.oneOf(['Ok', 'NoCapacity']);
    else expect(outcome, `change ${count}`).to.equal(expected);
    if (outcome === 'Ok') for (const update of change) note(model, update);
    if (random.below(16) !== 0) continue;
    expectContent(store, model, flash);
    store = booted(definition, storageOf(flash), flash);
    expectContent(store, model, flash);
  }
  expect(outcomes.filter((each) => each === 'Ok').length).to.be.greaterThan(CHANGES / 2);
  return { model, outcomes };
}

// --- Cuts --------------------------------------------------------------------------------------

/** Changes that are cut: so many that erase, and so many that do not. */
const CUT_EACH = 4;

function describeCuts(definition: MapDefinition): void {
  it(`shows the state before or after a change whose power went (${definition.claim.cutModel})`, () => {
    const geometry = geometryOf(definition);
    const flash = new BufferStorage(geometry);
    const store = booted(definition, flash);
    const workload = new Workload(chance(1), definition.shape(geometry), store);
    const left = { plain: CUT_EACH, erasing: CUT_EACH };
    for (let count = 0; count < CHANGES && left.plain + left.erasing > 0; count++) {
      const change = workload.next();
      const base = flash.clone();
      const { erases } = flash.counts;
      const outcome = perform(store, change);
      const after = outcome === 'Ok' ? applied(workload.model, change) : workload.model;
      const kind = flash.counts.erases > erases ? 'erasing' : 'plain';
      if (count > CHANGES / 8 && left[kind] > 0) {
        left[kind] -= 1;
        cutEach(definition, base, change, [workload.model, after]);
      }
      if (outcome === 'Ok') for (const update of change) note(workload.model, update);
    }
    // A store may erase at each change, or at none of these.
    expect(Math.min(left.plain, left.erasing)).to.equal(0);
  });
}

function cutEach(
  definition: MapDefinition,
  base: BufferStorage,
  change: Change,
  [before, after]: readonly [Content, Content],
): void {
  const victim = (flash: BufferStorage): string => perform(booted(definition, flash), change);
  if (callsOf(base, victim) === 0) return;
  const allowed = [textOf(before), textOf(after)];
  for (const { flash, given, where } of cutsOf(base, victim, definition.claim.cutModel)) {
    expect(given, `${where}: of a flash that failed`).to.equal('StorageError');
    const store = booted(definition, flash);
    const seen = contentOf(store);
    expect(textOf(seen), where).to.be.oneOf(allowed);
    goOn(definition, flash, { store, seen, where });
    expectLawful(flash);
  }
}

/** The recovered store still works. */
function goOn(
  definition: MapDefinition,
  flash: BufferStorage,
  { store, seen, where }: { store: MapStore; seen: Content; where: string },
): void {
  const [key = 0] = seen.keys();
  const value = Uint8Array.of(0xa5);
  const outcome = said(runAtOnce(store.put(key, value)));
  expect(outcome, where).to.be.oneOf(['Ok', 'NoCapacity']);
  if (outcome === 'Ok') seen.set(key, value);
  expect(textOf(contentOf(booted(definition, flash))), `${where}, and after one more put`).to.equal(
    textOf(seen),
  );
}
