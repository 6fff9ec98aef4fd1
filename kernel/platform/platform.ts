// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What a board gives to the kernel. Mirrors `kernel/src/platform/platform.rs`. */
import type { AnyDriver } from '../driver.ts';
import type { ErrorCode } from '../errorcode.ts';
import type { Ipc } from '../ipc.ts';
import type { FaultAction } from '../process.ts';
import type { Process } from '../process-standard.ts';
import type { Scheduler } from '../scheduler.ts';
import type { SyscallClass } from '../syscall.ts';
import type { Chip } from './chip.ts';

/** Finds the driver of a number. */
export interface SyscallDriverLookup {
  driver(driverNum: number): AnyDriver | undefined;
  /** All drivers, for kernels that tell them when a process starts (profile d). */
  all?(): Iterable<readonly [driverNum: number, driver: AnyDriver]>;
}

/** Decides which system calls a process may make; never asked about Yield, Memop and Exit. */
export interface SyscallFilter {
  /** The error that the call is refused with, or undefined to let it pass. */
  filterSyscall(
    process: Process,
    syscallClass: SyscallClass,
    registers: Uint32Array,
  ): ErrorCode | undefined;
}

/** Decides what becomes of a process that faulted. */
export interface ProcessFaultPolicy {
  action(process: Process): FaultAction;
}

/** All that the kernel loop needs. */
export interface KernelResources {
  readonly syscallDriverLookup: SyscallDriverLookup;
  readonly syscallFilter?: SyscallFilter;
  readonly scheduler: Scheduler;
  readonly chip: Chip;
  /** On a board that has driver IPC. */
  readonly ipc?: Ipc;
}
