// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A persistent store on the laboratory's cells.
 *
 * NON-TOCK: see persistent.ts.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import { startChange } from '#libraries/persistent-store/driver';
import type { EntryList } from '#libraries/persistent-store/entry-list';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps, Storage } from '#libraries/store/storage';
import { Store, type ModeName } from '#libraries/persistent-store/store';
import { areEqual } from '../oracle.ts';
import {
  isChange,
  unknownOperation,
  type Operation,
  type Outcome,
  type StoreSession,
} from '../store-adapter.ts';

/** The store with its index in RAM laid open. */
class OpenedStore extends Store {
  get index(): EntryList {
    return this.log.entries;
  }

  get head(): number {
    return this.log.head;
  }
}

/** A persistent store that is cut. */
export class PersistentSession implements StoreSession {
  readonly store: OpenedStore;

  constructor(storage: Storage, mode: ModeName) {
    this.store = new OpenedStore(storage, { mode });
  }

  /** The store begins anew by its own rule: `boot` may be called again at any time. */
  boot(): Steps<Outcome> {
    return this.store.boot();
  }

  start(operation: Operation): Steps<Outcome> {
    return isChange(operation) ? startChange(this.store, operation) : unknownOperation();
  }

  content(): Result<ReadonlyMap<number, Uint8Array>, string> {
    const handles = this.store.handles();
    if (!handles.ok) return handles;
    const content = new Map<number, Uint8Array>();
    for (const handle of handles.value) {
      if (content.has(handle.key)) return Err(`key ${handle.key} is there twice`);
      const read = runAtOnce(this.store.value(handle));
      const found = runAtOnce(this.store.find(handle.key));
      if (!read.ok) return read;
      if (!found.ok) return found;
      if (!areEqual(read.value, found.value)) return Err(`key ${handle.key} is found as another`);
      content.set(handle.key, read.value);
    }
    return Ok(content);
  }

  usedCapacity(): Result<number, string> {
    const capacity = this.store.capacity();
    return capacity.ok ? Ok(capacity.value.used) : capacity;
  }
}
