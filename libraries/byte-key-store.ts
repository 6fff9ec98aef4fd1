// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Keys of bytes on a store of numeric keys: a hash table with linear probing, kept in flash.
 *
 * NON-TOCK: Tock's KV stack hashes keys to 64 bits and takes two keys of one hash for the same; here the
 * whole key is kept and compared.
 *
 * The numeric key is the hash of the key, folded; the next free one when another key has that. An entry's
 * value is a record: length of the key (one byte), key, value. A key that is deleted from the middle of a
 * chain of neighbours leaves an empty record, so that the search for those behind it does not stop
 * there; empty records at a chain's end go. Each operation changes the store by one insert or one
 * removal that counts, so it is done or not done after a power loss.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { StoreFault } from './store/definition.ts';
import type { Steps } from './store/storage.ts';
import type { Slots } from './slots.ts';
import { sipHash } from './sip-hash.ts';

/** Why an operation was not done: of the key, or of the store below. */
export type ByteKeyError = StoreFault | 'NotFound' | 'Exists';

type Outcome<T> = Steps<Result<T, ByteKeyError>>;

/** The longest key, whose length must fit into a byte. */
export const LONGEST_KEY = 255;

/** Where a key is, or where it would go. */
interface Place {
  /** The numeric key that holds it. */
  readonly slot: number | undefined;
  /** Its record. */
  readonly record: Uint8Array;
  /** The first numeric key of its chain that is free, unless all are taken. */
  readonly free: number | undefined;
}

const NO_RECORD = new Uint8Array(0);

export class ByteKeyStore {
  constructor(readonly slots: Slots) {}

  /** A fresh copy of a key's record: its value begins at `valueStart(key)`. NotFound. */
  *get(key: Uint8Array): Outcome<Uint8Array> {
    const place = yield* this.find(key);
    if (!place.ok) return place;
    const { slot, record } = place.value;
    return slot === undefined ? Err('NotFound') : Ok(record);
  }

  /** Gives a key a value. NoCapacity: no room for the record, and to delete with. */
  *set(key: Uint8Array, value: Uint8Array): Outcome<void> {
    const place = yield* this.find(key);
    return place.ok ? yield* this.put(place.value, key, value) : place;
  }

  /** Gives a value to a key that has none. Exists. */
  *add(key: Uint8Array, value: Uint8Array): Outcome<void> {
    const place = yield* this.find(key);
    if (!place.ok) return place;
    return place.value.slot === undefined
      ? yield* this.put(place.value, key, value)
      : Err('Exists');
  }

  /** Replaces the value of a key. NotFound. */
  *update(key: Uint8Array, value: Uint8Array): Outcome<void> {
    const place = yield* this.find(key);
    if (!place.ok) return place;
    return place.value.slot === undefined
      ? Err('NotFound')
      : yield* this.put(place.value, key, value);
  }

  /** Removes a key. NotFound. */
  *delete(key: Uint8Array): Outcome<void> {
    const place = yield* this.find(key);
    if (!place.ok) return place;
    const { slot } = place.value;
    if (slot === undefined) return Err('NotFound');
    const next = yield* this.slots.find((slot + 1) % this.slots.count);
    if (!next.ok) return next;
    if (next.value !== undefined) return yield* this.slots.put(slot, NO_RECORD);
    const removed = yield* this.slots.delete(slot);
    return removed.ok ? yield* this.trim(slot) : removed;
  }

  /** Makes room for so many bytes of key and value, a piece of the work at a time; to be repeated. */
  prepare(bytes: number): Outcome<void> {
    return this.slots.prepare(1 + bytes);
  }

  private *put({ slot, free }: Place, key: Uint8Array, value: Uint8Array): Outcome<void> {
    const target = slot ?? free;
    if (target === undefined) return Err('NoCapacity');
    const record = new Uint8Array(1 + key.length + value.length);
    record[0] = key.length;
    record.set(key, 1);
    record.set(value, 1 + key.length);
    return yield* this.slots.put(target, record);
  }

  /** Walks the chain from the key's hash on until the key, or a number that nobody has. */
  private *find(key: Uint8Array): Outcome<Place> {
    const { count } = this.slots;
    const home = homeOf(key, count);
    let free: number | undefined;
    for (let step = 0; step < count; step++) {
      const slot = (home + step) % count;
      const found = yield* this.slots.find(slot);
      if (!found.ok) return found;
      if (found.value === undefined) {
        return Ok({ slot: undefined, record: NO_RECORD, free: free ?? slot });
      }
      if (found.value.length === 0) {
        free ??= slot;
        continue;
      }
      const record = yield* found.value.record();
      if (!record.ok) return record;
      if (holds(record.value, key)) return Ok({ slot, record: record.value, free });
    }
    return Ok({ slot: undefined, record: NO_RECORD, free });
  }

  /** Removes the empty records that end at a number nobody has any more. */
  private *trim(end: number): Outcome<void> {
    const { count } = this.slots;
    for (let step = 1; step < count; step++) {
      const slot = (end - step + count) % count;
      const found = yield* this.slots.find(slot);
      if (!found.ok) return found;
      if (found.value?.length !== 0) break;
      const removed = yield* this.slots.delete(slot);
      if (!removed.ok) return removed;
    }
    return Ok();
  }
}

/** Where the value begins in a key's record. */
export function valueStart(key: Uint8Array): number {
  return 1 + key.length;
}

/** The number of so many at which the search for a key begins: both halves of its SipHash-2-4, folded. */
export function homeOf(key: Uint8Array, count: number): number {
  const { low, high } = sipHash(key);
  return ((low ^ high) >>> 0) % count;
}

function holds(record: Uint8Array, key: Uint8Array): boolean {
  if (record[0] !== key.length || record.length < 1 + key.length) return false;
  for (let at = 0; at < key.length; at++) if (record[1 + at] !== key[at]) return false;
  return true;
}
