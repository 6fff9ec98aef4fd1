// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Any store that is a log, in the laboratory.
 *
 * NON-TOCK: made from its definition alone.
 */
import type { Random } from '#kernel/random';
import type { Result } from '#kernel/result';
import { Ok } from '#kernel/result';
import type { LogDefinition, LogStore } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage, type Steps } from '#libraries/store/storage';
import {
  unknownOperation,
  type Geometry,
  type Operation,
  type Outcome,
  type StoreAdapter,
  type StoreSession,
} from '../store-adapter.ts';
import { LogSpecification, type LogTraits } from './log-specification.ts';

/** The longest entry of a workload, bytes. */
const MOST_BYTES = 40;

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
        return store.pop?.() ?? unknownOperation();
      case 'sync':
        return store.sync?.() ?? unknownOperation();
      default:
        return unknownOperation();
    }
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

/** Mostly appends; where the log pops, about as many pops. */
function next(random: Random, { syncs, pops, maxEntryLength }: LogTraits): Operation {
  const dice = random.below(8);
  if (syncs && dice < 2) return { op: 'sync' };
  if (pops && dice >= 5) return { op: 'pop' };
  return { op: 'append', value: entry(random, Math.min(MOST_BYTES, maxEntryLength)) };
}

function entry(random: Random, most: number): Uint8Array {
  const value = new Uint8Array(random.below(most + 1));
  for (let at = 0; at < value.length; at++) value[at] = random.u32() >>> 24;
  return value;
}

/** Appends until the flash has been about half filled. */
function fill(random: Random, { pageSize, numPages }: Geometry, traits: LogTraits): Operation[] {
  const operations: Operation[] = [];
  let left = (pageSize * numPages) / 2;
  while (left > 0) {
    const value = entry(random, Math.min(MOST_BYTES, traits.maxEntryLength));
    left -= traits.unitsOf(value.length);
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
