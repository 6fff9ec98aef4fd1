// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The laws of stores that are logs; part of `describeStore`.
 *
 * NON-TOCK: see store.ts.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { LogDefinition, LogShape, LogStore } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage, type Storage } from '#libraries/store/storage';
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

type Entries = readonly Uint8Array[];

/** The longest entry of a random workload, bytes; none is empty, which not every log takes. */
const LONGEST = 40;
const CHANGES = 300;

/** Adds the suite. */
export function describeLogStore(definition: LogDefinition, options: StoreSuiteOptions): void {
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

/** A log that has booted on a flash. */
function booted(definition: LogDefinition, storage: Storage, flash?: BufferStorage): LogStore {
  const store = definition.open(storage);
  expect(said(runAtOnce(store.boot(), flash)), 'boot').to.equal('Ok');
  return store;
}

function entriesOf(store: LogStore, flash?: BufferStorage): Entries {
  const entries = runAtOnce(store.entries(), flash);
  if (!entries.ok) throw new Error(`entries: ${entries.error}`);
  return entries.value;
}

/** Appends, and says how it ended. */
function append(store: LogStore, entry: Uint8Array, flash?: BufferStorage): string {
  return said(runAtOnce(store.append(entry), flash));
}

/** Makes everything durable, where that takes a call. */
function sync(store: LogStore, flash?: BufferStorage): void {
  const steps = store.sync?.();
  if (steps !== undefined) expect(said(runAtOnce(steps, flash)), 'sync').to.equal('Ok');
}

/** Whether a log may show these: the newest in their order, all of them, or as many as it never gives up. */
function allows(shape: LogShape, list: Entries, shown: Entries): boolean {
  const first = list.length - shown.length;
  if (first < 0 || !shown.every((entry, at) => isSame(entry, list[first + at]))) return false;
  const units = shown.reduce((sum, { length }) => sum + shape.unitsOf(length), 0);
  return first === 0 || (shape.circular && units >= shape.retained);
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return one.length === other?.length && one.every((byte, at) => byte === other[at]);
}

// --- One at a time -----------------------------------------------------------------------------

function describeBasics(definition: LogDefinition): void {
  let flash: BufferStorage;
  let store: LogStore;
  const first = Uint8Array.of(1, 2, 3);
  const second = Uint8Array.of(6);

  beforeEach(() => {
    flash = new BufferStorage(geometryOf(definition));
    store = booted(definition, flash);
  });

  afterEach(() => {
    expectLawful(flash);
  });

  it('is empty on blank flash, and again after the next boot', () => {
    expect(entriesOf(store)).to.deep.equal([]);
    expect(entriesOf(booted(definition, flash))).to.deep.equal([]);
  });

  it('shows entries in the order in which they came, and keeps them over a boot', () => {
    for (const entry of [first, second, first]) expect(append(store, entry)).to.equal('Ok');
    sync(store);
    expect(entriesOf(store)).to.deep.equal([first, second, first]);
    expect(entriesOf(booted(definition, flash))).to.deep.equal([first, second, first]);
    expect(said(runAtOnce(store.boot()))).to.equal('Ok');
    expect(entriesOf(store)).to.deep.equal([first, second, first]);
  });

  it('shares no bytes with its user: what was handed in or out may be changed', () => {
    const mine = first.slice();
    append(store, mine);
    mine.fill(0);
    sync(store);
    entriesOf(store)[0]?.fill(7);
    expect(entriesOf(store)).to.deep.equal([first]);
  });

  it('is empty after `clear`, also over a boot, and takes entries again', () => {
    append(store, first);
    sync(store);
    expect(said(runAtOnce(store.clear()))).to.equal('Ok');
    expect(entriesOf(store)).to.deep.equal([]);
    const again = booted(definition, flash);
    expect(entriesOf(again)).to.deep.equal([]);
    expect(append(again, second)).to.equal('Ok');
    sync(again);
    expect(entriesOf(booted(definition, flash))).to.deep.equal([second]);
  });

  it('gives the oldest first, where entries can be taken away, and nothing when it is empty', () => {
    if (store.pop === undefined) return;
    append(store, first);
    append(store, second);
    sync(store);
    expect(runAtOnce(store.pop())).to.deep.equal({ ok: true, value: first });
    sync(store);
    expect(entriesOf(booted(definition, flash))).to.deep.equal([second]);
    expect(runAtOnce(store.pop())).to.deep.equal({ ok: true, value: second });
    expect(runAtOnce(store.pop())).to.deep.equal({ ok: true, value: undefined });
  });

  it('states its RAM in whole bytes, none of them negative', () => {
    append(store, first);
    const { fixed, content } = store.ram();
    expect([fixed, content].every((bytes) => Number.isInteger(bytes) && bytes >= 0)).to.equal(true);
  });
}

// --- Limits ------------------------------------------------------------------------------------

function describeLimits(definition: LogDefinition): void {
  const geometry = geometryOf(definition);
  const shape = definition.shape(geometry);

  it('takes the longest entry of its shape, and refuses one byte more: nothing is written', () => {
    const flash = new BufferStorage(geometry);
    const store = booted(definition, flash);
    const before = flash.image.slice();
    expect(append(store, new Uint8Array(shape.maxEntryLength + 1))).to.equal('InvalidArgument');
    expect(flash.image).to.deep.equal(before);
    const longest = randomBytes(chance(), shape.maxEntryLength);
    expect(append(store, longest)).to.equal('Ok');
    sync(store);
    expect(entriesOf(booted(definition, flash))).to.deep.equal([longest]);
    expectLawful(flash);
  });

  it('refuses when it is full, or gives up its oldest: the newest that it retains are there', () => {
    const flash = new BufferStorage(geometry);
    const store = booted(definition, flash);
    const list: Uint8Array[] = [];
    let units = 0;
    for (let count = 0; units < 3 * geometry.pageSize * geometry.numPages; count++) {
      const entry = Uint8Array.of(count, count >> 8, 3);
      const outcome = append(store, entry);
      if (outcome !== 'Ok') {
        expect(outcome).to.equal('NoCapacity');
        expect(shape.circular, 'a log that gives up its oldest entries').to.equal(false);
        expect(units + shape.unitsOf(3)).to.be.greaterThan(shape.retained);
        break;
      }
      list.push(entry);
      units += shape.unitsOf(3);
    }
    sync(store);
    expect(allows(shape, list, entriesOf(store))).to.equal(true);
    expect(allows(shape, list, entriesOf(booted(definition, flash)))).to.equal(true);
    expectLawful(flash);
  });
}

// --- Random ------------------------------------------------------------------------------------

function describeRandom(definition: LogDefinition): void {
  for (const geometry of geometriesOf(definition)) {
    const name = `${geometry.numPages} pages of ${geometry.pageSize} bytes`;
    it(`shows what a list would, change by change and boot by boot, and keeps the rules of flash: ${name}`, () => {
      const flash = new BufferStorage(geometry);
      compare(definition, flash, flash);
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
      return { outcomes: compare(definition, flash, storageOf(flash)), image: flash.image };
    });
    for (const later of images) expect(later).to.deep.equal(images[0]);
  });
}

