// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A process that makes one system call when it is told to, and whose functions only note that they were called.
 *
 * NON-TOCK: takes the place of `arch/*`.
 */
import {
  ContextSwitchReason,
  Register,
  REGISTER_COUNT,
  type FunctionCall,
  type SyscallClass,
  type UserspaceKernelBoundary,
} from '#kernel/syscall';

/** Class and words of a system call. */
export type Trap = readonly [
  syscallClass: SyscallClass,
  r0: number,
  r1: number,
  r2: number,
  r3: number,
];

export class Puppet implements UserspaceKernelBoundary {
  readonly registers = new Uint32Array(REGISTER_COUNT);
  readonly faultReason = undefined;
  readonly initialAppBreak = 512;
  /** The call to make. */
  pending: Trap | undefined;
  private trapped = false;

  /**
   * @param onIdle is called when there is nothing to do.
   * @param log gets answers and calls, word by word.
   */
  constructor(
    private readonly onIdle: () => void,
    private readonly log: number[],
  ) {}

  initializeProcess(): void {
    this.registers.fill(0);
    this.pending = undefined;
    this.trapped = false;
  }

  setProcessFunction({ pc, argument0, argument1, argument2, argument3 }: FunctionCall): boolean {
    this.log.push(pc, argument0, argument1, argument2, argument3);
    return true;
  }

  switchToProcess(): ContextSwitchReason {
    const { pending, registers } = this;
    if (this.trapped) this.log.push(...registers.subarray(Register.R0, Register.CLASS));
    this.trapped = pending !== undefined;
    this.pending = undefined;
    if (pending === undefined) {
      this.onIdle();
      return ContextSwitchReason.Interrupted;
    }
    const [syscallClass, ...words] = pending;
    registers.set(words);
    registers[Register.CLASS] = syscallClass;
    return ContextSwitchReason.SyscallFired;
  }
}
