// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The workloads that all stores run: the same operations in the same order, from one seed.
 *
 * NON-TOCK: see `lab/studies/stores.ts`.
 */
import { Random } from '#kernel/random';
import type { MapUpdate } from '#libraries/store/definition';

/** One update: changes that belong together. */
export type Update = readonly MapUpdate[];

/** A workload of maps: what is there before, and what is done over and over. */
export interface MapLoad {
  readonly what: string;
  /** Puts that are made first, once each. */
  fill(random: Random): readonly MapUpdate[];
  /** Makes the next update. */
  draw(random: Random): () => Update;
}

/** Bytes of an entry of the log's workload. */
export const LOG_ENTRY_BYTES = 16;
const SEED = 2026;

/** Chance for one run. */
export function chance(): Random {
  return new Random(SEED);
}

/** So many random bytes. */
export function valueOf(random: Random, length: number): Uint8Array {
  const value = new Uint8Array(length);
  for (let at = 0; at < length; at++) value[at] = random.u32() >>> 24;
  return value;
}

function uniform(keys: number, bytes: number): MapLoad {
  return {
    what: keys === 1 ? `one key of ${bytes} B` : `${keys} keys of ${bytes} B in any order`,
    fill: (random) => filled(keys, () => valueOf(random, bytes)),
    draw: (random) => () => [{ key: random.below(keys), value: valueOf(random, bytes) }],
  };
}

function filled(keys: number, value: () => Uint8Array): MapUpdate[] {
  return Array.from({ length: keys }, (_, key) => ({ key, value: value() }));
}

/** Keys of which the r-th is drawn with a weight of 1 / r. */
function zipf(keys: number, bytes: number): MapLoad {
  const sums: number[] = [];
  for (let rank = 1; rank <= keys; rank++) sums.push((sums.at(-1) ?? 0) + Math.round(1e6 / rank));
  const all = sums.at(-1) ?? 0;
  return {
    ...uniform(keys, bytes),
    what: `${keys} keys of ${bytes} B, some much more often than others (Zipf)`,
    draw: (random) => () => {
      const at = random.below(all);
      const key = sums.findIndex((sum) => at < sum);
      return [{ key, value: valueOf(random, bytes) }];
    },
  };
}

/** Keys of the workload with sizes of all kinds. */
const MIXED_KEYS = 40;
const MIXED_MOST = 200;

const MIXED: MapLoad = {
  what: `${MIXED_KEYS} keys of 1 to ${MIXED_MOST} B, one in ten deleted`,
  fill: (random) => filled(MIXED_KEYS, () => valueOf(random, 1 + random.below(MIXED_MOST))),
  draw: (random) => () => {
    const key = random.below(MIXED_KEYS);
    if (random.below(10) === 0) return [{ key }];
    return [{ key, value: valueOf(random, 1 + random.below(MIXED_MOST)) }];
  },
};

/** Keys that change together. */
const BATCH = 8;

function batches(keys: number, bytes: number): MapLoad {
  return {
    ...uniform(keys, bytes),
    what: `${BATCH} of ${keys} keys of ${bytes} B together`,
    draw: (random) => () => {
      const first = random.below(keys);
      return Array.from({ length: BATCH }, (_, nth) => ({
        key: (first + nth * 7) % keys,
        value: valueOf(random, bytes),
      }));
    },
  };
}

/** The workloads of maps by name. */
export const MAP_LOADS = {
  A: uniform(64, 16),
  B: uniform(1, 4),
  C: uniform(200, 32),
  D: zipf(64, 16),
  E: MIXED,
  I: batches(64, 16),
} as const satisfies Record<string, MapLoad>;

/** The name of a workload of maps. */
export type LoadName = keyof typeof MAP_LOADS;

/** What the workload of logs is. */
export const LOG_LOAD = `entries of ${LOG_ENTRY_BYTES} B, each made durable`;
