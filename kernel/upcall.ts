// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Upcalls: what a capsule can cause in a process, and the tasks that wait for it.
 *
 * Mirrors `kernel/src/upcall.rs`. Function pointer and appdata live in the grant, held by the kernel;
 * a capsule names an upcall only by number.
 */

/** Why an upcall could not be scheduled. */
export type UpcallError =
  /** The number is not below the count that the grant was made with. */
  | 'InvalidSubscribeNum'
  /** The process's queue is full: the upcall is lost. */
  | 'QueueFull'
  /** The process is not active. */
  | 'KernelError';

/** Slots of the ring of tasks; one is always free, so 9 tasks fit (`process_standard.rs`). */
export const UPCALL_RING_SLOTS = 10;

/** What a queued task does when the process takes it. */
export const TaskKind = {
  /** Calls a function: an upcall, or the start of the process. */
  FunctionCall: 0,
  /** Says that an event happened for which the subscription was null (since 2.2). */
  ReturnValue: 1,
  /** A notification by the process whose id is argument 0 (`ipc.ts`), which becomes an upcall when it is taken. */
  Ipc: 2,
} as const;
export type TaskKind = (typeof TaskKind)[keyof typeof TaskKind];

/** Stands for the kernel where a task's source would be a driver. */
export const FROM_KERNEL = -1;

/** A queued task. */
export interface Task {
  readonly kind: TaskKind;
  /** The driver that caused it, or FROM_KERNEL. */
  readonly driverNum: number;
  readonly subscribeNum: number;
  readonly pc: number;
  readonly argument0: number;
  readonly argument1: number;
  readonly argument2: number;
  /** Appdata. */
  readonly argument3: number;
}
