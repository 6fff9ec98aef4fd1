// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Ways to change a few bytes of a long value: put it anew, put the piece anew that they are in, or write them at their place.
 *
 * NON-TOCK: see `lab/studies/patch.ts`.
 */
import { assert } from '#kernel/assert';
import { Ok } from '#kernel/result';
import { nameOf, type DriverMap } from '#libraries/cfstore/driver-map';
import { configOf } from '#libraries/cfstore/config';
import { CFSTORE, mapOf as cfstoreMapOf } from '#libraries/cfstore/definition';
import { PERSISTENT } from '#libraries/persistent-store/definition';
import { keyRange, readFragments, writeFragments } from '#libraries/persistent-store/fragment';
import { Store } from '#libraries/persistent-store/store';
import type { MapDefinition, MapStore, Outcome } from '#libraries/store/definition';
import type { Steps, Storage } from '#libraries/store/storage';

/** Pieces of a value at most. */
const PIECES = 16;

/** Values in pieces, in one transaction that writes those that change. */
class Fragments implements Pick<MapStore, 'boot' | 'put' | 'get'> {
  private readonly store: Store;

  constructor(storage: Storage) {
    this.store = new Store(storage);
  }

  boot(): Steps<Outcome> {
    return this.store.boot();
  }

  put(key: number, value: Uint8Array): Steps<Outcome> {
    return writeFragments(this.store, keysOf(key), value);
  }

  get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    return readFragments(this.store, keysOf(key));
  }
}

function keysOf(key: number): ReturnType<typeof keyRange> {
  return keyRange(key * PIECES, (key + 1) * PIECES);
}

/** A map of which nothing but puts and gets is wanted. */
function mapOf(
  some: Pick<MapStore, 'boot' | 'put' | 'get'>,
  whole: Pick<MapStore, 'delete' | 'keys' | 'ram'>,
): MapStore {
  return {
    boot: () => some.boot(),
    put: (key, value) => some.put(key, value),
    get: (key) => some.get(key),
    delete: (key) => whole.delete(key),
    keys: () => whole.keys(),
    ram: () => whole.ram(),
  };
}

/** The persistent store with long values in pieces. */
export const FRAGMENTS: MapDefinition = {
  ...PERSISTENT,
  name: 'persistent, in fragments',
  open: (storage) => mapOf(new Fragments(storage), PERSISTENT.open(storage)),
};

/** Puts that write, of a value that is there, no more than the bytes from the first to the last that differ. */
class Patches implements Pick<MapStore, 'boot' | 'put' | 'get'> {
  /** What the client knows: it is the one that changes it. */
  private readonly known = new Map<number, Uint8Array>();

  constructor(private readonly whole: DriverMap) {}

  boot(): Steps<Outcome> {
    return this.whole.boot();
  }

  *put(key: number, value: Uint8Array): Steps<Outcome> {
    const before = this.known.get(key);
    this.known.set(key, value);
    if (before?.length !== value.length) return yield* this.whole.put(key, value);
    const first = value.findIndex((byte, at) => byte !== before[at]);
    const last = value.findLastIndex((byte, at) => byte !== before[at]);
    const { driver: store } = this.whole;
    const hkey = yield* store.open(nameOf(key), { read: true, write: true });
    const sought = yield* store.wseek(hkey, Math.max(0, first));
    const written = yield* store.write(hkey, value.subarray(first, last + 1));
    const closed = yield* store.close(hkey);
    assert(Math.min(hkey, sought, written, closed) >= 0, 'the store refused a patch');
    return Ok();
  }

  get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    return this.whole.get(key);
  }
}

/** CFSTORE with values changed at their place: its increments, which a close merges. */
export const INCREMENTS: MapDefinition = {
  ...CFSTORE,
  name: 'cfstore, by increments',
  open: (storage) => {
    const whole = cfstoreMapOf(storage, configOf(storage));
    return mapOf(new Patches(whole), whole);
  },
};
