// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The naive store under the shared contract.
 *
 * NON-TOCK: an example of failure.
 */
import { Ok } from '#kernel/result';
import type { MapDefinition, MapStore, Outcome, RamUse } from '../store/definition.ts';
import type { Steps, Storage } from '../store/storage.ts';
import { CLAIM } from './claim.ts';
import { MAX_KEY, entryWords, maxValueLength, totalCapacity } from './format.ts';
import { NaiveStore } from './naive-store.ts';

/** Bytes of a key's place in RAM: key, page, offset and length, two bytes each. */
const PLACE_SIZE = 8;

class NaiveMap implements MapStore {
  private store: NaiveStore;

  constructor(private readonly storage: Storage) {
    this.store = new NaiveStore(storage);
  }

  boot(): Steps<Outcome> {
    this.store = new NaiveStore(this.storage);
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
    return Ok(this.store.keys());
  }

  ram(): RamUse {
    return { fixed: 0, content: PLACE_SIZE * this.store.keys().length };
  }
}

/** A store as one writes it on the first afternoon. */
export const NAIVE: MapDefinition = {
  kind: 'map',
  name: 'naive',
  description: 'a store that is made to fail: no checksum, no second place',
  claim: CLAIM,
  complexity: 'a boot walks all entries; a lookup costs the same for any number of them',
  defaults: { pageSize: 64, pages: 4 },
  refuses: ({ pageSize, numPages }) =>
    pageSize >= 16 && pageSize <= 65_536 && numPages >= 1
      ? undefined
      : 'needs pages of 16 to 65536 bytes',
  shape: (geometry) => ({
    maxKey: MAX_KEY,
    maxValueLength: maxValueLength(geometry),
    capacity: totalCapacity(geometry),
    exact: true,
    unitsOf: entryWords,
  }),
  open: (storage) => new NaiveMap(storage),
  recognises: () => false,
};
