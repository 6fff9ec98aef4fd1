// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Any store that is a log, in the laboratory.
 *
 * NON-TOCK: made from its definition alone.
 */
import type { Random } from '#kernel/random';
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { LogDefinition, LogStore } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage, type Steps } from '#libraries/store/storage';
import { areEqual } from '../oracle.ts';
import {
  unknownOperation,
  type Geometry,
  type Operation,
  type Outcome,
  type StoreAdapter,
  type StoreSession,
} from '../store-adapter.ts';
import { LogSpecification, type LogTraits } from './log-specification.ts';

/** The longest of the short entries of a workload, bytes. */
const SHORT = 40;
/** Lengths with a byte of all zeros or all ones in them: limits of what a header can tell. */
const EDGES = [0, 1, 255, 256, 511, 512];

class LogSession implements StoreSession {
  constructor(private readonly store: LogStore) {}

  boot(): Steps<Outcome> {
    return this.store.boot();
  }

  start(operation: Operation): Steps<Outcome> {
    const { store } = this;
    switch (operation.op) {
      case 'append':
        return store.append(operation.value);
      case 'pop':
        return this.pop();
      case 'sync':
        return store.sync?.() ?? unknownOperation();
      case 'clear':
        return store.clear();
      default:
        return unknownOperation();
    }
  }

  /** What is popped must be what was the oldest. */
  private *pop(): Steps<Outcome> {
    const { store } = this;
    if (store.pop === undefined) return yield* unknownOperation();
    const before = yield* store.entries();
    const popped = yield* store.pop();
    const isOldest = !before.ok || !popped.ok || areEqual(popped.value, before.value[0]);
    return isOldest ? popped : Err('another entry than the oldest');
  }

  content(): Result<ReadonlyMap<number, Uint8Array>, string> {
    const entries = runAtOnce(this.store.entries());
    return entries.ok ? Ok(new Map(entries.value.entries())) : entries;
  }

  /** Logs have no count of their own. */
  usedCapacity(): undefined {
    return undefined;
  }
}

/** What the store does, asked of one that is not booted. */
function traitsOf(definition: LogDefinition, geometry: Geometry): LogTraits {
  const store = definition.open(new DeferredStorage(geometry));
  const shape = definition.shape(geometry);
  return { ...shape, syncs: store.sync !== undefined, pops: store.pop !== undefined };
}

/** Mostly appends; where the log pops, about as many pops. One that neither pops nor goes round is cleared at times. */
function next(random: Random, traits: LogTraits): Operation {
  const { syncs, pops, circular } = traits;
  const dice = random.below(32);
  if (dice < (pops || circular ? 1 : 3)) return { op: 'clear', minKey: 0 };
  if (syncs && dice < 10) return { op: 'sync' };
  if (pops && dice >= 20) return { op: 'pop' };
  return { op: 'append', value: entry(random, traits) };
}

/** An entry that is short mostly, else at a limit, or of any length. */
function entry(random: Random, { minEntryLength = 0, maxEntryLength }: LogTraits): Uint8Array {
  const most = Math.min(SHORT, maxEntryLength);
  const dice = random.below(16);
  let length = minEntryLength + random.below(most - minEntryLength + 1);
  if (dice === 0) length = minEntryLength + random.below(maxEntryLength - minEntryLength + 1);
  if (dice === 1) {
    const edges = [...EDGES, maxEntryLength].filter(
      (each) => each >= minEntryLength && each <= maxEntryLength,
    );
    length = edges[random.below(edges.length)] ?? length;
  }
  return new Uint8Array(length).map(() => random.u32() >>> 24);
}

/** Appends until the flash has been about half filled; a linear log may refuse the last of them. */
function fill(random: Random, { pageSize, numPages }: Geometry, traits: LogTraits): Operation[] {
  const operations: Operation[] = [];
  let left = (pageSize * numPages) / 2;
  for (;;) {
    const value = entry(random, traits);
    left -= traits.unitsOf(value.length);
    if (left < 0) break;
    operations.push({ op: 'append', value });
  }
  if (traits.syncs) operations.push({ op: 'sync' });
  return operations;
}

/** The adapter of a definition. */
export function logAdapter(definition: LogDefinition): StoreAdapter {
  return {
    name: definition.name,
    description: definition.description,
    claim: definition.claim,
    defaults: definition.defaults,
    refuses: (geometry) => definition.refuses(geometry),
    open: (storage) => new LogSession(definition.open(storage)),
    specification: (geometry) => new LogSpecification(traitsOf(definition, geometry)),
    random: (random, _specification, geometry) => next(random, traitsOf(definition, geometry)),
    fill: (random, geometry) => fill(random, geometry, traitsOf(definition, geometry)),
  };
}
