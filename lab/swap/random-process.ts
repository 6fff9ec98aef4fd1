// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A process that makes random system calls: subscribes, allows, commands, yields, exits; some of them hostile.
 *
 * NON-TOCK: takes the place of `arch/*`. Each call is drawn when the process runs, so that a million of them
 * cost no memory. Its functions do nothing but return: what they suffer the oracle says.
 */
import type { Random } from '#kernel/random';
import {
  ContextSwitchReason,
  ExitCall,
  Register,
  REGISTER_COUNT,
  SyscallClass,
  YieldCall,
  type FunctionCall,
  type ProcessMemory,
  type UserspaceKernelBoundary,
} from '#kernel/syscall';

/** What random processes talk to, and how often they have talked. */
export interface Conversation {
  readonly random: Random;
  readonly drivers: readonly number[];
  /** Numbers of upcalls and of buffers that each driver has. */
  readonly numbers: number;
  /** The commands that are sent. */
  readonly commands: readonly number[];
  /** Is told before each call; false: it is not made, and the machine stops. */
  step(): boolean;
}

const FUNCTIONS = 6;
const FUNCTION_SIZE = 16;
const LONGEST = 48;
/** Where another process's program and RAM lie, seen from this one's. */
const NEIGHBOUR = 0x1000;

export class RandomProcess implements UserspaceKernelBoundary {
  readonly registers = new Uint32Array(REGISTER_COUNT);
  readonly faultReason = undefined;
  readonly initialAppBreak = 512;
  /** Functions of it that the kernel called, its start included. */
  calls = 0;
  private memory: ProcessMemory | undefined;
  private appdata: number;

  constructor(
    private readonly talk: Conversation,
    index: number,
  ) {
    this.appdata = index * 0x1000000;
  }

  initializeProcess(memory: ProcessMemory): void {
    this.memory = memory;
    this.registers.fill(0);
  }

  setProcessFunction(_call: FunctionCall): boolean {
    this.calls++;
    return true;
  }

  switchToProcess(): ContextSwitchReason {
    if (!this.talk.step() || this.memory === undefined) return ContextSwitchReason.Interrupted;
    this.draw(this.memory);
    return ContextSwitchReason.SyscallFired;
  }

  /** The next call: of a hundred, so many of each class. */
  private draw(memory: ProcessMemory): void {
    const dice = this.talk.random.below(100);
    if (dice < 28) this.subscribe(memory);
    else if (dice < 46) this.allow(SyscallClass.ReadWriteAllow, memory);
    else if (dice < 54) this.allow(SyscallClass.ReadOnlyAllow, memory);
    else if (dice < 78) this.command();
    else if (dice < 99 || this.talk.random.below(8) > 0) this.yield();
    else this.exit();
  }

  private subscribe({ appStart }: ProcessMemory): void {
    const { random } = this.talk;
    const dice = random.below(32);
    let pc = appStart + FUNCTION_SIZE * random.below(FUNCTIONS);
    if (dice < 8) pc = 0;
    else if (dice === 8) pc += NEIGHBOUR;
    this.appdata = (this.appdata & ~0xffff) | ((this.appdata + 1) & 0xffff);
    this.trap(SyscallClass.Subscribe, this.driver(), this.number(), pc, this.appdata);
  }

  private allow(swapClass: SyscallClass, { ramStart }: ProcessMemory): void {
    const { random } = this.talk;
    const dice = random.below(32);
    let address = ramStart + random.below(this.initialAppBreak - LONGEST);
    let length = random.below(LONGEST) + 1;
    if (dice < 8) address = length = 0;
    else if (dice === 8) address += NEIGHBOUR;
    else if (dice === 9) length = random.u32();
    this.trap(swapClass, this.driver(), this.number(), address, length);
  }

  private command(): void {
    const { random, commands } = this.talk;
    const command = commands[random.below(commands.length)] ?? 0;
    this.trap(SyscallClass.Command, this.driver(), command, this.number(), random.below(256));
  }

  /** Mostly it looks whether something has come; now and then it waits. */
  private yield(): void {
    const dice = this.talk.random.below(16);
    if (dice > 1) this.trap(SyscallClass.Yield, YieldCall.NoWait, 0, 0, 0);
    else if (dice === 1) this.trap(SyscallClass.Yield, YieldCall.Wait, 0, 0, 0);
    else this.trap(SyscallClass.Yield, YieldCall.WaitFor, this.driver(), this.number(), 0);
  }

  /** Mostly it starts afresh; what ended is started again from outside. */
  private exit(): void {
    const variant = this.talk.random.below(4) === 0 ? ExitCall.Terminate : ExitCall.Restart;
    this.trap(SyscallClass.Exit, variant, 0, 0, 0);
  }

  private driver(): number {
    const { random, drivers } = this.talk;
    return drivers[random.below(drivers.length)] ?? 0;
  }

  /** A number of the driver's, or now and then one past it. */
  private number(): number {
    const { random, numbers } = this.talk;
    return random.below(16) === 0 ? numbers : random.below(numbers);
  }

  private trap(syscallClass: SyscallClass, r0: number, r1: number, r2: number, r3: number): void {
    const { registers } = this;
    registers[Register.R0] = r0;
    registers[Register.R1] = r1;
    registers[Register.R2] = r2;
    registers[Register.R3] = r3;
    registers[Register.CLASS] = syscallClass;
  }
}