/** Runs a random workload against a list; boots now and then. The outcomes of all appends. */
function compare(definition: LogDefinition, flash: BufferStorage, storage: Storage): string[] {
  const random = chance();
  const shape = definition.shape(flash);
  const longest = Math.min(LONGEST, shape.maxEntryLength);
  let store = booted(definition, storage, flash);
  let list: Entries = [];
  const outcomes: string[] = [];
  for (let count = 0; count < CHANGES; count++) {
    const pop = random.below(2) === 0 ? store.pop?.() : undefined;
    if (pop === undefined) {
      const entry = randomBytes(random, 1 + random.below(longest));
      const outcome = append(store, entry, flash);
      expect(outcome).to.be.oneOf(shape.circular ? ['Ok'] : ['Ok', 'NoCapacity']);
      if (outcome === 'Ok') list = [...list, entry];
      outcomes.push(outcome);
    } else {
      list = entriesOf(store, flash);
      expect(runAtOnce(pop, flash)).to.deep.equal({ ok: true, value: list[0] });
      list = list.slice(1);
    }
    if (random.below(12) !== 0) continue;
    sync(store, flash);
    expect(allows(shape, list, entriesOf(store, flash)), `change ${count}`).to.equal(true);
    store = booted(definition, storage, flash);
    expect(allows(shape, list, entriesOf(store, flash)), `boot ${count}`).to.equal(true);
    list = entriesOf(store, flash);
  }
  return outcomes;
}

