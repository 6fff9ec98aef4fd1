// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Subscribe and the three allows: the kernel exchanges what a process lends for what it lent before.
 *
 * Mirrors `kernel/src/kernel.rs` (`handle_syscall`) and `kernel/src/grant.rs` (`subscribe`, `allow_ro`,
 * `allow_rw`). Which error for which bad input: table in `doc/syscalls/README.md`.
 */
import { word } from './answer.ts';
import type { AnyDriver } from './driver.ts';
import { findDriver } from './driver-lookup.ts';
import { ErrorCode } from './errorcode.ts';
import { allocatedGrantCount, findGrant, type GrantAllocation, type SavedPairs } from './grant.ts';
import type { Kernel } from './kernel.ts';
import type { KernelResources } from './platform/platform.ts';
import { UserspaceReadableProcessBuffer } from './processbuffer.ts';
import type { Process } from './process-standard.ts';
import { Register, SyscallClass, type SwapClass } from './syscall.ts';
import type { SyscallDriver } from './syscall-driver.ts';
import { allowByCapsule, subscribeByCapsule, swapWithLegacy } from './swap-by-capsule.ts';
import { TraceEvent } from './trace.ts';
import { TaskKind, type Task } from './upcall.ts';

const { R0, R1, R2, R3 } = Register;

/** Subscribe tests the pointer before the driver; allow the driver before the buffer (cases B06, D05). */
export function swapCall(
  kernel: Kernel,
  resources: KernelResources,
  process: Process,
  swapClass: SwapClass,
): void {
  const { registers } = process.boundary;
  const { watch } = kernel;
  if (watch === undefined) {
    serveSwap(kernel, resources, process, swapClass);
    return;
  }
  const { processId } = process;
  const driverNum = word(registers, R0);
  const number = word(registers, R1);
  const first = word(registers, R2);
  const second = word(registers, R3);
  watch.offered(process, swapClass, driverNum, number, first, second);
  serveSwap(kernel, resources, process, swapClass);
  if (process.processId === processId && process.isActive())
    watch.swapped(process, swapClass, driverNum, number, first, second);
}

function serveSwap(
  kernel: Kernel,
  resources: KernelResources,
  process: Process,
  swapClass: SwapClass,
): void {
  const { registers } = process.boundary;
  const { profile } = kernel;
  const driverNum = word(registers, R0);
  const pointer = word(registers, R2);
  const subscribes = swapClass === SyscallClass.Subscribe;
  if (
    subscribes &&
    profile.upcallPointerChecked &&
    pointer !== 0 &&
    !process.isValidUpcallFunctionPointer(pointer)
  ) {
    refuse(kernel, registers, ErrorCode.INVAL);
    return;
  }
  const driver = findDriver(kernel, resources, driverNum);
  if (driver === undefined) {
    refuse(kernel, registers, profile.absentDriver);
    if (subscribes && profile.absentDriverUpcall === 'null') registers.fill(0, R2, R3 + 1);
    return;
  }
  const error = subscribes ? undefined : lendable(process, swapClass, pointer, word(registers, R3));
  if (error !== undefined) refuse(kernel, registers, error);
  else swapWith(kernel, driver, process, swapClass);
}

/** Who exchanges: the capsule itself, where its interface is of an age in which it did; else the kernel for it. */
function swapWith(kernel: Kernel, driver: AnyDriver, process: Process, swapClass: SwapClass): void {
  const subscribes = swapClass === SyscallClass.Subscribe;
  if (!('interface' in driver)) {
    if (swapClass === SyscallClass.UserspaceReadableAllow)
      allowUserspaceReadable(kernel, driver, process);
    else swapInGrant(kernel, driver, process, swapClass);
  } else if (driver.interface === '1.x') swapWithLegacy(kernel, driver, process, swapClass);
  else if (!subscribes) allowByCapsule(kernel, driver, process, swapClass);
  else if (driver.interface === '2.0') swapInGrant(kernel, driver, process, swapClass);
  else subscribeByCapsule(kernel, driver, process);
}

