// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which upcall a process in Yield-WaitFor waits for, and whether it is queued.
 *
 * Mirrors the part of `kernel/src/process_standard.rs` about Yield-WaitFor.
 */
import type { RingBuffer } from './collections/ring-buffer.ts';
import { TaskKind, type Task } from './upcall.ts';

/** Flaws of upstream's kernel that can be had back by name. */
export const KERNEL_FLAWS = {
  'wait-for-lost-wakeup':
    'an upcall that comes after the one that Yield-WaitFor waits for, before the process runs, lets it sleep on (2025-12, #4692, to 2026-09, #5195)',
} as const;
/** The name of one of them. */
export type KernelFlaw = keyof typeof KERNEL_FLAWS;

export class AwaitedUpcall {
  driverNum = 0;
  subscribeNum = 0;
  private readonly losesWakeups: boolean;
  /** The flaw: what was queued last says whether the process is ready, whatever was queued before. */
  private cameLast = false;

  /** @param tasks the process's queue. */
  constructor(
    private readonly tasks: RingBuffer<Task>,
    flaws: ReadonlySet<KernelFlaw>,
  ) {
    this.losesWakeups = flaws.has('wait-for-lost-wakeup');
  }

  /** From now on the process waits for another. */
  set(driverNum: number, subscribeNum: number): void {
    this.driverNum = driverNum;
    this.subscribeNum = subscribeNum;
    this.cameLast = this.tasks.find(this.isAwaited) !== undefined;
  }

  /** A task was queued. */
  queued(task: Task): void {
    if (this.losesWakeups) this.cameLast = this.isAwaited(task);
  }

  /** Whether the process can go on. */
  isReady(): boolean {
    if (this.losesWakeups) return this.cameLast;
    return this.tasks.hasElements() && this.tasks.find(this.isAwaited) !== undefined;
  }

  /** Takes the first task that the process waits for; the others keep their order. */
  take(): Task | undefined {
    return this.tasks.removeFirst(this.isAwaited);
  }

  /** IPC never matches. */
  private readonly isAwaited = (task: Task): boolean =>
    task.driverNum === this.driverNum &&
    task.subscribeNum === this.subscribeNum &&
    task.kind !== TaskKind.Ipc;
}
