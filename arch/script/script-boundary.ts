// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Executes a process that is written as a generator: each `yield` is a trap.
 *
 * NON-TOCK: takes the place of a CPU. What a CPU has is modelled as far as the kernel can see it:
 * registers, a stack pointer that calls need room under, function addresses in the program's flash,
 * CPU time. A throw, a call to an address that is no function, or memory touched outside the process
 * is a fault.
 */
import type { Clock } from '#kernel/clock';
import {
  ContextSwitchReason,
  REGISTER_COUNT,
  type FunctionCall,
  type ProcessMemory,
  type UserspaceKernelBoundary,
} from '#kernel/syscall';
import { ns, ZERO, type Nanoseconds } from '#kernel/time';
import { FunctionTable } from './function-table.ts';

/** What a script yields: a system call whose words stand in the registers, or CPU time to spend. */
export const Trap = { SYSCALL: 0, COMPUTE: 1 } as const;
export type Trap = (typeof Trap)[keyof typeof Trap];

/** One flow of execution: the program, or an upcall on top of it. */
export type Frame = Generator<Trap, unknown, void>;

/** The program: called at each start of the process with its context. */
export type ScriptProgram = (context: ScriptContext) => Frame;

/** What the program can reach. */
export interface ScriptContext {
  readonly registers: Uint32Array;
  readonly memory: ProcessMemory;
  readonly functions: FunctionTable;
  /** Points past the last byte of free stack; 32 bytes below it must be the process's when it is called. */
  stackPointer: number;
  /** CPU time that a COMPUTE trap spends. */
  computeTime: Nanoseconds;
}

/** Bytes that a call takes on the stack: the frame that a Cortex-M stacks on exceptions. */
const CALL_FRAME = 32;
/** Bytes that the process may use before its first call, as on Cortex-M. */
const INITIAL_APP_BREAK = 32;
const FIRST_FUNCTION = 4;

export class ScriptBoundary implements UserspaceKernelBoundary {
  readonly registers = new Uint32Array(REGISTER_COUNT);
  readonly initialAppBreak = INITIAL_APP_BREAK;
  faultReason: string | undefined;
  /** What was thrown, when that was the fault. */
  thrown: unknown;
  private context: ScriptContext | undefined;
  private frames: Frame[] = [];
  private call: FunctionCall | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly program: ScriptProgram,
  ) {}

  initializeProcess(memory: ProcessMemory): void {
    this.frames = [];
    this.call = undefined;
    this.faultReason = undefined;
    this.thrown = undefined;
    this.context = {
      registers: this.registers,
      memory,
      functions: new FunctionTable(memory.appStart + FIRST_FUNCTION, memory.flashEnd),
      stackPointer: memory.ramStart + INITIAL_APP_BREAK,
      computeTime: ZERO,
    };
  }

  setProcessFunction(call: FunctionCall): boolean {
    const { context } = this;
    if (context === undefined) return false;
    const { memory, stackPointer } = context;
    if (stackPointer - CALL_FRAME < memory.ramStart || stackPointer > memory.appBreak) return false;
    this.call = call;
    return true;
  }

  switchToProcess(until: Nanoseconds): ContextSwitchReason {
    const { context } = this;
    if (context === undefined) return this.fault('the process was never initialised');
    try {
      return this.execute(context, until);
    } catch (thrown) {
      this.thrown = thrown;
      return this.fault(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  private execute(context: ScriptContext, until: Nanoseconds): ContextSwitchReason {
    if (this.call !== undefined && !this.enter(context, this.call)) {
      return ContextSwitchReason.Fault;
    }
    for (;;) {
      if (context.computeTime > 0 && !this.compute(context, until)) {
        return ContextSwitchReason.Interrupted;
      }
      const frame = this.frames.at(-1);
      if (frame === undefined) return this.fault('the program returned from its start function');
      const step = frame.next();
      if (step.done === true) this.frames.length -= 1;
      else if (step.value === Trap.SYSCALL) return ContextSwitchReason.SyscallFired;
    }
  }

  /** Begins the call that the kernel set; false: there is no such function. */
  private enter(context: ScriptContext, call: FunctionCall): boolean {
    this.call = undefined;
    if (call.pc === context.memory.appStart) {
      this.frames.push(this.program(context));
      return true;
    }
    const called = context.functions.get(call.pc);
    if (called === undefined) {
      this.fault(`0x${call.pc.toString(16)} was called, where no function is`);
      return false;
    }
    const frame = called(call.argument0, call.argument1, call.argument2, call.argument3);
    if (isFrame(frame)) this.frames.push(frame);
    return true;
  }

  /** Spends what is left of a COMPUTE trap; false when the time is over first. */
  private compute(context: ScriptContext, until: Nanoseconds): boolean {
    const end = ns(this.clock.now + context.computeTime);
    const reached = end < until;
    const stop = reached ? end : until;
    context.computeTime = ns(end - stop);
    this.clock.advanceTo(stop);
    return reached;
  }

  private fault(reason: string): typeof ContextSwitchReason.Fault {
    this.faultReason = reason;
    return ContextSwitchReason.Fault;
  }
}

function isFrame(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && 'next' in value && Symbol.iterator in value;
}
