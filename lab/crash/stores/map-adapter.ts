// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Any store that is a map, in the laboratory.
 *
 * NON-TOCK: made from its definition alone.
 */
import type { Random } from '#kernel/random';
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { MapDefinition, MapStore } from '#libraries/store/definition';
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
import { MapSpecification } from './map-specification.ts';
import { MapWorkload, type MapOperation } from './map-workload.ts';

/** One in so many operations of a random workload brings the store nearer to where it is full; and of one that is near. */
const BRIM = 8;
const NEAR_BRIM = 2;

class MapSession implements StoreSession {
  constructor(private readonly store: MapStore) {}

  boot(): Steps<Outcome> {
    return this.store.boot();
  }

  start(operation: Operation): Steps<Outcome> {
    const { store } = this;
    switch (operation.op) {
      case 'insert':
        return store.put(operation.key, operation.value);
      case 'remove':
        return store.delete(operation.key);
      case 'transaction':
        return store.putAll?.(operation.updates) ?? unknownOperation();
      case 'collect':
        return store.collect?.() ?? unknownOperation();
      default:
        return unknownOperation();
    }
  }

  content(): Result<ReadonlyMap<number, Uint8Array>, string> {
    const keys = runAtOnce(this.store.keys());
    if (!keys.ok) return keys;
    const content = new Map<number, Uint8Array>();
    for (const key of keys.value) {
      if (content.has(key)) return Err(`key ${key} is there twice`);
      const value = runAtOnce(this.store.get(key));
      if (!value.ok) return Err(`key ${key}: ${value.error}`);
      if (value.value === undefined) return Err(`key ${key} is listed, but has no value`);
      content.set(key, value.value);
    }
    return Ok(content);
  }

  /** Maps have no count of their own; what they hold is judged by content and by what they refuse. */
  usedCapacity(): undefined {
    return undefined;
  }
}

/** How often a random workload has each operation, as the store has them. */
function operationsOf(definition: MapDefinition, geometry: Geometry): readonly MapOperation[] {
  const store = definition.open(new DeferredStorage(geometry));
  const operations: MapOperation[] = ['insert', 'insert', 'insert', 'insert', 'remove'];
  if (store.putAll !== undefined) operations.push('transaction');
  if (store.collect !== undefined) operations.push('collect');
  return operations;
}

/** The adapter of a definition. */
export function mapAdapter(definition: MapDefinition): StoreAdapter {
  const workload = (random: Random, geometry: Geometry): MapWorkload =>
    new MapWorkload(random, definition.shape(geometry));
  return {
    name: definition.name,
    description: definition.description,
    claim: definition.claim,
    defaults: definition.defaults,
    refuses: (geometry) => definition.refuses(geometry),
    open: (storage) => new MapSession(definition.open(storage)),
    specification: (geometry) => new MapSpecification(definition.shape(geometry)),
    random: (random, specification, geometry) => {
      const operations = workload(random, geometry);
      const { capacity } = definition.shape(geometry);
      const isNear = specification.usedCapacity() * 4 > capacity * 3;
      if (random.below(isNear ? NEAR_BRIM : BRIM) === 0) return operations.brim(specification);
      return operations.next(specification, operationsOf(definition, geometry));
    },
    fill: (random, geometry) => workload(random, geometry).fill(),
  };
}
