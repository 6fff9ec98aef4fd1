// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The system call boundary of TRD 104, at register level: class and four words in, four words out.
 *
 * Mirrors `kernel/src/syscall.rs`. Every process meets the kernel through it, whatever executes it.
 */
import type { Nanoseconds } from './time.ts';

/** The class number of a trap (TRD 104 §4; class 7 has its own draft). */
export const SyscallClass = {
  Yield: 0,
  Subscribe: 1,
  Command: 2,
  ReadWriteAllow: 3,
  ReadOnlyAllow: 4,
  Memop: 5,
  Exit: 6,
  UserspaceReadableAllow: 7,
} as const;
export type SyscallClass = (typeof SyscallClass)[keyof typeof SyscallClass];

/** The classes that exchange a pair of words. */
export type SwapClass =
  | typeof SyscallClass.Subscribe
  | typeof SyscallClass.ReadWriteAllow
  | typeof SyscallClass.ReadOnlyAllow
  | typeof SyscallClass.UserspaceReadableAllow;

/** Variants of Yield, in r0. */
export const YieldCall = { NoWait: 0, Wait: 1, WaitFor: 2 } as const;
export type YieldCall = (typeof YieldCall)[keyof typeof YieldCall];

/** Variants of Exit, in r0. */
export const ExitCall = { Terminate: 0, Restart: 1 } as const;
export type ExitCall = (typeof ExitCall)[keyof typeof ExitCall];

/** Operations of Memop, in r0. */
export const MemopCall = {
  Brk: 0,
  Sbrk: 1,
  RamStart: 2,
  RamEnd: 3,
  FlashStart: 4,
  FlashEnd: 5,
  GrantStart: 6,
  FlashRegions: 7,
  FlashRegionStart: 8,
  FlashRegionEnd: 9,
  StackHint: 10,
  HeapHint: 11,
} as const;
export type MemopCall = (typeof MemopCall)[keyof typeof MemopCall];

/** Return variants, in r0 (TRD 104 §3.2). Every other value is reserved. */
export const ReturnVariant = {
  Failure: 0,
  FailureU32: 1,
  FailureU32U32: 2,
  FailureU64: 3,
  Success: 128,
  SuccessU32: 129,
  SuccessU32U32: 130,
  SuccessU64: 131,
  SuccessU32U32U32: 132,
  SuccessU32U64: 133,
} as const;
export type ReturnVariant = (typeof ReturnVariant)[keyof typeof ReturnVariant];

/**
 * Where a process's words stand in `registers`: r0–r3, then the class of the last trap. A kernel
 * result goes to r0–r3; words that a variant does not use keep what was there.
 */
export const Register = { R0: 0, R1: 1, R2: 2, R3: 3, CLASS: 4 } as const;
/** How many words `Register` names. */
export const REGISTER_COUNT = 5;

/** Why a process stopped running. */
export const ContextSwitchReason = {
  /** It trapped; class and arguments are in the registers. */
  SyscallFired: 0,
  /** The time that it was given is over, or an interrupt is due. */
  Interrupted: 1,
  /** It did what a process must not do; `faultReason` says what. */
  Fault: 2,
} as const;
export type ContextSwitchReason = (typeof ContextSwitchReason)[keyof typeof ContextSwitchReason];

/** A function call that the kernel makes in a process: its start, or an upcall. */
export interface FunctionCall {
  readonly pc: number;
  readonly argument0: number;
  readonly argument1: number;
  readonly argument2: number;
  /** An upcall's appdata. */
  readonly argument3: number;
}

/**
 * The memory of a process as whatever executes it may touch it: reads in flash and below the app
 * break, writes below the app break. Accesses outside give undefined or false: the engine faults.
 */
export interface ProcessMemory {
  /** Address of the first byte of RAM. */
  readonly ramStart: number;
  /** First address past the RAM block, grants included. */
  readonly ramEnd: number;
  /** First address that the process may not touch. */
  readonly appBreak: number;
  /** The RAM block, from `ramStart`; grants live at its end. */
  readonly ram: Uint8Array;
  /** Address of the TBF header. */
  readonly flashStart: number;
  readonly flashEnd: number;
  /** Address past header and protected region: where the program's own flash begins. */
  readonly appStart: number;
  /** The bytes at [address, address + length), or undefined where the process may not read. */
  read(address: number, length: number): Uint8Array | undefined;
  /** Writes bytes below the app break; false, and nothing is written, where the process may not. */
  write(address: number, bytes: Uint8Array): boolean;
}

/** What executes a process: the half of a context switch that the kernel does not know. */
export interface UserspaceKernelBoundary {
  /** See `Register`; `REGISTER_COUNT` words. */
  readonly registers: Uint32Array;
  /** Why the last switch ended in a fault. */
  readonly faultReason: string | undefined;
  /** How many bytes below the app break the process may use before its first call (32 on Cortex-M, 0 on RISC-V). */
  readonly initialAppBreak: number;
  /** Forgets all state of execution: the process is about to be started, or started afresh. */
  initializeProcess(memory: ProcessMemory): void;
  /** Makes the process call a function when it next runs; false when its stack cannot take the frame. */
  setProcessFunction(call: FunctionCall): boolean;
  /**
   * Runs the process until it traps, faults, or virtual time reaches `until`; advances the clock by
   * the CPU time that the process itself used.
   */
  switchToProcess(until: Nanoseconds): ContextSwitchReason;
}

/** Identifies an upcall: which driver, which of its subscriptions. */
export interface UpcallId {
  readonly driverNum: number;
  readonly subscribeNum: number;
}
