// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store on a flash in memory that performs the operations of a vector and says what each did.
 *
 * NON-TOCK: see replay.ts.
 */
import type { BufferStorage } from '../store/buffer-storage.ts';
import {
  deleteFragments,
  keyRange,
  readFragmentRange,
  readFragments,
  writeFragments,
} from './fragment.ts';
import { runAtOnce } from '../store/run-at-once.ts';
import type { Steps, Storage } from '../store/storage.ts';
import type { ModeName, StoreError } from './store.ts';
import { Store } from './store.ts';
import type { Facts, Operation } from './vector.ts';
import { toHex } from './vector-reader.ts';
import type { Result } from '#kernel/result';

/** How to replay. */
export interface ReplayOptions {
  /** SHA-256 of bytes as lower-case hexadecimal text. */
  readonly sha256: (bytes: Uint8Array) => string;
  /** Which behaviour to replay; default `upstream`, as the vectors were recorded. */
  readonly mode?: ModeName;
  /** Compare read counts, too; default true. */
  readonly reads?: boolean;
  /** Makes the storage a store is given from the flash that holds the bits; default: that flash itself. */
  readonly wrap?: (flash: BufferStorage) => Storage;
}

/** What is known of a moment, while it is gathered. */
export type MutableFacts = Record<string, string | number | null>;

/** A store on a flash, with counts of each operation by itself. */
export class ReplayBench {
  store: Store;
  private isOpen = false;

  constructor(
    readonly flash: BufferStorage,
    private readonly options: ReplayOptions,
  ) {
    this.store = this.newStore();
  }

  private newStore(): Store {
    const { wrap, mode = 'upstream' } = this.options;
    return new Store(wrap?.(this.flash) ?? this.flash, { mode });
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
      case 'fragwrite':
        return outcome(
          this.run(writeFragments(store, keyRange(...operation.keys), operation.value)),
        );
      case 'fragdelete':
        return outcome(this.run(deleteFragments(store, keyRange(...operation.keys))));
      default:
        return this.query(operation);
    }
  }

  private query(operation: Operation): MutableFacts {
    const { store } = this;
    switch (operation.op) {
      case 'removehandle':
        return this.removeHandle(operation.key);
      case 'find':
        return valueOutcome(this.run(store.find(operation.key)));
      case 'fragread':
        return valueOutcome(this.run(readFragments(store, keyRange(...operation.keys))));
      case 'fragreadrange': {
        const { keys, range } = operation;
        return valueOutcome(this.run(readFragmentRange(store, keyRange(...keys), ...range)));
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

function valueOutcome(found: Result<Uint8Array | undefined, StoreError>): MutableFacts {
  if (!found.ok) return { result: found.error };
  return { result: 'Ok', value: found.value === undefined ? null : toHex(found.value) };
}