// --- Cuts --------------------------------------------------------------------------------------

/** Scripts that are cut, with as many appends between them. */
const SCRIPTS = 10;

/** Appends of one script. */
const APPENDS = 3;

function describeCuts(definition: LogDefinition): void {
  it(`shows all that was durable, in order, after a script whose power went (${definition.claim.cutModel})`, () => {
    const geometry = geometryOf(definition);
    const shape = definition.shape(geometry);
    const random = chance(1);
    const flash = new BufferStorage(geometry);
    let store = booted(definition, flash);
    const next = (): Uint8Array =>
      randomBytes(random, 1 + random.below(Math.min(LONGEST, shape.maxEntryLength)));
    for (let script = 0; script < SCRIPTS; script++) {
      const list = entriesOf(store);
      const entries = Array.from({ length: APPENDS }, next);
      const pops = script % 3 === 2;
      cutEach(definition, flash, { list, entries, pops });
      for (const entry of entries) {
        if (append(store, entry) === 'NoCapacity') runAtOnce(store.clear());
      }
      sync(store);
      store = booted(definition, flash);
    }
  });
}

interface Script {
  /** What the log held, all durable. */
  readonly list: Entries;
  /** What is appended to it. */
  readonly entries: Entries;
  /** Whether the oldest is taken away first, where the log can. */
  readonly pops: boolean;
}

/** What a script had been told when the power went: how many were taken away, and appended; and what is durable. */
interface Told {
  popped: number;
  appended: number;
  durable: number;
}

function run(definition: LogDefinition, flash: BufferStorage, script: Script): Told {
  const store = booted(definition, flash);
  const told: Told = { popped: 0, appended: 0, durable: 0 };
  if (script.pops && store.pop !== undefined) {
    if (!runAtOnce(store.pop()).ok) return told;
    told.popped = 1;
  }
  return appendAll(store, script.entries, told);
}

function appendAll(store: LogStore, entries: Entries, told: Told): Told {
  for (const entry of entries) {
    if (append(store, entry) !== 'Ok') return told;
    told.appended += 1;
    if (store.sync === undefined) told.durable += 1;
  }
  if (store.sync !== undefined && runAtOnce(store.sync()).ok) told.durable = told.appended;
  return told;
}

function cutEach(definition: LogDefinition, base: BufferStorage, script: Script): void {
  const victim = (flash: BufferStorage): Told => run(definition, flash, script);
  if (callsOf(base, victim) === 0) return;
  const shape = definition.shape(base);
  for (const { flash, given, where } of cutsOf(base, victim, definition.claim.cutModel)) {
    const shown = entriesOf(booted(definition, flash));
    const isAllowed = lists(script, given).some((list) => allows(shape, list, shown));
    expect(isAllowed, `${where}: ${shown.length} entries are shown`).to.equal(true);
    goOn(definition, flash, shown);
    expectLawful(flash);
  }
}

/** Every list that a log may hold: with what was in flight when the power went, and without. */
function lists({ list, entries, pops }: Script, told: Told): Entries[] {
  const found: Entries[] = [];
  const bases = told.popped === 0 && pops ? [list, list.slice(1)] : [list.slice(told.popped)];
  for (const base of bases) {
    for (let count = told.durable; count <= told.appended + 1; count++) {
      found.push([...base, ...entries.slice(0, count)]);
    }
  }
  return found;
}

/** The recovered log still works. */
function goOn(definition: LogDefinition, flash: BufferStorage, shown: Entries): void {
  const store = booted(definition, flash);
  const entry = Uint8Array.of(0xa5);
  const outcome = append(store, entry);
  expect(outcome).to.be.oneOf(['Ok', 'NoCapacity']);
  sync(store);
  const list = outcome === 'Ok' ? [...shown, entry] : shown;
  const shape = definition.shape(flash);
  expect(allows(shape, list, entriesOf(booted(definition, flash)))).to.equal(true);
}
