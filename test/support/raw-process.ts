// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A process for tests of the kernel: a generator that puts bare words into registers.
 *
 * NON-TOCK: takes the place of `arch/*`. There is no library between a test and the system call
 * boundary on purpose: what a test sees is what a trap instruction would see.
 */
import type { Clock } from '#kernel/clock';
import {
  ContextSwitchReason,
  REGISTER_COUNT,
  Register,
  SyscallClass,
  YieldCall,
  type FunctionCall,
  type ProcessMemory,
  type UserspaceKernelBoundary,
} from '#kernel/syscall';
import type { Nanoseconds } from '#kernel/time';

/** The four words that a process finds in r0 to r3 when it goes on. */
export type Words = readonly [r0: number, r1: number, r2: number, r3: number];

/** What a process does next: a trap, CPU time, or what a process must not do. */
export type Step =
  | { readonly trap: number; readonly words: Words }
  | { readonly compute: Nanoseconds }
  | { readonly fault: string };

/** Code of a process: it is resumed with the words of the answer. */
export type Code<R = void> = Generator<Step, R, Words>;

/** The function that a process starts with, or an upcall; arguments are r0 to r3. */
export type RawFunction = (...words: Words) => Code | undefined;

interface Frame {
  readonly code: Code;
  /** Registers of the code below, given back when this frame returns. */
  readonly saved: Uint32Array;
}

/** How a test's process differs from the plain one. */
export interface RawProcessOptions {
  /** Bytes of RAM below the first app break; default 1024. */
  readonly initialAppBreak?: number;
}

/** Words of the registers, r0 to r3. */
export function words(registers: Uint32Array): Words {
  const { R0, R1, R2, R3 } = Register;
  return [registers[R0] ?? 0, registers[R1] ?? 0, registers[R2] ?? 0, registers[R3] ?? 0];
}

/** Executes generators as a CPU executes a program. */
export class RawProcess implements UserspaceKernelBoundary {
  readonly registers = new Uint32Array(REGISTER_COUNT);
  faultReason: string | undefined;
  readonly initialAppBreak: number;
  /** Set: the stack pointer is outside the process's memory, so that no frame fits. */
  stackPointerIsBad = false;
  /** Each function call that the kernel made: the start of the process, then upcalls. */
  readonly calls: FunctionCall[] = [];
  private readonly functions = new Map<number, RawFunction>();
  private readonly frames: Frame[] = [];
  private computing = 0;
  private memory: ProcessMemory | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly main: (process: RawProcess, ...words: Words) => Code,
    options: RawProcessOptions = {},
  ) {
    this.initialAppBreak = options.initialAppBreak ?? 1024;
  }

  // --- For the kernel ----------------------------------------------------------------------------

  initializeProcess(memory: ProcessMemory): void {
    this.memory = memory;
    this.registers.fill(0);
    this.functions.clear();
    this.frames.length = 0;
    this.computing = 0;
    this.functions.set(memory.appStart, (...args) => this.start(args));
  }

  setProcessFunction(call: FunctionCall): boolean {
    if (this.stackPointerIsBad) return false;
    this.calls.push(call);
    const { pc, argument0, argument1, argument2, argument3 } = call;
    const code = this.functions.get(pc)?.(argument0, argument1, argument2, argument3);
    if (code !== undefined) this.frames.push({ code, saved: this.registers.slice() });
    return true;
  }

  switchToProcess(until: Nanoseconds): ContextSwitchReason {
    for (;;) {
      if (this.computing > 0 && !this.spend(until)) return ContextSwitchReason.Interrupted;
      const step = this.next();
      if ('compute' in step) this.computing = step.compute;
      else if ('fault' in step) {
        this.faultReason = step.fault;
        return ContextSwitchReason.Fault;
      } else {
        this.registers.set(step.words);
        this.registers[Register.CLASS] = step.trap;
        return ContextSwitchReason.SyscallFired;
      }
    }
  }

  /** Computes until it is done (true) or interrupted. */
  private spend(until: Nanoseconds): boolean {
    const duration = Math.min(this.computing, Math.max(0, until - this.clock.now));
    this.computing -= duration;
    this.clock.advance(duration as Nanoseconds);
    return this.computing === 0 && this.clock.now < until;
  }

  /** The next step of the innermost function; one that returns gives the registers back. */
  private next(): Step {
    for (;;) {
      const frame = this.frames.at(-1);
      if (frame === undefined) return { trap: SyscallClass.Exit, words: [0, 0, 0, 0] };
      const result = frame.code.next(words(this.registers));
      if (result.done !== true) return result.value;
      this.frames.pop();
      this.registers.set(frame.saved);
    }
  }

  private start(args: Words): Code {
    return this.main(this, ...args);
  }

  // --- For the program ---------------------------------------------------------------------------

  /** The process's memory, as its own instructions meet it. */
  get mem(): ProcessMemory {
    if (this.memory === undefined) throw new Error('the process was not created yet');
    return this.memory;
  }

  /** An address in RAM. */
  ram(offset: number): number {
    return this.mem.ramStart + offset;
  }

  /** Gives a function an address in the program's flash; the same for each life of the process. */
  function(body: RawFunction): number {
    const address = this.mem.appStart + 0x100 + 4 * this.functions.size;
    this.functions.set(address, body);
    return address;
  }

  /** A function that notes its four words in a list. */
  recorder(calls: Words[]): number {
    return this.function((...args) => {
      calls.push(args);
      return undefined;
    });
  }

  /** Any trap. */
  *trap(syscallClass: number, r0 = 0, r1 = 0, r2 = 0, r3 = 0): Code<Words> {
    return yield { trap: syscallClass, words: [r0, r1, r2, r3] };
  }
  subscribe(driver: number, number: number, pc: number, appdata = 0): Code<Words> {
    return this.trap(SyscallClass.Subscribe, driver, number, pc, appdata);
  }
  command(driver: number, number: number, argument1 = 0, argument2 = 0): Code<Words> {
    return this.trap(SyscallClass.Command, driver, number, argument1, argument2);
  }
  allowRw(driver: number, number: number, address: number, length: number): Code<Words> {
    return this.trap(SyscallClass.ReadWriteAllow, driver, number, address, length);
  }
  allowRo(driver: number, number: number, address: number, length: number): Code<Words> {
    return this.trap(SyscallClass.ReadOnlyAllow, driver, number, address, length);
  }
  allowReadable(driver: number, number: number, address: number, length: number): Code<Words> {
    return this.trap(SyscallClass.UserspaceReadableAllow, driver, number, address, length);
  }
  memop(operation: number, argument = 0): Code<Words> {
    return this.trap(SyscallClass.Memop, operation, argument);
  }
  exit(variant: number, code: number): Code<Words> {
    return this.trap(SyscallClass.Exit, variant, code);
  }
  yieldNoWait(flagAddress = 0): Code<Words> {
    return this.trap(SyscallClass.Yield, YieldCall.NoWait, flagAddress);
  }
  yieldWait(): Code<Words> {
    return this.trap(SyscallClass.Yield, YieldCall.Wait);
  }
  yieldWaitFor(driver: number, number: number): Code<Words> {
    return this.trap(SyscallClass.Yield, YieldCall.WaitFor, driver, number);
  }
  *compute(duration: Nanoseconds): Code {
    yield { compute: duration };
  }
  *fault(reason: string): Code {
    yield { fault: reason };
  }
}
