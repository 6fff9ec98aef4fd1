// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What somebody who watches over lent pointers and buffers is told, as it happens. Watchers only watch.
 *
 * NON-TOCK. The trace says what was done; this also says by which function and with which bytes. Absent, each
 * of these costs a branch.
 */
import type { ProcessId } from './process.ts';
import type { BufferId } from './processbuffer.ts';
import type { Process } from './process-standard.ts';
import type { SyscallClass, UpcallId } from './syscall.ts';
import type { Task } from './upcall.ts';

/** Hears of everything that crosses between processes and capsules on loan. */
export interface OwnershipWatch {
  /** A subscribe or an allow with these words is about to be served: a driver may look at them first. */
  offered(
    process: Process,
    swapClass: SyscallClass,
    driverNum: number,
    number: number,
    first: number,
    second: number,
  ): void;
  /**
   * A subscribe or an allow with these words was answered: the answer stands in the process's registers, in
   * the encoding of the kernel's profile. Not called for a process that the call ended.
   */
  swapped(
    process: Process,
    swapClass: SyscallClass,
    driverNum: number,
    number: number,
    first: number,
    second: number,
  ): void;
  /** A task was queued for a process. */
  queued(process: Process, task: Task): void;
  /** A task was lost: the queue was full. */
  lost(process: Process, task: Task): void;
  /** Queued upcalls of a subscription were removed. */
  cancelled(process: Process, id: UpcallId, count: number): void;
  /** A process takes a task from its queue: its function is called, or Yield-WaitFor returns its words. */
  delivered(process: Process, task: Task): void;
  /** A capsule reaches bytes that a process lent it. `id` tells under which number, and how. */
  touched(processId: ProcessId, id: BufferId, address: number, length: number): void;
  /** A process ended, or is about to start afresh: nothing is lent any more. */
  ended(process: Process): void;
  /** The kernel noticed that a driver gave back what it must not. */
  violated(process: Process, id: UpcallId, what: string): void;
}
