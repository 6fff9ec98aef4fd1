// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Subscribe and the three allows: the kernel exchanges what a process lends for what it lent before.
 *
 * Mirrors `kernel/src/kernel.rs` (`handle_syscall`) and `kernel/src/grant.rs` (`subscribe`, `allow_ro`,
 * `allow_rw`). Which error for which bad input: table in `doc/syscalls/README.md`.
 */
import { refuse, word } from './answer.ts';
import { ErrorCode } from './errorcode.ts';
import { allocatedGrantCount, findGrant, type GrantAllocation, type SavedPairs } from './grant.ts';
import type { Kernel } from './kernel.ts';
import type { KernelResources } from './platform/platform.ts';
import { UserspaceReadableProcessBuffer } from './processbuffer.ts';
import type { Process } from './process-standard.ts';
import { Register, ReturnVariant, SyscallClass } from './syscall.ts';
import type { SyscallDriver } from './syscall-driver.ts';
import { TraceEvent } from './trace.ts';

const { R0, R1, R2, R3 } = Register;

/** The classes that exchange a pair of words. */
export type SwapClass =
  | typeof SyscallClass.Subscribe
  | typeof SyscallClass.ReadWriteAllow
  | typeof SyscallClass.ReadOnlyAllow
  | typeof SyscallClass.UserspaceReadableAllow;

/** Subscribe tests the pointer before the driver; allow the driver before the buffer (cases B06, D05). */
export function swapCall(
  kernel: Kernel,
  resources: KernelResources,
  process: Process,
  swapClass: SwapClass,
): void {
  const { registers } = process.boundary;
  const driverNum = word(registers, R0);
  const pointer = word(registers, R2);
  const subscribes = swapClass === SyscallClass.Subscribe;
  if (subscribes && pointer !== 0 && !process.isValidUpcallFunctionPointer(pointer)) {
    refuse(registers, ErrorCode.INVAL);
    return;
  }
  const driver = resources.syscallDriverLookup.driver(driverNum);
  if (driver === undefined) {
    refuse(registers, ErrorCode.NODEVICE);
    if (subscribes && kernel.profile.absentDriverUpcall === 'null') registers.fill(0, R2, R3 + 1);
    return;
  }
  const error = subscribes ? undefined : lendable(process, swapClass, pointer, word(registers, R3));
  if (error !== undefined) refuse(registers, error);
  else if (swapClass === SyscallClass.UserspaceReadableAllow)
    allowUserspaceReadable(kernel, driver, process);
  else swapInGrant(kernel, driver, process, swapClass);
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
    refuse(registers, ErrorCode.NOMEM);
    return;
  }
  const number = word(registers, R1);
  if (!swap(savedPairs(grant, swapClass), number, registers)) {
    refuse(registers, kernel.profile.numberOutOfRange);
    return;
  }
  if (swapClass === SyscallClass.Subscribe) {
    process.removePendingUpcalls(driverNum, number, kernel.profile.staleReturnValues === 'removed');
  }
}

function savedPairs(grant: GrantAllocation, swapClass: SwapClass): SavedPairs {
  if (swapClass === SyscallClass.Subscribe) return grant.upcalls;
  return swapClass === SyscallClass.ReadOnlyAllow ? grant.readOnly : grant.readWrite;
}

/** Saves the new pair and answers with the old one; false when there is no such number. */
function swap(saved: SavedPairs, number: number, registers: Uint32Array): boolean {
  const first = saved.first[number];
  const second = saved.second[number];
  if (first === undefined || second === undefined) return false;
  saved.first[number] = word(registers, R2);
  saved.second[number] = word(registers, R3);
  registers[R0] = ReturnVariant.SuccessU32U32;
  registers[R1] = first;
  registers[R2] = second;
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
  const buffer = new UserspaceReadableProcessBuffer(kernel, process.processId, address, length);
  const answer = driver.allowUserspaceReadable?.(process.processId, word(registers, R1), buffer);
  if (answer?.ok !== true) {
    refuse(registers, answer?.error[1] ?? ErrorCode.NOSUPPORT);
    return;
  }
  registers[R0] = ReturnVariant.SuccessU32U32;
  registers[R1] = answer.value.address;
  registers[R2] = answer.value.lentLength;
}
