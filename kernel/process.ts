// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The words in which the kernel and its capsules speak about processes.
 *
 * Mirrors `kernel/src/process.rs`; the process itself is in `process-standard.ts`.
 */
import { ErrorCode } from './errorcode.ts';

declare const processId: unique symbol;

/**
 * Names one life of one process: after a restart the old id reaches nothing (NoSuchApp). Equality is
 * identity. NON-TOCK: one number, the slot in its low bits, where Tock has a struct of both.
 */
export type ProcessId = number & { readonly [processId]: 'ProcessId' };

const SLOT_BITS = 6;
/** How many processes a board can hold. */
export const MAX_PROCESSES = 2 ** SLOT_BITS;

/** The id of the `identifier`-th process life of a board, in a slot. */
export function makeProcessId(identifier: number, slot: number): ProcessId {
  return (identifier * MAX_PROCESSES + slot) as ProcessId;
}
/** Index in the process array. */
export const slotOf = (id: ProcessId): number => id & (MAX_PROCESSES - 1);
/** The unique number of this life of a process, counted from 0 since the board started. */
export const identifierOf = (id: ProcessId): number => Math.floor(id / MAX_PROCESSES);

/** Where a process stands (TRD 104 §4.1; facts of `process.rs`). The first three are runnable states. */
export const ProcessState = {
  Running: 0,
  Yielded: 1,
  YieldedFor: 2,
  Stopped: 3,
  Faulted: 4,
  Terminated: 5,
} as const;
export type ProcessState = (typeof ProcessState)[keyof typeof ProcessState];

/** Why a grant or a buffer could not be had. */
export type ProcessError =
  | 'NoSuchApp'
  | 'OutOfMemory'
  | 'AddressOutOfBounds'
  | 'InactiveApp'
  | 'KernelError'
  | 'AlreadyInUse';

const ERROR_CODES: Readonly<Record<ProcessError, ErrorCode>> = {
  OutOfMemory: ErrorCode.NOMEM,
  AddressOutOfBounds: ErrorCode.INVAL,
  NoSuchApp: ErrorCode.INVAL,
  InactiveApp: ErrorCode.FAIL,
  KernelError: ErrorCode.FAIL,
  AlreadyInUse: ErrorCode.FAIL,
};

/** The ErrorCode that Tock turns a process error into. */
export function processErrorCode(error: ProcessError): ErrorCode {
  return ERROR_CODES[error];
}

/** Why `Kernel` stopped executing a process, told to the scheduler. */
export type StoppedExecutingReason =
  'NoWorkLeft' | 'StoppedFaulted' | 'Stopped' | 'TimesliceExpired' | 'KernelPreemption';

/** What to do with a process that faulted. */
export type FaultAction = 'Panic' | 'Restart' | 'Stop';
