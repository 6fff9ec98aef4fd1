// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The laboratory's entry: what to explore, cut into shards whose results do not depend on who runs them.
 *
 * NON-TOCK: `tocksim crash` and its workers stand on this.
 */
import type { CutModel } from '#libraries/store/claim';
import { DEFAULT_SUBSETS, type SubsetOptions } from './cut-model.ts';
import { SOUND_PART, type PartOptions } from './parts.ts';
import type { CrashReport } from './report.ts';
import { addReport, emptyReport } from './report.ts';
import { exploreShard } from './shard.ts';
import type { Operation } from './store-adapter.ts';

/** What to explore. Plain data: it may cross threads. */
export interface CrashOptions {
  /** Name of the store's adapter; see stores/index.ts. */
  readonly store: string;
  readonly pageSize: number;
  readonly pages: number;
  readonly seed: number;
  /** The operations to cut; without them, each shard makes up `length` of its own on a store half full. */
  readonly workload?: readonly Operation[];
  /** Operations of a random workload. */
  readonly length: number;
  /** Parts that the cuts of one workload are divided into, each a shard: so that workers can share one workload. */
  readonly slices: number;
  /** How many cuts deep: 1 cuts operations, 2 their recoveries as well, and so on. */
  readonly depth: number;
  readonly subsets: SubsetOptions;
  /** What a cut may leave behind; default: what the store claims to survive. */
  readonly cutModel?: CutModel;
  readonly part: PartOptions;
  /** One in so many cuts goes on after its recovery with an operation, a power-off and a whole check; 0 is never. */
  readonly goOn: number;
  /** One in so many operations really is cut, and the workload goes on from there; 0 is never. */
  readonly lossy: number;
  /** Arbitrary images booted after each random workload. */
  readonly images: number;
}

/** How far an exploration is. */
export interface Progress {
  readonly cuts: number;
  readonly pruned: number;
  readonly violations: number;
  /** The shard under way, and the fraction of it that is done. */
  readonly shard: number;
  readonly fraction: number;
}

/** Told now and then how far it is, from inside the run; `false` stops it at once. */
export type OnProgress = (progress: Progress) => boolean;

/** Where an exploration ends: after so many shards, or with the shard that reaches so many cuts; without either, when told. */
export interface Budget {
  readonly shards?: number;
  readonly cuts?: number;
}

/**
 * Runs shards 0, 1, 2, … until the budget is reached or `onProgress` says stop, and adds up their reports. With
 * workers: run `exploreShard` for each index in any order, and add up in the order of indices to where the budget ends.
 */
export function explore(
  options: CrashOptions,
  budget: Budget,
  onProgress: OnProgress = () => true,
): CrashReport {
  const sum = emptyReport(options);
  const start = performance.now();
  const stop = { asked: false };
  for (let index = 0; !stop.asked && !isReached(budget, sum, index); index++) {
    const shard = exploreShard(options, index, (progress) => {
      const cuts = sum.cuts + progress.cuts;
      const pruned = sum.pruned + progress.pruned;
      const violations = sum.violationCount + progress.violations;
      stop.asked = !onProgress({ ...progress, cuts, pruned, violations });
      return !stop.asked;
    });
    addReport(sum, shard);
  }
  sum.casesPerSecond = Math.round((sum.cuts * 1e3) / Math.max(1, performance.now() - start));
  return sum;
}

/** Whether the reports of shards 0 up to and without `shards`, added up, fill a budget. */
export function isReached(budget: Budget, sum: CrashReport, shards: number): boolean {
  const { cuts = Infinity, shards: most = Infinity } = budget;
  return shards >= most || sum.cuts >= cuts;
}

/** What is explored when nothing else is asked for; `store`, `pageSize` and `pages` are the adapter's. */
export const DEFAULT_OPTIONS: Omit<CrashOptions, 'store' | 'pageSize' | 'pages'> = {
  seed: 1,
  length: 200,
  slices: 1,
  depth: 1,
  subsets: DEFAULT_SUBSETS,
  part: SOUND_PART,
  goOn: 64,
  lossy: 8,
  images: 200,
};
