// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Round robin: each ready process in turn gets a timeslice; what is left of it when kernel work comes
 * between is kept for it.
 *
 * Mirrors `capsules/system/src/scheduler/round_robin.rs`.
 */
import type { StoppedExecutingReason } from '#kernel/process';
import type { Process } from '#kernel/process-standard';
import type { Scheduler, SchedulingDecision } from '#kernel/scheduler';
import { ms, ns, ZERO, type Nanoseconds } from '#kernel/time';

/** `DEFAULT_TIMESLICE_US` of Tock's scheduler. */
const TIMESLICE = ms(10);

export class RoundRobin implements Scheduler {
  /** Slot of the process that runs, or ran last. */
  private current = -1;
  /** What the interrupted process has used of its timeslice; undefined: the next one's turn. */
  private used: Nanoseconds | undefined;

  constructor(private readonly timeslice: Nanoseconds = TIMESLICE) {}

  next(processes: readonly (Process | undefined)[]): SchedulingDecision | undefined {
    const interrupted = this.used === undefined ? undefined : processes[this.current];
    if (interrupted?.ready() === true) {
      return { process: interrupted, timeslice: ns(this.timeslice - (this.used ?? ZERO)) };
    }
    this.used = undefined;
    for (let step = 1; step <= processes.length; step++) {
      const slot = (this.current + step) % processes.length;
      const process = processes[slot];
      if (process?.ready() === true) {
        this.current = slot;
        return { process, timeslice: this.timeslice };
      }
    }
    return undefined;
  }

  result(reason: StoppedExecutingReason, executed: Nanoseconds | undefined): void {
    this.used =
      reason === 'KernelPreemption' ? ns((this.used ?? ZERO) + (executed ?? ZERO)) : undefined;
  }
}
