// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a worker thread does: one shard, or the shrinking of one case.
 *
 * NON-TOCK: the pool of `lab/workers.ts` starts this file and calls its functions by name.
 */
import type { CrashCase } from '../crash-case.ts';
import type { CrashOptions } from '../explore.ts';
import type { CrashReport } from '../report.ts';
import { exploreShard } from '../shard.ts';
import { shrink } from '../shrink.ts';
import { Control } from './control.ts';

/** One shard to explore. */
export interface ShardTask {
  readonly options: CrashOptions;
  readonly index: number;
  /** Of the campaign's control. */
  readonly memory: SharedArrayBuffer;
}

/** The report of a shard; with `shards` 0 when it was stopped before its end. */
export function exploreTask({ options, index, memory }: ShardTask): CrashReport {
  const control = new Control(memory);
  let told = 0;
  const tell = (cuts: number): void => {
    control.addCuts(cuts - told);
    told = cuts;
  };
  const report = exploreShard(options, index, ({ cuts }) => {
    tell(cuts);
    return !control.isStopped;
  });
  tell(report.cuts);
  return report;
}

/** The same failure with as little as can be found. */
export function shrinkTask(crashCase: CrashCase): CrashCase {
  return shrink(crashCase);
}
