// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Speed of every store on flash in memory, 8 pages of 4096 bytes, write rules checked: simple updates.
 *
 * NON-TOCK: speed of the simulator on the host; what the updates cost on a part says `tocksim study stores`.
 */
import { assert } from '#kernel/assert';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { BlockDefinition, Outcome, StoreDefinition } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { STORES, whyNot } from '#libraries/stores';
import { perSecond, type BenchRow } from './row.ts';

const GEOMETRY = {
  wordSize: 4,
  pageSize: 4096,
  numPages: 8,
  maxWordWrites: 2,
  maxPageErases: 65_535,
};

const KEYS = 16;
const VALUE = new Uint8Array(16).fill(0x5c);
/** Updates that are timed at once, and how often at least; more until some time has passed. */
const BATCH = 250;
const LEAST_BATCHES = 2;
const LEAST_MILLISECONDS = 400;
const TO_REACH = 100e3;
/** Stores whose every update writes all entries, by how their names begin. */
const LINEAR: readonly string[] = ['noodle', 'cfstore-heap'];

function isLinear({ name }: StoreDefinition): boolean {
  return LINEAR.some((begin) => name.startsWith(begin));
}

function must(steps: Steps<Outcome<unknown>>): void {
  const outcome = runAtOnce(steps);
  assert(outcome.ok, 'the store refused a step of its bench');
}

/** One update after the other: the next of a few keys, the next entry, the next bytes; the store is emptied when it is full. */
function updater(definition: StoreDefinition): (index: number) => void {
  const flash = new BufferStorage(GEOMETRY);
  if (definition.kind === 'map') {
    const store = definition.open(flash);
    must(store.boot());
    return (index) => {
      must(store.put((index * 5) % KEYS, VALUE));
    };
  }
  if (definition.kind === 'block') return writer(definition, flash);
  const store = definition.open(flash);
  must(store.boot());
  return () => {
    if (!runAtOnce(store.append(VALUE)).ok) {
      must(store.clear());
      must(store.append(VALUE));
    }
  };
}

/** The next bytes behind the last ones; all are erased when there is no more room. */
function writer(definition: BlockDefinition, flash: BufferStorage): () => void {
  const store = definition.open(flash);
  const { size } = definition.shape(flash);
  must(store.boot());
  let at = 0;
  return () => {
    if (at + VALUE.length > size) {
      must(store.erase());
      at = 0;
    }
    must(store.write(at, VALUE));
    must(store.flush());
    at += VALUE.length;
  };
}

/** Updates a second, over whole turns of the flash. */
function updates(definition: StoreDefinition): number {
  const update = updater(definition);
  let [index, time] = [0, 0];
  for (let batch = 0; batch < LEAST_BATCHES || time < LEAST_MILLISECONDS; batch++) {
    const rate = perSecond(BATCH, () => {
      for (const last = index + BATCH; index < last; index++) update(index);
    });
    time += (BATCH * 1e3) / rate;
  }
  return (index * 1e3) / time;
}

const TIMED = {
  map: 'put, 16 live x 16 B',
  log: 'append of 16 B',
  block: 'write of 16 B',
} as const;

/** A row for each store that can live there. */
export const STORE_ROWS: readonly BenchRow[] = STORES.filter(
  (store) => whyNot(store, GEOMETRY) === undefined,
).map((store) => ({
  name: `store ${store.name}: ${TIMED[store.kind]}`,
  unit: '/s',
  ...(isLinear(store) ? { peer: 'each put writes all 16' } : { toReach: TO_REACH }),
  run: () => updates(store),
}));
