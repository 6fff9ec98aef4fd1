// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The persistent store under the contract that all stores share, in both of its modes.
 *
 * NON-TOCK: this project's own.
 */
import { Ok } from '#kernel/result';
import type { Claim } from '../store/claim.ts';
import type { MapDefinition, MapStore, MapUpdate, Outcome, RamUse } from '../store/definition.ts';
import type { Steps, Storage } from '../store/storage.ts';
import { CLAIM, UPSTREAM_CLAIM } from './claim.ts';
import { Format, MAX_KEY, WORD_SIZE, isSupported } from './format.ts';
import { inspect } from './inspect.ts';
import { MODES, type ModeName } from './mode.ts';
import { Store } from './store.ts';

/** Bytes that the crate keeps for each live entry: its position, as two bytes. */
const PLACE_SIZE = 2;

class PersistentMap implements MapStore {
  private readonly store: Store;

  constructor(storage: Storage, mode: ModeName) {
    this.store = new Store(storage, { mode });
  }

  boot(): Steps<Outcome> {
    return this.store.boot();
  }

  put(key: number, value: Uint8Array): Steps<Outcome> {
    return this.store.insert(key, value);
  }

  delete(key: number): Steps<Outcome> {
    return this.store.remove(key);
  }

  get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    return this.store.find(key);
  }

  *keys(): Steps<Outcome<readonly number[]>> {
    const handles = this.store.handles();
    return handles.ok ? Ok(handles.value.map(({ key }) => key)) : handles;
  }

  putAll(updates: readonly MapUpdate[]): Steps<Outcome> {
    return this.store.transaction(
      updates.map(({ key, value }) =>
        value === undefined ? { op: 'remove', key } : { op: 'insert', key, value },
      ),
    );
  }

  /** Compacts a page when the room left without it is less than the capacity left. */
  *collect(): Steps<Outcome<boolean>> {
    const capacity = this.store.capacity();
    if (!capacity.ok) return capacity;
    const prepared = yield* this.store.prepare(capacity.value.total - capacity.value.used);
    return prepared.ok ? Ok(false) : prepared;
  }

  ram(): RamUse {
    const handles = this.store.handles();
    const entries = handles.ok ? handles.value.length : 0;
    return { fixed: CLAIM.mostWorkingWords * WORD_SIZE, content: PLACE_SIZE * entries };
  }
}

function persistent(
  mode: ModeName,
  claim: Claim,
  name: string,
  description: string,
): MapDefinition {
  return {
    kind: 'map',
    name,
    description,
    claim,
    complexity:
      'a boot walks all entries of all pages; an update takes the same time for any number of keys, and compacts one page at most',
    defaults: { pageSize: 64, pages: 5 },
    refuses: (geometry) =>
      isSupported(geometry) ? undefined : 'needs 3 to 64 pages of 32 to 4096 bytes, in whole words',
    shape: (geometry) => {
      const { totalCapacity: capacity, maxValueLength } = new Format(geometry);
      const unitsOf = (length: number): number => 1 + Math.ceil(length / WORD_SIZE);
      const limits = { maxKey: MAX_KEY, maxValueLength, capacity };
      return { ...limits, exact: true, holdsBoth: true, unitsOf };
    },
    open: (storage) => new PersistentMap(storage, mode),
    recognises: (image, geometry) => {
      const seen = inspect(image, geometry, MODES[mode]);
      return seen.ok && seen.value.isStore && !seen.value.isBlank;
    },
  };
}

/** The store as the boards run it. */
export const PERSISTENT = persistent(
  'ours',
  CLAIM,
  'persistent',
  'the persistent store of the OpenSK design',
);

/** The store as the crate has it, flaws included. */
export const PERSISTENT_UPSTREAM = persistent(
  'upstream',
  UPSTREAM_CLAIM,
  'persistent-upstream',
  'the same in mode `upstream`, write by write as the crate',
);
