// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The naive store in the laboratory.
 *
 * NON-TOCK: adapter of `libraries/naive-store`.
 */
import type { Random } from '#kernel/random';
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import { CLAIM } from '#libraries/naive-store/claim';
import { MAX_KEY, entryWords, maxValueLength, totalCapacity } from '#libraries/naive-store/format';
import { NaiveStore } from '#libraries/naive-store/naive-store';
import type { Steps, Storage } from '#libraries/persistent-store/storage';
import type {
  Geometry,
  Operation,
  Outcome,
  Specification,
  StoreAdapter,
  StoreSession,
} from '../store-adapter.ts';
import { MapWorkload } from './map-workload.ts';

class NaiveSession implements StoreSession {
  private store: NaiveStore;

  constructor(private readonly storage: Storage) {
    this.store = new NaiveStore(storage);
  }

  boot(): Steps<Outcome> {
    this.store = new NaiveStore(this.storage);
    return this.store.boot();
  }

  start(operation: Operation): Steps<Outcome> {
    switch (operation.op) {
      case 'insert':
        return this.store.insert(operation.key, operation.value);
      case 'remove':
        return this.store.remove(operation.key);
      default:
        return unknown();
    }
  }

  content(): Result<ReadonlyMap<number, Uint8Array>, string> {
    const { store } = this;
    return Ok(new Map(store.keys().map((key) => [key, store.find(key) ?? new Uint8Array(0)])));
  }

  usedCapacity(): Result<number, string> {
    return Ok(this.store.usedCapacity());
  }
}

/** An operation that the store lacks touches nothing. */
function* unknown(): Steps<Outcome> {
  return Err('Unknown');
}

class NaiveSpecification implements Specification {
  private readonly content: Map<number, Uint8Array>;

  constructor(
    private readonly geometry: Geometry,
    content: ReadonlyMap<number, Uint8Array> = new Map(),
  ) {
    this.content = new Map(content);
  }

  entries(): ReadonlyMap<number, Uint8Array> {
    return this.content;
  }

  apply(operation: Operation): string {
    if (operation.op === 'remove') {
      if (operation.key > MAX_KEY) return 'InvalidArgument';
      this.content.delete(operation.key);
      return 'Ok';
    }
    if (operation.op !== 'insert') return 'Unknown';
    const { key, value } = operation;
    if (key > MAX_KEY || value.length > maxValueLength(this.geometry)) return 'InvalidArgument';
    const old = this.content.get(key);
    const freed = old === undefined ? 0 : entryWords(old.length);
    const used = this.usedCapacity() - freed + entryWords(value.length);
    if (used > totalCapacity(this.geometry)) return 'NoCapacity';
    this.content.set(key, value.slice());
    return 'Ok';
  }

  usedCapacity(): number {
    let used = 0;
    for (const { length } of this.content.values()) used += entryWords(length);
    return used;
  }

  clone(): Specification {
    return new NaiveSpecification(this.geometry, this.content);
  }
}

function workload(random: Random, geometry: Geometry): MapWorkload {
  return new MapWorkload(random, {
    capacity: totalCapacity(geometry),
    maxValueLength: maxValueLength(geometry),
    unitsOf: entryWords,
    maxKey: MAX_KEY,
  });
}

/** A store as one writes it on the first afternoon. */
export const NAIVE: StoreAdapter = {
  name: 'naive',
  description: 'a store that is made to fail: no checksum, no second place',
  claim: {
    cutModel: CLAIM.cutModel,
    programsPerWord: CLAIM.programsPerWord,
    survives: [],
    wipes: 'never',
    letsThrough: CLAIM.letsThrough,
  },
  defaults: { pageSize: 64, pages: 4 },
  refuses: ({ pageSize, numPages }) =>
    pageSize >= 16 && pageSize <= 65_536 && numPages >= 1
      ? undefined
      : 'needs pages of 16 to 65536 bytes',
  open: (storage) => new NaiveSession(storage),
  specification: (geometry) => new NaiveSpecification(geometry),
  random: (random, specification, geometry) =>
    workload(random, geometry).next(specification, ['insert', 'insert', 'insert', 'remove']),
  fill: (random, geometry) => workload(random, geometry).fill(),
};
