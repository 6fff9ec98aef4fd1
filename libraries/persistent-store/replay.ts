// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Replays a golden vector on a flash in memory and reports the first difference.
 *
 * NON-TOCK: compares this store with what was observed of OpenSK's crate.
 */
import { BufferStorage, bitChoice } from './buffer-storage.ts';
import { runAtOnce } from './run-at-once.ts';
import type { Geometry, Steps, Storage } from './storage.ts';
import type { StoreError } from './store.ts';
import { Store } from './store.ts';
import type {
  DirtyBootVector,
  Facts,
  Interruption,
  LinearVector,
  Operation,
  PowerLossCase,
  PowerLossVector,
  Vector,
} from './vector.ts';
import { toHex } from './vector-reader.ts';
import type { Result } from '#kernel/result';

/** How to replay. */
export interface ReplayOptions {
  /** SHA-256 of bytes as lower-case hexadecimal text. */
  readonly sha256: (bytes: Uint8Array) => string;
  /** Compare read counts, too; default true. */
  readonly reads?: boolean;
  /** Makes the storage a store is given from the flash that holds the bits; default: that flash itself. */
  readonly wrap?: (flash: BufferStorage) => Storage;
}

/** The first thing that was not as the vector says. */
export interface Difference {
  /** The operation, or the case, by its number from 0; the number of them for what stands at the end. */
  readonly index: number;
  readonly field: string;
  readonly expected: string | number | null;
  readonly actual: string | number | null;
}

/** What a replay found. */
export interface ReplayReport {
  readonly difference: Difference | undefined;
  /** Operations or cases replayed. */
  readonly replayed: number;
  /** Facts compared. */
  readonly compared: number;
}

type MutableFacts = Record<string, string | number | null>;

const READ_FIELDS = new Set(['reads', 'readBytes', 'readCalls', 'emptyReadCalls']);

/** A store on a flash, with counts of each operation by itself. */
class Bench {
  store: Store;
  private isOpen = false;

  constructor(
    readonly flash: BufferStorage,
    private readonly options: ReplayOptions,
  ) {
    this.store = this.newStore();
  }

  private newStore(): Store {
    return new Store(this.options.wrap?.(this.flash) ?? this.flash);
  }

  run<T>(steps: Steps<T>): T {
    return runAtOnce(steps, this.flash);
  }

  /** Performs an operation: its result, the value or entries it read, and what it asked of the flash. */
  apply(operation: Operation): MutableFacts {
    const { flash } = this;
    if (operation.op === 'boot') this.store = this.newStore();
    const reads = this.store.reads();
    const writes = { ...flash.counts };
    const seen: MutableFacts = this.perform(operation);
    if (operation.op === 'boot') this.isOpen = seen['result'] === 'Ok';
    const now = this.store.reads();
    seen['reads'] = now.words - reads.words;
    seen['readBytes'] = now.bytes - reads.bytes;
    seen['readCalls'] = now.calls - reads.calls;
    seen['emptyReadCalls'] = now.emptyCalls - reads.emptyCalls;
    seen['wordsWritten'] = flash.counts.wordsWritten - writes.wordsWritten;
    seen['wordsChanged'] = flash.counts.wordsChanged - writes.wordsChanged;
    seen['writeCalls'] = flash.counts.writeCalls - writes.writeCalls;
    seen['erases'] = flash.counts.erases - writes.erases;
    return seen;
  }

  private perform(operation: Operation): MutableFacts {
    const { store } = this;
    switch (operation.op) {
      case 'boot':
        return outcome(this.run(store.boot()));
      case 'insert':
        return outcome(this.run(store.insert(operation.key, operation.value)));
      case 'remove':
        return outcome(this.run(store.remove(operation.key)));
      case 'transaction':
        return outcome(this.run(store.transaction(operation.updates)));
      case 'clear':
        return outcome(this.run(store.clear(operation.minKey)));
      case 'prepare':
        return outcome(this.run(store.prepare(operation.length)));
      default:
        return this.query(operation);
    }
  }

