// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Speed of the kernel: system calls through dispatch and driver, and upcalls there and back.
 *
 * NON-TOCK: speed of the simulator on the host. The process is the least that can trap, so that what
 * is measured is the kernel; what executes real processes has rows of its own.
 */
import { ScriptBoundary, Trap, type Frame, type ScriptContext } from '#arch/script/script-boundary';
import { Clock } from '#kernel/clock';
import { DeferredCalls } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import { Kernel } from '#kernel/kernel';
import type { ProcessId } from '#kernel/process';
import type { Process } from '#kernel/process-standard';
import { Ok, type Result } from '#kernel/result';
import {
  ContextSwitchReason,
  REGISTER_COUNT,
  Register,
  SyscallClass,
  YieldCall,
  type ProcessMemory,
  type UserspaceKernelBoundary,
} from '#kernel/syscall';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';
import { ms } from '#kernel/time';
import { Trace } from '#kernel/trace';
import { perSecond, type BenchRow } from './row.ts';

const COMMANDS = 3_000_000;
const ROUND_TRIPS = 1_000_000;
const DRIVER = 1;
const { R0, R1, R2, R3, CLASS } = Register;

/** Traps the same calls over and over, then exits. */
class Trapper implements UserspaceKernelBoundary {
  readonly registers = new Uint32Array(REGISTER_COUNT);
  readonly faultReason = undefined;
  readonly initialAppBreak = 256;
  private memory: ProcessMemory | undefined;
  private at = 0;

  /** @param calls classes with their words, in turn, `left` in all. */
  constructor(
    private readonly calls: readonly (readonly number[])[],
    private left: number,
  ) {}

  initializeProcess(memory: ProcessMemory): void {
    this.memory = memory;
  }
  setProcessFunction(): boolean {
    return true;
  }
  switchToProcess(): ContextSwitchReason {
    const { registers } = this;
    if (this.left-- === 0) this.trap(registers, [SyscallClass.Exit, 0, 0, 0, 0]);
    else {
      this.trap(registers, this.calls[this.at] ?? []);
      this.at = this.at + 1 === this.calls.length ? 0 : this.at + 1;
    }
    return ContextSwitchReason.SyscallFired;
  }

  private trap(registers: Uint32Array, call: readonly number[]): void {
    registers[CLASS] = call[0] ?? 0;
    registers[R0] = call[1] ?? 0;
    registers[R1] = call[2] ?? 0;
    registers[R2] = call[3] === FUNCTION ? (this.memory?.appStart ?? 0) : (call[3] ?? 0);
    registers[R3] = call[4] ?? 0;
  }
}

/** Stands for the address of a function of the process. */
const FUNCTION = -1;

/** Command 0 succeeds, 1 schedules upcall 0. */
class Echo implements SyscallDriver {
  private readonly apps;

  constructor(kernel: Kernel) {
    const counts = { upcalls: 1, allowRo: 0, allowRw: 0, size: 0 };
    this.apps = kernel.createGrant(DRIVER, { ...counts, create: () => undefined });
  }

  command(commandNum: number, arg1: number, _arg2: number, processId: ProcessId): CommandReturn {
    if (commandNum === 0) return CommandReturn.success();
    if (commandNum !== 1) return CommandReturn.failure(ErrorCode.NOSUPPORT);
    this.apps.enter(processId, (_app, kernel) => kernel.scheduleUpcall(0, [arg1, 0, 0]));
    return CommandReturn.success();
  }

  allocateGrant(processId: ProcessId): Result<void, 'NoSuchApp'> {
    this.apps.enter(processId, () => undefined);
    return Ok();
  }
}

/** Runs `traps` traps and returns how many went through in a second. */
function rate(calls: readonly (readonly number[])[], traps: number, trace: Trace): number {
  return run(() => new Trapper(calls, traps), traps, trace);
}

/** The same for one command, trapped by a generator. */
function scriptRate(traps: number, trace: Trace): number {
  function* program({ registers }: ScriptContext): Frame {
    for (let left = traps; left > 0; left--) {
      for (let index = 0; index < 4; index++) registers[index] = COMMAND[index + 1] ?? 0;
      registers[CLASS] = SyscallClass.Command;
      yield Trap.SYSCALL;
    }
    registers.fill(0);
    registers[CLASS] = SyscallClass.Exit;
    yield Trap.SYSCALL;
    return undefined;
  }
  return run((clock) => new ScriptBoundary(clock, program), traps, trace);
}

function run(
  boundary: (clock: Clock) => UserspaceKernelBoundary,
  traps: number,
  trace: Trace,
): number {
  const clock = new Clock();
  const kernel = new Kernel({ clock, deferredCalls: new DeferredCalls(), trace });
  const driver = new Echo(kernel);
  kernel.createProcess({
    name: 'bench',
    boundary: boundary(clock),
    flash: { start: 0x40000, size: 4096, protectedSize: 128, read: () => new Uint8Array(0) },
    ram: { start: 0x2000_0000, size: 8192 },
  });
  return perSecond(traps, () => {
    kernel.run({
      syscallDriverLookup: { driver: (driverNum) => (driverNum === DRIVER ? driver : undefined) },
      syscallFilter: { filterSyscall: () => undefined },
      scheduler: { next: firstReady, result: () => undefined },
      chip: { hasPendingInterrupts: () => false, servicePendingInterrupts: () => undefined },
    });
  });
}

function firstReady(
  processes: readonly (Process | undefined)[],
): { process: Process; timeslice: ReturnType<typeof ms> } | undefined {
  const process = processes[0];
  return process?.ready() === true ? { process, timeslice: ms(10) } : undefined;
}

function recording(): Trace {
  const trace = new Trace();
  trace.start();
  return trace;
}

const COMMAND = [SyscallClass.Command, DRIVER, 0, 1, 2];
const ROUND_TRIP = [
  [SyscallClass.Subscribe, DRIVER, 0, FUNCTION, 7],
  [SyscallClass.Command, DRIVER, 1, 5, 0],
  [SyscallClass.Yield, YieldCall.Wait, 0, 0, 0],
];

/** Rows about system calls and upcalls, costs of CPU time being zero. */
export const KERNEL_ROWS: readonly BenchRow[] = [
  {
    name: 'commands through filter and driver',
    unit: '/s',
    toReach: 3e6,
    run: () => rate([COMMAND], COMMANDS, new Trace()),
  },
  {
    name: 'commands, trace recording',
    unit: '/s',
    toReach: 1.5e6,
    run: () => rate([COMMAND], COMMANDS, recording()),
  },
  {
    name: 'commands of a generator',
    unit: '/s',
    toReach: 3e6,
    run: () => scriptRate(COMMANDS, new Trace()),
  },
  {
    name: 'commands of a generator, recording',
    unit: '/s',
    toReach: 1.5e6,
    run: () => scriptRate(COMMANDS, recording()),
  },
  {
    name: 'subscribe, schedule, yield: round trips',
    unit: '/s',
    toReach: 1e6,
    run: () => rate(ROUND_TRIP, 3 * ROUND_TRIPS, new Trace()) / 3,
  },
];
