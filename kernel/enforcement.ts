// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What follows when a driver gives back another callback than it had to.
 *
 * NON-TOCK: the reactions of #2462, which was never merged, and of its discussion: the board panics (March 2021),
 * the process that called is killed (later heads), or the driver serves nobody any more.
 */
import { panic } from './assert.ts';
import type { OwnershipWatch } from './ownership-watch.ts';
import type { Process } from './process-standard.ts';
import type { UpcallId } from './syscall.ts';
import { TraceEvent, type Trace } from './trace.ts';

/** The three reactions. */
export type ViolationReaction = 'panic' | 'kill' | 'disable';

/** Of one kernel. */
export class Enforcement {
  private readonly disabled = new Set<number>();

  constructor(
    private readonly reaction: ViolationReaction,
    private readonly trace: Trace,
    private readonly watch: OwnershipWatch | undefined,
  ) {}

  /** Whether a driver was disabled: calls find it absent, and what it schedules is refused. */
  isDisabled(driverNum: number): boolean {
    return this.disabled.size > 0 && this.disabled.has(driverNum);
  }

  /** A driver gave back what it must not, in words that follow "the driver gave back". */
  report(process: Process, id: UpcallId, what: string): void {
    const { driverNum, subscribeNum } = id;
    const { trace } = this;
    this.watch?.violated(process, id, what);
    if (trace.enabled) {
      const event = TraceEvent.callbackViolation;
      trace.record(event, process.slot, driverNum, subscribeNum, trace.text(what));
    }
    switch (this.reaction) {
      case 'panic':
        return panic(`driver 0x${driverNum.toString(16)} gave back ${what}`);
      case 'kill':
        process.terminate(undefined);
        return;
      case 'disable':
        this.disabled.add(driverNum);
    }
  }
}
