// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What each system call does: checks in Tock's order, and the exact words of the answer.
 *
 * Mirrors `handle_syscall` of `kernel/src/kernel.rs`, and `subscribe`, `allow_ro`, `allow_rw` of
 * `kernel/src/grant.rs`. Which error for which bad input: table in `doc/syscalls/README.md`.
 */
import { ErrorCode } from './errorcode.ts';
import { allocatedGrantCount, findGrant, type GrantAllocation, type SavedPairs } from './grant.ts';
import type { Kernel } from './kernel.ts';
import { memop } from './memop.ts';
import type { KernelResources } from './platform/platform.ts';
import { UserspaceReadableProcessBuffer } from './processbuffer.ts';
import { ProcessState } from './process.ts';
import type { Process } from './process-standard.ts';
import { ExitCall, Register, ReturnVariant, SyscallClass, YieldCall } from './syscall.ts';
import { CommandReturn, type SyscallDriver } from './syscall-driver.ts';
import { TraceEvent } from './trace.ts';

const { R0, R1, R2, R3, CLASS } = Register;
const LAST_CLASS = SyscallClass.UserspaceReadableAllow;
const ADDRESS_SPACE = 2 ** 32;

/** Serves the trap that stands in the process's registers. */
export function handleSyscall(kernel: Kernel, resources: KernelResources, process: Process): void {
  const { registers } = process.boundary;
  const syscallClass = registers[CLASS] ?? 0;
  const { trace } = kernel;
  if (trace.enabled) {
    const [r0 = 0, r1 = 0, r2 = 0, r3 = 0] = registers;
    trace.record(TraceEvent.syscall, process.slot, syscallClass, r0, r1, r2, r3);
  }
  kernel.spendCpuTime(kernel.costs.syscall);
  serve(kernel, resources, process, syscallClass as SyscallClass, registers);
  if (trace.enabled && returnsWords(syscallClass, process)) {
    const [r0 = 0, r1 = 0, r2 = 0, r3 = 0] = registers;
    trace.record(TraceEvent.syscallReturn, process.slot, r0, r1, r2, r3);
  }
}

/** Yield answers nothing at once; a process that exited has nobody to answer to. */
function returnsWords(syscallClass: number, process: Process): boolean {
  return syscallClass !== SyscallClass.Yield && process.state === ProcessState.Running;
}

function serve(
  kernel: Kernel,
  resources: KernelResources,
  process: Process,
  syscallClass: SyscallClass,
  registers: Uint32Array,
): void {
  const r0 = registers[R0] ?? 0;
  const r1 = registers[R1] ?? 0;
  switch (syscallClass) {
    case SyscallClass.Command:
      if (!filtered(kernel, resources, process)) {
        const driver = resources.syscallDriverLookup.driver(r0);
        setReturn(
          registers,
          driver === undefined
            ? CommandReturn.failure(ErrorCode.NODEVICE)
            : driver.command(r1, registers[R2] ?? 0, registers[R3] ?? 0, process.processId),
        );
      }
      return;
    case SyscallClass.Yield:
      yieldCall(kernel, process, r0, r1, registers[R2] ?? 0);
      return;
    case SyscallClass.Memop:
      setReturn(registers, memop(process, r0, r1));
      return;
    case SyscallClass.Exit:
      exit(kernel, process, r0, r1);
      return;
    case SyscallClass.Subscribe:
    case SyscallClass.ReadWriteAllow:
    case SyscallClass.ReadOnlyAllow:
    case SyscallClass.UserspaceReadableAllow:
      if (!filtered(kernel, resources, process)) swapCall(kernel, resources, process, syscallClass);
      return;
    default:
      process.setFaultState(
        `system call class ${String(syscallClass)} does not exist (0 to ${LAST_CLASS.toString()} do)`,
      );
  }
}

/** Asks the board's filter; a refusal is a plain Failure whatever the class (case A20). */
function filtered(kernel: Kernel, resources: KernelResources, process: Process): boolean {
  const { syscallFilter } = resources;
  if (syscallFilter === undefined) return false;
  const { registers } = process.boundary;
  const syscallClass = (registers[CLASS] ?? 0) as SyscallClass;
  const error = syscallFilter.filterSyscall(process, syscallClass, registers);
  if (error === undefined) return false;
  const { trace } = kernel;
  if (trace.enabled)
    trace.record(TraceEvent.syscallFiltered, process.slot, syscallClass, registers[R0], error);
  setReturn(registers, CommandReturn.failure(error));
  return true;
}

// --- Yield and exit ------------------------------------------------------------------------------

function yieldCall(
  kernel: Kernel,
  process: Process,
  variant: number,
  argument1: number,
  argument2: number,
): void {
  const { profile } = kernel;
  switch (variant) {
    case YieldCall.NoWait:
      yieldNoWait(kernel, process, argument1);
      return;
    case YieldCall.Wait:
      process.state = ProcessState.Yielded;
      return;
    case YieldCall.WaitFor:
      if (!profile.yieldWaitFor) break;
      process.waitingDriver = argument1;
      process.waitingSubscribe = argument2;
      process.state = ProcessState.YieldedFor;
      return;
  }
  if (profile.unknownYield === 'fault') {
    process.setFaultState(
      `Yield variant ${variant.toString()} does not exist in profile ${profile.name}`,
    );
  }
}