  private query(operation: Operation): MutableFacts {
    const { store } = this;
    switch (operation.op) {
      case 'removehandle':
        return this.removeHandle(operation.key);
      case 'find': {
        const found = this.run(store.find(operation.key));
        if (!found.ok) return { result: found.error };
        return { result: 'Ok', value: found.value === undefined ? null : toHex(found.value) };
      }
      case 'iter': {
        const entries = this.entries();
        return typeof entries === 'string'
          ? { result: entries }
          : { result: 'Ok', entries: JSON.stringify(entries) };
      }
      case 'capacity':
        return outcome(store.capacity());
      case 'lifetime':
        return outcome(this.run(store.lifetime()));
      default:
        return {};
    }
  }

  private removeHandle(key: number): MutableFacts {
    const handle = this.store.findHandle(key);
    if (!handle.ok) return { result: handle.error };
    if (handle.value === undefined) return { result: 'None' };
    return outcome(this.run(this.store.removeHandle(handle.value)));
  }

  /** Keys and values in the order of the store's list. */
  entries(): [number, string][] | StoreError {
    const handles = this.store.handles();
    if (!handles.ok) return handles.error;
    const entries: [number, string][] = [];
    for (const handle of handles.value) {
      const value = this.run(this.store.value(handle));
      if (!value.ok) return value.error;
      entries.push([handle.key, toHex(value.value)]);
    }
    return entries;
  }

  /** Keys and values by key as JSON text, or null when the store is not open. */
  sortedEntries(): string | null {
    if (!this.isOpen) return null;
    const entries = this.entries();
    if (typeof entries === 'string') return entries;
    return JSON.stringify(entries.sort(([a], [b]) => a - b));
  }

  /** The image under two names, as far as expected, and the gauges of an open store. */
  state(hashField: string, hexField: string, expected: Facts): MutableFacts {
    const seen: MutableFacts = {};
    if (hashField in expected) seen[hashField] = this.options.sha256(this.flash.image);
    if (hexField in expected) seen[hexField] = toHex(this.flash.image);
    if (!this.isOpen) return seen;
    const capacity = this.store.capacity();
    const lifetime = this.run(this.store.lifetime());
    if (capacity.ok) addRatio(seen, 'capacity', capacity.value);
    if (lifetime.ok) addRatio(seen, 'lifetime', lifetime.value);
    return seen;
  }
}

function addRatio(seen: MutableFacts, name: string, ratio: { used: number; total: number }): void {
  seen[`${name}.used`] = ratio.used;
  seen[`${name}.total`] = ratio.total;
}

function outcome(result: Result<unknown, StoreError>): MutableFacts {
  return { result: result.ok ? 'Ok' : result.error };
}

/** Compares facts and keeps the first difference. */
class Judge {
  difference: Difference | undefined;
  compared = 0;

  constructor(private readonly withReads: boolean) {}

  compare(index: number, expected: Facts, seen: Facts): void {
    for (const [field, value] of Object.entries(expected)) {
      if (!this.withReads && READ_FIELDS.has(field)) continue;
      this.compared += 1;
      const actual = seen[field] ?? null;
      if (actual !== value) this.difference ??= { index, field, expected: value, actual };
    }
  }

  /** A flash in memory obeys its own rules or says which was broken. */
  checkRules(index: number, flash: BufferStorage): void {
    if (flash.violation === undefined) return;
    this.difference ??= {
      index,
      field: 'flash rules',
      expected: 'kept',
      actual: flash.violation,
    };
  }

  report(replayed: number): ReplayReport {
    return { difference: this.difference, replayed, compared: this.compared };
  }
}

/** Replays a vector up to the first difference. */
export function replay(vector: Vector, options: ReplayOptions): ReplayReport {
  const judge = new Judge(options.reads ?? true);
  switch (vector.kind) {
    case 'linear':
      return replayLinear(vector, options, judge);
    case 'powerloss':
      return replayPowerLoss(vector, options, judge);
    case 'dirtyboot':
      return replayDirtyBoot(vector, options, judge);
  }
}

function startFlash(vector: LinearVector | PowerLossVector): BufferStorage {
  const flash = new BufferStorage(vector.geometry);
  const { image, pageErases } = vector.initial;
  if (image !== undefined) flash.image.set(image);
  flash.pageErases.set(pageErases.slice(0, flash.numPages));
  return flash;
}