/** Answers with the error and the two words that were passed. */
function refuse(kernel: Kernel, registers: Uint32Array, error: ErrorCode): void {
  kernel.answers.refused(registers, error, word(registers, R2), word(registers, R3));
}

/**
 * Whether a process may lend [address, address + length); lent RAM holds the app break up. Sums do not
 * wrap at 2^32 here, so that a buffer past the end of the address space is outside by itself.
 */
function lendable(
  process: Process,
  swapClass: SwapClass,
  address: number,
  length: number,
): ErrorCode | undefined {
  if (!process.isActive()) return ErrorCode.FAIL;
  if (length === 0) return undefined;
  if (process.inAppRam(address, length)) {
    process.raiseHighWaterMark(address + length);
    return undefined;
  }
  const readOnly = swapClass === SyscallClass.ReadOnlyAllow;
  return readOnly && process.inAppFlash(address, length) ? undefined : ErrorCode.INVAL;
}

function swapInGrant(
  kernel: Kernel,
  driver: SyscallDriver,
  process: Process,
  swapClass: SwapClass,
): void {
  const { registers } = process.boundary;
  const driverNum = word(registers, R0);
  const grant = findGrant(process, driverNum) ?? allocateGrant(kernel, driver, process, driverNum);
  if (grant === undefined) {
    refuse(kernel, registers, ErrorCode.NOMEM);
    return;
  }
  const number = word(registers, R1);
  if (!swap(kernel, savedPairs(grant, swapClass), number, registers)) {
    refuse(kernel, registers, kernel.profile.numberOutOfRange);
    return;
  }
  if (swapClass === SyscallClass.Subscribe) {
    process.removePendingUpcalls(
      { driverNum, subscribeNum: number },
      kernel.profile.staleReturnValues === 'removed' ? isOfDriver : undefined,
    );
  }
}

const isOfDriver = (task: Task): boolean => task.kind !== TaskKind.Ipc;

function savedPairs(grant: GrantAllocation, swapClass: SwapClass): SavedPairs {
  if (swapClass === SyscallClass.Subscribe) return grant.upcalls;
  return swapClass === SyscallClass.ReadOnlyAllow ? grant.readOnly : grant.readWrite;
}

/** Saves the new pair and answers with the old one; false when there is no such number. */
function swap(kernel: Kernel, saved: SavedPairs, number: number, registers: Uint32Array): boolean {
  const first = saved.first[number];
  const second = saved.second[number];
  if (first === undefined || second === undefined) return false;
  saved.first[number] = word(registers, R2);
  saved.second[number] = word(registers, R3);
  kernel.answers.swapped(registers, first, second);
  return true;
}

/** Asks the driver once to make its grant; only a rise in the number of grants counts (cases B10, B11). */
function allocateGrant(
  kernel: Kernel,
  driver: SyscallDriver,
  process: Process,
  driverNum: number,
): GrantAllocation | undefined {
  const before = allocatedGrantCount(process);
  driver.allocateGrant(process.processId);
  const grant = allocatedGrantCount(process) > before ? findGrant(process, driverNum) : undefined;
  if (grant === undefined && kernel.trace.enabled) {
    const reason =
      allocatedGrantCount(process) > before
        ? 'the driver allocated another grant'
        : 'the driver allocated no grant';
    kernel.trace.record(
      TraceEvent.grantRefused,
      process.slot,
      driverNum,
      kernel.trace.text(reason),
    );
  }
  return grant;
}

function allowUserspaceReadable(kernel: Kernel, driver: SyscallDriver, process: Process): void {
  const { registers } = process.boundary;
  const address = word(registers, R2);
  const length = word(registers, R3);
  const { processId } = process;
  const allowNum = word(registers, R1);
  const id = { driverNum: word(registers, R0), allowNum, kind: 'userspaceReadable' } as const;
  const buffer = new UserspaceReadableProcessBuffer(kernel, processId, id, address, length);
  const answer = driver.allowUserspaceReadable?.(processId, allowNum, buffer);
  if (answer?.ok !== true) refuse(kernel, registers, answer?.error[1] ?? ErrorCode.NOSUPPORT);
  else kernel.answers.swapped(registers, answer.value.address, answer.value.lentLength);
}
