// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Speed of the persistent store on flash in memory, 20 pages of 4096 bytes, write rules checked.
 *
 * NON-TOCK: the peer is the Rust crate, release build on a plain buffer, on a 2-core machine of the same kind.
 */
import { assert } from '#kernel/assert';
import type { Result } from '#kernel/result';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import { milliseconds, perSecond, type BenchRow } from './row.ts';

const GEOMETRY = {
  wordSize: 4,
  pageSize: 4096,
  numPages: 20,
  maxWordWrites: 2,
  maxPageErases: 65_535,
};

const WORD = Uint8Array.of(1, 2, 3, 4);
const FIFTY_WORDS = new Uint8Array(200).fill(0x5c);

function must<T>(steps: Steps<Result<T, string>>): T {
  const result = runAtOnce(steps);
  assert(result.ok, 'the store refused a step of its bench');
  return result.value;
}

function openStore(flash: BufferStorage): Store {
  const store = new Store(flash);
  must(store.boot());
  return store;
}

function filledStore(live: number, value: Uint8Array): Store {
  const store = openStore(new BufferStorage(GEOMETRY));
  for (let key = 0; key < live; key++) must(store.insert(key, value));
  return store;
}

function replace(live: number, value: Uint8Array, count: number): number {
  const store = filledStore(live, value);
  return perSecond(count, () => {
    for (let n = 0; n < count; n++) must(store.insert((n * 37) % live, value));
  });
}

/** Inserts keys that are absent and removes them again, and times one of the two. */
function insertAndRemove(timed: 'insert' | 'remove'): number {
  const store = filledStore(100, FIFTY_WORDS);
  const rounds = 1000;
  const batch = 50;
  const times = { insert: 0, remove: 0 };
  for (let round = 0; round < rounds; round++) {
    times.insert += milliseconds(() => {
      for (let key = 0; key < batch; key++) must(store.insert(1000 + key, FIFTY_WORDS));
    });
    times.remove += milliseconds(() => {
      for (let key = 0; key < batch; key++) must(store.remove(1000 + key));
    });
  }
  return (rounds * batch * 1e3) / times[timed];
}

function boot(fill: (store: Store) => void, count: number): number {
  const flash = new BufferStorage(GEOMETRY);
  fill(openStore(flash));
  return perSecond(count, () => {
    for (let n = 0; n < count; n++) openStore(flash);
  });
}

function fillWithEntries(store: Store): void {
  for (let key = 0; runAtOnce(store.insert(key, FIFTY_WORDS)).ok; key++);
}

function fillWithDead(store: Store): void {
  for (let n = 0; n < 9560; n++) must(store.insert(1, WORD));
}

/** Rows about the store; the crate's figures are medians of its own operations. */
export const PERSISTENT_STORE_ROWS: readonly BenchRow[] = [
  {
    name: 'store: replace, 100 live x 50 words',
    unit: '/s',
    toReach: 150e3,
    peer: 'crate 146 k/s',
    run: () => replace(100, FIFTY_WORDS, 100_000),
  },
  {
    name: 'store: replace a counter',
    unit: '/s',
    toReach: 350e3,
    peer: 'crate 130 k/s',
    run: () => replace(1, WORD, 300_000),
  },
  {
    name: 'store: replace, 1000 live x 1 word',
    unit: '/s',
    toReach: 100e3,
    peer: 'crate 20.3 k/s',
    run: () => replace(1000, WORD, 200_000),
  },
  {
    name: 'store: replace, 300 live x 50 words',
    unit: '/s',
    toReach: 68.4e3,
    peer: 'crate 68.4 k/s',
    run: () => replace(300, FIFTY_WORDS, 50_000),
  },
  {
    name: 'store: insert an absent key, 100 live',
    unit: '/s',
    toReach: 137e3,
    peer: 'crate 137 k/s',
    run: () => insertAndRemove('insert'),
  },
  {
    name: 'store: remove a present key, 100 live',
    unit: '/s',
    toReach: 250e3,
    peer: 'crate 278 k/s',
    run: () => insertAndRemove('remove'),
  },
  {
    name: 'store: boot, full of 50-word entries',
    unit: '/s',
    toReach: 40e3,
    peer: 'crate 31.0 to 44.6 k/s',
    run: () => boot(fillWithEntries, 20_000),
  },
  {
    name: 'store: boot, full of overwritten words',
    unit: '/s',
    toReach: 3e3,
    peer: 'crate 2.0 to 2.9 k/s',
    run: () => boot(fillWithDead, 2_000),
  },
  {
    name: 'store: boot, empty',
    unit: '/s',
    toReach: 35.6e3,
    peer: 'crate 20.8 to 35.6 k/s',
    run: () => boot(() => undefined, 20_000),
  },
];
