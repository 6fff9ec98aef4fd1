// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store under a workload: the persistent one with all of its operations, or any other map with those that it has.
 *
 * NON-TOCK: what a laboratory does.
 */
import type { Result } from '#kernel/result';
import { Ok } from '#kernel/result';
import { Store, type Update } from '#libraries/persistent-store/store';
import type { MapDefinition, MapStore, MapUpdate } from '#libraries/store/definition';
import { ReadCounter } from '#libraries/store/read-counter';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Storage } from '#libraries/store/storage';
import { storeOf } from '#libraries/stores';

type Done<T = void> = Result<T, string>;

/** A store that is open, as a workload uses it. */
export interface Engine {
  boot(): Done;
  update(updates: readonly Update[]): Done;
  /** Removes every key from this one on. */
  clear(minKey: number): Done;
  /** Makes room for so many words, or does a piece of idle work. */
  prepare(words: number): Done;
  find(key: number): Done<Uint8Array | undefined>;
  keys(): Done<readonly number[]>;
  /** Non-empty read calls so far. */
  reads(): number;
}

/** The store of a name, not booted. */
export function engineOf(name: string, flash: Storage): Engine {
  if (name === 'persistent' || name === 'persistent-upstream') {
    const mode = name === 'persistent' ? 'ours' : 'upstream';
    return new PersistentEngine(new Store(flash, { mode }));
  }
  const definition = storeOf(name);
  if (definition?.kind !== 'map') throw new Error(`there is no map ${name}`);
  return new MapEngine(definition, flash);
}

class PersistentEngine implements Engine {
  constructor(private readonly store: Store) {}

  boot(): Done {
    return runAtOnce(this.store.boot());
  }

  update(updates: readonly Update[]): Done {
    return runAtOnce(this.store.transaction(updates));
  }

  clear(minKey: number): Done {
    return runAtOnce(this.store.clear(minKey));
  }

  prepare(words: number): Done {
    return runAtOnce(this.store.prepare(words));
  }

  find(key: number): Done<Uint8Array | undefined> {
    return runAtOnce(this.store.find(key));
  }

  keys(): Done<readonly number[]> {
    const handles = this.store.handles();
    return handles.ok ? Ok(handles.value.map(({ key }) => key)) : handles;
  }

  /** As OpenSK's crate would make them. */
  reads(): number {
    const { calls, emptyCalls } = this.store.reads();
    return calls - emptyCalls;
  }
}

/** Several updates at once are made one by one where the store knows no better, and so is a clearing. */
class MapEngine implements Engine {
  private readonly counter: ReadCounter;
  private readonly store: MapStore;

  constructor(definition: MapDefinition, flash: Storage) {
    this.counter = new ReadCounter(flash);
    this.store = definition.open(this.counter);
  }

  boot(): Done {
    return runAtOnce(this.store.boot());
  }

  update(updates: readonly Update[]): Done {
    const { store } = this;
    if (updates.length > 1 && store.putAll !== undefined) {
      return runAtOnce(store.putAll(updates.map(changeOf)));
    }
    for (const update of updates) {
      const done = runAtOnce(
        update.op === 'insert' ? store.put(update.key, update.value) : store.delete(update.key),
      );
      if (!done.ok) return done;
    }
    return Ok();
  }

  clear(minKey: number): Done {
    const keys = this.keys();
    if (!keys.ok) return keys;
    for (const key of keys.value) {
      if (key < minKey) continue;
      const deleted = runAtOnce(this.store.delete(key));
      if (!deleted.ok) return deleted;
    }
    return Ok();
  }

  prepare(): Done {
    if (this.store.collect === undefined) return Ok();
    const collected = runAtOnce(this.store.collect());
    return collected.ok ? Ok() : collected;
  }

  find(key: number): Done<Uint8Array | undefined> {
    return runAtOnce(this.store.get(key));
  }

  keys(): Done<readonly number[]> {
    return runAtOnce(this.store.keys());
  }

  reads(): number {
    return this.counter.calls;
  }
}

function changeOf(update: Update): MapUpdate {
  const { key } = update;
  return update.op === 'insert' ? { key, value: update.value } : { key };
}
