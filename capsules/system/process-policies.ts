// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What becomes of a process that faulted: one small policy each.
 *
 * Mirrors `capsules/system/src/process_policies.rs`.
 */
import type { ProcessFaultPolicy } from '#kernel/platform/platform';
import type { FaultAction } from '#kernel/process';
import type { Process } from '#kernel/process-standard';

/** The whole board panics. */
export class PanicFaultPolicy implements ProcessFaultPolicy {
  action(): FaultAction {
    return 'Panic';
  }
}

/** The process is restarted, always. */
export class RestartFaultPolicy implements ProcessFaultPolicy {
  action(): FaultAction {
    return 'Restart';
  }
}

/** The process is stopped, for good. */
export class StopFaultPolicy implements ProcessFaultPolicy {
  action(): FaultAction {
    return 'Stop';
  }
}

/** As another policy, and the process's report is printed first. */
export class DebugFaultPolicy implements ProcessFaultPolicy {
  constructor(
    private readonly policy: ProcessFaultPolicy,
    private readonly print: (text: string) => void,
  ) {}

  action(process: Process): FaultAction {
    this.print(`Process ${process.name} faulted: ${this.policy.action(process)}.\n`);
    this.print(`${process.report()}\n`);
    return this.policy.action(process);
  }
}

/** Restarts until the process was restarted more than `threshold` times; then stops it. */
export class ThresholdRestartFaultPolicy implements ProcessFaultPolicy {
  constructor(private readonly threshold: number) {}

  action(process: Process): FaultAction {
    return process.restartCount <= this.threshold ? 'Restart' : 'Stop';
  }
}

/** Restarts until the process was restarted more than `threshold` times; then panics. */
export class ThresholdRestartThenPanicFaultPolicy implements ProcessFaultPolicy {
  constructor(private readonly threshold: number) {}

  action(process: Process): FaultAction {
    return process.restartCount <= this.threshold ? 'Restart' : 'Panic';
  }
}
