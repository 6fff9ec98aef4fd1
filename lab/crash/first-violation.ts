// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Looks for any violation of a store's claim with a fixed budget: short workloads, small flashes, one and two cuts deep.
 *
 * NON-TOCK: the laboratory's own test: a bug put into a store must be found by this.
 */
import type { CrashCase } from './crash-case.ts';
import { DEFAULT_OPTIONS, explore, type CrashOptions } from './explore.ts';
import { geometryFor } from './shard.ts';
import { adapterOf } from './stores/index.ts';

/** What was found, and after how many cuts. */
export interface Search {
  readonly found: CrashCase | undefined;
  readonly cuts: number;
}

/** A part of the budget. */
interface Part {
  readonly pageSize: number;
  readonly pages: number;
  readonly depth: number;
  /** Operations of a workload. */
  readonly length: number;
  readonly shards: number;
}

/** The budget of the persistent store, whose flashes may be the smallest. */
const PERSISTENT: readonly Part[] = [
  { pageSize: 64, pages: 5, depth: 1, length: 100, shards: 4 },
  { pageSize: 64, pages: 3, depth: 1, length: 100, shards: 4 },
  { pageSize: 128, pages: 4, depth: 1, length: 100, shards: 4 },
  { pageSize: 64, pages: 4, depth: 2, length: 20, shards: 6 },
];

/** The budget of any other store: flashes of its own shape, smaller and larger, and one cut twice. */
function partsOf(store: string): readonly Part[] {
  const adapter = adapterOf(store);
  const { pageSize = 64, pages = 4 } = adapter?.defaults ?? {};
  const parts = [
    { pageSize, pages, depth: 1, length: 100, shards: 4 },
    // Where less fits into a page, pages are copied more often.
    { pageSize: pageSize / 2, pages, depth: 1, length: 100, shards: 4 },
    { pageSize: 2 * pageSize, pages: pages + 1, depth: 1, length: 100, shards: 4 },
    { pageSize, pages, depth: 2, length: 20, shards: 6 },
  ];
  return parts.filter((part) => adapter?.refuses(geometryFor(adapter, part)) === undefined);
}

/** The first violation that a store shows, within the budget. Images are left out: they are no crash. */
export function firstViolation(store: string, seed = 1): Search {
  let cuts = 0;
  for (const { shards, ...part } of store === 'persistent' ? PERSISTENT : partsOf(store)) {
    const options: CrashOptions = { ...DEFAULT_OPTIONS, ...part, store, seed, images: 0 };
    const report = explore(options, { shards }, ({ violations }) => violations === 0);
    cuts += report.cuts;
    const [found] = report.violations;
    if (found !== undefined) return { found, cuts };
  }
  return { found: undefined, cuts };
}
