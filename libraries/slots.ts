// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Numbered records, as the hash table of `byte-key-store.ts` needs them: over any store that is a map.
 *
 * NON-TOCK: the stores differ in what a search costs, and in who keeps room for a deletion.
 */
import { Err, Ok, type Result } from '#kernel/result';
import { WORD_SIZE } from './persistent-store/format.ts';
import { PERSISTENT } from './persistent-store/definition.ts';
import { Store } from './persistent-store/store.ts';
import type { MapDefinition, MapShape, MapStore, StoreFault } from './store/definition.ts';
import { ReadCounter } from './store/read-counter.ts';
import type { Steps, Storage } from './store/storage.ts';

type Outcome<T = void> = Steps<Result<T, StoreFault>>;

/** A record that is there. */
export interface Found {
  /** Its bytes. */
  readonly length: number;
  /** A fresh copy of it. */
  record(): Outcome<Uint8Array>;
}

/** Records by number. Begins off. */
export interface Slots {
  /** How many numbers there are. */
  readonly count: number;
  /** Bytes of the longest record. */
  readonly maxRecordLength: number;
  boot(): Outcome;
  /** Looks for the record of a number; what is found is read before the next change. */
  find(slot: number): Outcome<Found | undefined>;
  /** Writes a record. NoCapacity: no room for it, and to delete something with. An empty record may use that room. */
  put(slot: number, record: Uint8Array): Outcome;
  delete(slot: number): Outcome;
  /** Does a piece of the work that makes room, unless there is room for a record of so many bytes. */
  prepare(bytes: number): Outcome;
  /** What was read so far; the CPU's time is charged by it. */
  reads(): { readonly calls: number; readonly emptyCalls: number };
}

/** The records of a store of some definition. */
export function slotsOn(definition: MapDefinition, storage: Storage): Slots {
  return definition.name === PERSISTENT.name
    ? new PersistentSlots(new Store(storage))
    : new MapSlots(definition, storage);
}

/** On the persistent store, which finds keys without the flash and knows what is free. */
export class PersistentSlots implements Slots {
  readonly count = Store.MAX_KEY + 1;

  constructor(private readonly store: Store) {}

  get maxRecordLength(): number {
    return this.store.maxValueLength;
  }

  boot(): Outcome {
    return this.store.boot();
  }

  *find(slot: number): Outcome<Found | undefined> {
    const handle = this.store.findHandle(slot);
    if (!handle.ok || handle.value === undefined) return handle as Result<undefined, StoreFault>;
    const { value: found } = handle;
    return Ok({ length: found.length, record: () => this.store.value(found) });
  }

  *put(slot: number, record: Uint8Array): Outcome {
    if (record.length > 0) {
      const capacity = this.store.capacity();
      if (!capacity.ok) return capacity;
      const { used, total } = capacity.value;
      if (total - used < entryWords(record.length) + 1) return Err('NoCapacity');
    }
    return yield* this.store.insert(slot, record);
  }

  delete(slot: number): Outcome {
    return this.store.remove(slot);
  }

  *prepare(bytes: number): Outcome {
    const capacity = this.store.capacity();
    if (!capacity.ok) return capacity;
    const left = capacity.value.total - capacity.value.used;
    return yield* this.store.prepare(Math.min(left, entryWords(bytes)));
  }

  reads(): ReturnType<Slots['reads']> {
    return this.store.reads();
  }
}

/** On any other map: a search reads the record. */
class MapSlots implements Slots {
  readonly count: number;
  private readonly shape: MapShape;
  private readonly store: MapStore;
  private readonly counter: ReadCounter;

  constructor(definition: MapDefinition, storage: Storage) {
    this.counter = new ReadCounter(storage);
    this.store = definition.open(this.counter);
    this.shape = definition.shape(storage);
    this.count = Math.min(this.shape.maxKey + 1, MOST_SLOTS);
  }

  get maxRecordLength(): number {
    return this.shape.maxValueLength;
  }

  boot(): Outcome {
    return this.store.boot();
  }

  *find(slot: number): Outcome<Found | undefined> {
    const got = yield* this.store.get(slot);
    if (!got.ok || got.value === undefined) return got as Result<undefined, StoreFault>;
    const { value: record } = got;
    return Ok({ length: record.length, record: () => given(record) });
  }

  put(slot: number, record: Uint8Array): Outcome {
    return this.store.put(slot, record);
  }

  delete(slot: number): Outcome {
    return this.store.delete(slot);
  }

  *prepare(): Outcome {
    const collected = yield* this.store.collect?.() ?? given(false);
    return collected.ok ? Ok() : collected;
  }

  reads(): ReturnType<Slots['reads']> {
    return { calls: this.counter.calls, emptyCalls: 0 };
  }
}

/** As many numbers as a hash of 32 bits has. */
const MOST_SLOTS = 2 ** 32;

function* given<T>(value: T): Outcome<T> {
  return Ok(value);
}

/** Words that a record takes in the persistent store, header included. */
function entryWords(bytes: number): number {
  return 1 + Math.ceil(bytes / WORD_SIZE);
}
