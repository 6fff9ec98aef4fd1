// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One row of the benchmark table: what is measured, and the figure it is held against.
 *
 * NON-TOCK: speed of the simulator on the host, not of the simulated device.
 */

/** Units in which less is better; every other unit is a rate, in which more is better. */
const DURATIONS = ['s', 'ms', 'us', 'ns'] as const;

/** What one row measures. */
export interface BenchRow {
  /** What is done, in few words: `word programs, all checks`. */
  readonly name: string;
  /** `s`, `ms`, `us` or `ns` for a duration; anything else, such as `/s`, is a rate. */
  readonly unit: string;
  /** The figure to reach, in `unit`; none where the work grows with the content. */
  readonly toReach?: number;
  /** Whose figure stands beside ours, and theirs: `sequential-storage MockFlash: 151 M/s`. */
  readonly peer?: string;
  /** How often it is run; default 5. One that takes minutes runs once, and only with `--long`. */
  readonly runs?: number;
  /** Does the work once, times it, and returns the figure in `unit`. */
  run(): number;
}

/** What the runs of a row gave. */
export interface BenchResult {
  readonly row: BenchRow;
  /** The median run, in the row's unit. */
  readonly median: number;
  readonly reached: boolean;
}

const RUNS = 5;

/** Runs a row, five times unless it says otherwise, and judges the median, which one disturbed run cannot move. */
export function measure(row: BenchRow): BenchResult {
  const runs = row.runs ?? RUNS;
  const figures = Array.from({ length: runs }, () => row.run()).sort((a, b) => a - b);
  const median = figures[Math.floor(runs / 2)] ?? Number.NaN;
  const lessIsBetter = DURATIONS.some((unit) => unit === row.unit);
  const { toReach = lessIsBetter ? Infinity : 0 } = row;
  return { row, median, reached: lessIsBetter ? median <= toReach : median >= toReach };
}

/** Times `work`, which does `count` things, and returns things per second. */
export function perSecond(count: number, work: () => void): number {
  return (count * 1e3) / milliseconds(work);
}

/** Times `work`, in milliseconds of the host. */
export function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The same by the processor time of this process, its collector's and compiler's threads included. */
export function cpuMilliseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}