/** The flag says whether an upcall will run; a bad address for it is ignored (case C07). */
function yieldNoWait(kernel: Kernel, process: Process, flagAddress: number): void {
  const hasTasks =
    kernel.profile.noWaitNullUpcalls === 'counts'
      ? process.tasks.hasElements()
      : process.hasUpcalls();
  process.write(flagAddress, hasTasks ? FLAG_SET : FLAG_CLEAR);
  if (hasTasks) process.state = ProcessState.Yielded;
}
const FLAG_SET = Uint8Array.of(1);
const FLAG_CLEAR = Uint8Array.of(0);

function exit(kernel: Kernel, process: Process, variant: number, completionCode: number): void {
  if (variant !== ExitCall.Terminate && variant !== ExitCall.Restart) {
    setReturn(process.boundary.registers, CommandReturn.failure(ErrorCode.NOSUPPORT));
    return;
  }
  if (kernel.trace.enabled)
    kernel.trace.record(TraceEvent.processExited, process.slot, completionCode);
  if (variant === ExitCall.Terminate) process.terminate(completionCode);
  else process.tryRestart(completionCode);
}

// --- Subscribe and allow -------------------------------------------------------------------------

type SwapClass =
  | typeof SyscallClass.Subscribe
  | typeof SyscallClass.ReadWriteAllow
  | typeof SyscallClass.ReadOnlyAllow
  | typeof SyscallClass.UserspaceReadableAllow;

/** Subscribe tests the pointer before the driver; allow the driver before the buffer (cases B06, D05). */
function swapCall(
  kernel: Kernel,
  resources: KernelResources,
  process: Process,
  swapClass: SwapClass,
): void {
  const { registers } = process.boundary;
  const driverNum = registers[R0] ?? 0;
  const pointer = registers[R2] ?? 0;
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
  const error = subscribes ? undefined : lendable(process, swapClass, pointer, registers[R3] ?? 0);
  if (error !== undefined) refuse(registers, error);
  else if (swapClass === SyscallClass.UserspaceReadableAllow)
    allowUserspaceReadable(kernel, driver, process);
  else swapInGrant(kernel, driver, process, swapClass);
}

/** Whether a process may lend [address, address + length); lent RAM holds the app break up. */
function lendable(
  process: Process,
  swapClass: SwapClass,
  address: number,
  length: number,
): ErrorCode | undefined {
  if (!process.isActive()) return ErrorCode.FAIL;
  if (length === 0) return undefined;
  if (address + length > ADDRESS_SPACE) return ErrorCode.INVAL;
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
  const driverNum = registers[R0] ?? 0;
  const grant = findGrant(process, driverNum) ?? allocateGrant(kernel, driver, process, driverNum);
  if (grant === undefined) {
    refuse(registers, ErrorCode.NOMEM);
    return;
  }
  const number = registers[R1] ?? 0;
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
  saved.first[number] = registers[R2] ?? 0;
  saved.second[number] = registers[R3] ?? 0;
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
  const address = registers[R2] ?? 0;
  const length = registers[R3] ?? 0;
  const buffer = new UserspaceReadableProcessBuffer(kernel, process.processId, address, length);
  const answer = driver.allowUserspaceReadable?.(process.processId, registers[R1] ?? 0, buffer);
  if (answer?.ok !== true) {
    refuse(registers, answer?.error[1] ?? ErrorCode.NOSUPPORT);
    return;
  }
  registers[R0] = ReturnVariant.SuccessU32U32;
  registers[R1] = answer.value.address;
  registers[R2] = answer.value.lentLength;
}

/** Answers FailureU32U32: the error, then the two words that were passed. */
function refuse(registers: Uint32Array, error: ErrorCode): void {
  const passed2 = registers[R2] ?? 0;
  const passed3 = registers[R3] ?? 0;
  registers[R0] = ReturnVariant.FailureU32U32;
  registers[R1] = error;
  registers[R2] = passed2;
  registers[R3] = passed3;
}

/** Words after r0 that each variant uses; the others keep what was there. */
const WORDS: Readonly<Record<ReturnVariant, number>> = {
  [ReturnVariant.Failure]: 1,
  [ReturnVariant.FailureU32]: 2,
  [ReturnVariant.FailureU32U32]: 3,
  [ReturnVariant.FailureU64]: 3,
  [ReturnVariant.Success]: 0,
  [ReturnVariant.SuccessU32]: 1,
  [ReturnVariant.SuccessU32U32]: 2,
  [ReturnVariant.SuccessU64]: 2,
  [ReturnVariant.SuccessU32U32U32]: 3,
  [ReturnVariant.SuccessU32U64]: 3,
};

function setReturn(registers: Uint32Array, answer: CommandReturn): void {
  const words = WORDS[answer.variant];
  registers[R0] = answer.variant;
  if (words > 0) registers[R1] = answer.word1;
  if (words > 1) registers[R2] = answer.word2;
  if (words > 2) registers[R3] = answer.word3;
}
