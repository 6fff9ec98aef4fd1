// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What each system call does: checks in Tock's order, and the exact words of the answer.
 *
 * Mirrors `kernel/src/kernel.rs` (`handle_syscall`); Subscribe and Allow are in `swap.ts`.
 */
import { word } from './answer.ts';
import { findDriver } from './driver-lookup.ts';
import { ErrorCode } from './errorcode.ts';
import type { Kernel } from './kernel.ts';
import { memop } from './memop.ts';
import type { KernelResources } from './platform/platform.ts';
import { ProcessState } from './process.ts';
import type { Process } from './process-standard.ts';
import { ExitCall, Register, SyscallClass, YieldCall } from './syscall.ts';
import { swapCall } from './swap.ts';
import { commandLegacy } from './swap-by-capsule.ts';
import { CommandReturn } from './syscall-driver.ts';
import { TraceEvent } from './trace.ts';

const { R0, R1, R2, R3, CLASS } = Register;

/** Serves the trap that stands in the process's registers. */
export function handleSyscall(kernel: Kernel, resources: KernelResources, process: Process): void {
  const { registers } = process.boundary;
  const syscallClass = word(registers, CLASS);
  const { trace } = kernel;
  if (trace.enabled) {
    traceCall(kernel, process, syscallClass);
  }
  kernel.spendCpuTime(kernel.costs.syscall);
  serve(kernel, resources, process, syscallClass as SyscallClass, registers);
  if (trace.enabled && returnsWords(syscallClass, process)) {
    traceReturn(kernel, process);
  }
}

function traceCall(kernel: Kernel, process: Process, syscallClass: number): void {
  const { registers } = process.boundary;
  const r2 = word(registers, R2);
  const r3 = word(registers, R3);
  const { trace } = kernel;
  trace.record(
    TraceEvent.syscall,
    process.slot,
    syscallClass,
    word(registers, R0),
    word(registers, R1),
    r2,
    r3,
  );
}

function traceReturn(kernel: Kernel, process: Process): void {
  const { registers } = process.boundary;
  const r2 = word(registers, R2);
  const r3 = word(registers, R3);
  const { trace } = kernel;
  trace.record(
    TraceEvent.syscallReturn,
    process.slot,
    word(registers, R0),
    word(registers, R1),
    r2,
    r3,
  );
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
  const r0 = word(registers, R0);
  const r1 = word(registers, R1);
  switch (syscallClass) {
    case SyscallClass.Command:
      if (!filtered(kernel, resources, process)) command(kernel, resources, process, registers);
      return;
    case SyscallClass.Yield:
      yieldCall(kernel, process, r0, r1, word(registers, R2));
      return;
    case SyscallClass.Memop:
      kernel.answers.setReturn(registers, memop(process, r0, r1));
      return;
    case SyscallClass.Exit:
      exit(kernel, process, r0, r1);
      return;
    case SyscallClass.Subscribe:
    case SyscallClass.ReadWriteAllow:
    case SyscallClass.ReadOnlyAllow:
      if (!filtered(kernel, resources, process)) swapCall(kernel, resources, process, syscallClass);
      return;
    case SyscallClass.UserspaceReadableAllow:
      if (!kernel.profile.userspaceReadableAllow) noSuchClass(process, syscallClass);
      else if (!filtered(kernel, resources, process)) {
        swapCall(kernel, resources, process, syscallClass);
      }
      return;
    default:
      noSuchClass(process, syscallClass);
  }
}

function noSuchClass(process: Process, syscallClass: number): void {
  process.setFaultState(`system call class ${syscallClass} does not exist in this kernel`);
}

/** Asks the board's filter; a refusal is a plain Failure whatever the class (case A20). */
function filtered(kernel: Kernel, resources: KernelResources, process: Process): boolean {
  const { syscallFilter } = resources;
  if (syscallFilter === undefined) return false;
  const { registers } = process.boundary;
  const syscallClass = word(registers, CLASS) as SyscallClass;
  const error = syscallFilter.filterSyscall(process, syscallClass, registers);
  if (error === undefined) return false;
  const { trace } = kernel;
  if (trace.enabled)
    trace.record(TraceEvent.syscallFiltered, process.slot, syscallClass, registers[R0], error);
  kernel.answers.setReturn(registers, CommandReturn.failure(error));
  return true;
}

function command(
  kernel: Kernel,
  resources: KernelResources,
  process: Process,
  registers: Uint32Array,
): void {
  const driver = findDriver(kernel, resources, word(registers, R0));
  const number = word(registers, R1);
  const arg1 = word(registers, R2);
  const arg2 = word(registers, R3);
  if (driver === undefined) {
    kernel.answers.setReturn(registers, CommandReturn.failure(kernel.profile.absentDriver));
  } else if ('interface' in driver && driver.interface === '1.x') {
    commandLegacy(driver, process, number, arg1, arg2);
  } else {
    kernel.answers.setReturn(registers, driver.command(number, arg1, arg2, process.processId));
  }
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
  switch (profile.yieldVariants ? variant : YieldCall.Wait) {
    case YieldCall.NoWait:
      yieldNoWait(kernel, process, argument1);
      return;
    case YieldCall.Wait:
      if (profile.yieldWaitWritesFlag) writeFlag(process, argument1, true);
      process.state = ProcessState.Yielded;
      return;
    case YieldCall.WaitFor:
      if (!profile.yieldWaitFor) break;
      process.awaited.set(argument1, argument2);
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
  writeFlag(process, flagAddress, hasTasks);
  if (hasTasks) process.state = ProcessState.Yielded;
}

/** Only into the process's own RAM: a bad address is ignored, also in memory that others share with it. */
function writeFlag(process: Process, address: number, flag: boolean): void {
  if (process.inAppRam(address, 1)) process.write(address, flag ? FLAG_SET : FLAG_CLEAR);
}
const FLAG_SET = Uint8Array.of(1);
const FLAG_CLEAR = Uint8Array.of(0);

function exit(kernel: Kernel, process: Process, variant: number, completionCode: number): void {
  if (variant !== ExitCall.Terminate && variant !== ExitCall.Restart) {
    kernel.answers.setReturn(
      process.boundary.registers,
      CommandReturn.failure(ErrorCode.NOSUPPORT),
    );
    return;
  }
  if (kernel.trace.enabled)
    kernel.trace.record(TraceEvent.processExited, process.slot, completionCode);
  if (variant === ExitCall.Terminate) process.terminate(completionCode);
  else process.tryRestart(completionCode);
}
