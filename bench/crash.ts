// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Speed of the crash laboratory on the persistent store, on one core: 200 random operations on a store half full.
 *
 * NON-TOCK: the peers are a Rust crate and littlefs' runner on the same kind of machine. A cut counts when its recovery ran
 * and everything was judged; states seen before are not counted.
 */
import { assert } from '#kernel/assert';
import { ALL_EXTREMES } from '#lab/crash/cut-model';
import { DEFAULT_OPTIONS, explore, type CrashOptions } from '#lab/crash/explore';
import type { CrashReport } from '#lab/crash/report';
import { milliseconds, type BenchRow } from './row.ts';

/** Every operation is completed, as in the peers' workloads, and no arbitrary images are booted. */
const OPTIONS = { ...DEFAULT_OPTIONS, store: 'persistent', lossy: 0, images: 0 } as const;

function sound(options: CrashOptions, shards: number): CrashReport {
  const report = explore(options, { shards });
  assert(report.violationCount === 0, 'the store was seen to fail');
  return report;
}

function cutsPerSecond(pageSize: number, pages: number, shards: number): number {
  const options = { ...OPTIONS, pageSize, pages };
  // What compiles in the first moment is no part of the speed.
  sound({ ...options, seed: 2 }, Math.ceil(shards / 4));
  return sound(options, shards).casesPerSecond;
}

function depthTwo(): number {
  const options = { ...OPTIONS, pageSize: 32, pages: 3, depth: 2, length: 20 };
  return milliseconds(() => sound({ ...options, subsets: ALL_EXTREMES }, 1)) / 1e3;
}

/** Rows about the crash laboratory. */
export const CRASH_ROWS: readonly BenchRow[] = [
  {
    name: 'crash: 3 x 32 B, single cuts',
    unit: '/s',
    toReach: 300e3,
    peer: 'crate 417 k/s',
    run: () => cutsPerSecond(32, 3, 100),
  },
  {
    name: 'crash: 5 x 64 B, single cuts',
    unit: '/s',
    toReach: 200e3,
    peer: 'crate torn, checked 105 k/s; plain 285 k/s',
    run: () => cutsPerSecond(64, 5, 40),
  },
  {
    name: 'crash: 8 x 512 B, single cuts',
    unit: '/s',
    toReach: 80e3,
    peer: 'crate torn, checked 33 k/s; plain 57 k/s',
    run: () => cutsPerSecond(512, 8, 16),
  },
  {
    name: 'crash: 20 x 4096 B, single cuts',
    unit: '/s',
    toReach: 40e3,
    peer: 'crate torn, checked 6.2 k/s; plain 12 k/s; littlefs 3.5 k/s',
    run: () => cutsPerSecond(4096, 20, 8),
  },
  {
    name: 'crash: 3 x 32 B, depth 2, complete',
    unit: 's',
    toReach: 120,
    run: depthTwo,
  },
];