function replayLinear(vector: LinearVector, options: ReplayOptions, judge: Judge): ReplayReport {
  const bench = new Bench(startFlash(vector), options);
  for (const [index, step] of vector.steps.entries()) {
    const seen = {
      ...bench.apply(step.operation),
      ...bench.state('imageHash', 'imageHex', step.expected),
    };
    judge.compare(index, step.expected, seen);
    judge.checkRules(index, bench.flash);
    if (judge.difference !== undefined) return judge.report(index + 1);
  }
  const { flash } = bench;
  const seen = bench.state('finalImageHash', 'finalImageHex', vector.final);
  seen['finalEntries'] = bench.sortedEntries();
  seen['pageErases'] = JSON.stringify([...flash.pageErases]);
  seen['maxWordWritesSeen'] = flash.wordWrites.reduce((most, writes) => Math.max(most, writes), 0);
  judge.compare(vector.steps.length, vector.final, seen);
  return judge.report(vector.steps.length);
}

function replayPowerLoss(
  vector: PowerLossVector,
  options: ReplayOptions,
  judge: Judge,
): ReplayReport {
  const start = startFlash(vector);
  const ready = new Bench(start.clone(), options);
  for (const operation of vector.setup) ready.apply(operation);
  const setup = ready.state('setupImageHash', 'setupImageHex', vector.setupFacts);
  setup['setupEntries'] = ready.sortedEntries();
  judge.compare(0, vector.setupFacts, setup);
  for (const [index, one] of vector.cases.entries()) {
    const fresh = (): Bench => {
      const bench = new Bench(start.clone(), options);
      if (one.operation.op !== 'boot') for (const each of vector.setup) bench.apply(each);
      return bench;
    };
    replayCase(index, one, fresh, judge);
    if (judge.difference !== undefined) return judge.report(index + 1);
  }
  return judge.report(vector.cases.length);
}

/** Writes and erases an operation needs when it is let through. */
function countCalls(bench: Bench, operation: Operation): number {
  bench.flash.arm(Number.MAX_SAFE_INTEGER);
  bench.apply(operation);
  return Number.MAX_SAFE_INTEGER - bench.flash.disarm();
}

function interrupt(bench: Bench, operation: Operation, cut: Interruption): Facts {
  bench.flash.arm(cut.delay);
  bench.apply(operation);
  const bytes = bench.flash.interruptedBytes ?? null;
  bench.flash.corrupt(bitChoice(cut.corruption) ?? (() => false));
  return {
    interruptedBytes: bytes,
    ...bench.state('interruptedImageHash', 'interruptedImageHex', cut.expected),
  };
}

function replayCase(index: number, one: PowerLossCase, fresh: () => Bench, judge: Judge): void {
  const storageCalls = countCalls(fresh(), one.operation);
  const bench = fresh();
  const cut = interrupt(bench, one.operation, one);
  judge.compare(index, one.expected, { ...cut, storageCalls });
  for (const each of one.recoveryInterruptions) {
    const again = interrupt(bench, { op: 'boot' }, each);
    judge.compare(index, each.expected, again);
  }
  judge.compare(index, one.recovery, bench.apply({ op: 'boot' }));
  const recovered = bench.state('recoveredImageHash', 'recoveredImageHex', one.recovered);
  recovered['entries'] = bench.sortedEntries();
  judge.compare(index, one.recovered, recovered);
  const second = {
    ...bench.apply({ op: 'boot' }),
    ...bench.state('imageHash', 'imageHex', one.secondBoot),
  };
  judge.compare(index, one.secondBoot, second);
  judge.checkRules(index, bench.flash);
}

function replayDirtyBoot(
  vector: DirtyBootVector,
  options: ReplayOptions,
  judge: Judge,
): ReplayReport {
  for (const [index, one] of vector.cases.entries()) {
    const bench = new Bench(dirtyFlash(vector.geometry, one.image), options);
    const seen = {
      ...bench.apply({ op: 'boot' }),
      ...bench.state('imageAfterHash', 'imageAfterHex', one.expected),
    };
    const listed = bench.apply({ op: 'iter' });
    seen['iterResult'] = listed['result'] ?? null;
    seen['entries'] = listed['entries'] ?? null;
    judge.compare(index, one.expected, seen);
    if (judge.difference !== undefined) return judge.report(index + 1);
  }
  return judge.report(vector.cases.length);
}

function dirtyFlash(geometry: Geometry, image: Uint8Array): BufferStorage {
  const flash = new BufferStorage(geometry, false);
  flash.image.set(image);
  return flash;
}
