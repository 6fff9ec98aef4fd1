// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What decides which process runs next, and for how long. Mirrors `kernel/src/scheduler.rs`. */
import type { StoppedExecutingReason } from './process.ts';
import type { Process } from './process-standard.ts';
import type { Nanoseconds } from './time.ts';

/** Run this process; without a timeslice, until it yields. */
export interface SchedulingDecision {
  readonly process: Process;
  readonly timeslice: Nanoseconds | undefined;
}

export interface Scheduler {
  /** The next process to run, of those that are ready; undefined: none is, the chip may sleep. */
  next(processes: readonly (Process | undefined)[]): SchedulingDecision | undefined;
  /** Why the process that `next` chose stopped, and for how long it had run (undefined without timeslice). */
  result(reason: StoppedExecutingReason, executed: Nanoseconds | undefined): void;
}
