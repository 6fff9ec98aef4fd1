// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Grants: a capsule's memory inside each process, with the upcalls and buffers that the kernel holds
 * for that pair.
 *
 * Mirrors `kernel/src/grant.rs`. A grant takes process RAM: one word of counts, two words for each
 * upcall and each buffer, then the capsule's own type, whose size it states. Nothing is freed before
 * the process ends. Upcalls and buffers are swapped here and nowhere else: a capsule has no way to
 * keep, lose or exchange one.
 */
import { assert, panic, refuseToCompile } from './assert.ts';
import { CallbackFactory } from './callback.ts';
import type { Kernel } from './kernel.ts';
import type { ProcessError, ProcessId } from './process.ts';
import { ReadOnlyProcessBuffer, ReadWriteProcessBuffer, type Lease } from './processbuffer.ts';
import type { Process } from './process-standard.ts';
import { Err, Ok, type Result } from './result.ts';
import { TraceEvent } from './trace.ts';
import { TaskKind, type UpcallError } from './upcall.ts';

/** What a driver's grant consists of. */
export interface GrantOptions<T> {
  /** How many upcalls, read-only and read-write buffers the driver has: numbers count from 0. */
  readonly upcalls: number;
  readonly allowRo: number;
  readonly allowRw: number;
  /** Bytes that the capsule's own type takes in process RAM. */
  readonly size: number;
  /**
   * The type's default value, made once per life of a process. The factory makes the null callbacks of a
   * capsule that holds its own (#2462); today's capsules have no use for it.
   */
  readonly create: (factory: CallbackFactory) => T;
  /**
   * Subscribe numbers whose upcalls carry a StatusCode first: kernels before 2.0 told processes of it in
   * other numbers. Default: none.
   */
  readonly statusUpcalls?: readonly number[];
}

const WORD = 4;
const PAIR = 8;

/** Pairs of words that the kernel saves: (function pointer, appdata) or (address, length). */
export class SavedPairs {
  readonly first: Uint32Array;
  readonly second: Uint32Array;

  constructor(readonly count: number) {
    this.first = new Uint32Array(count);
    this.second = new Uint32Array(count);
  }
}

/** The lease of what is looked up while a grant is entered: until it is left, and not when it is entered again. */
class Visit implements Lease {
  usable = true;
}

const OUTSIDE: Lease = { usable: false };

/** A grant in one process. What it lends may be used while it is entered. */
export class GrantAllocation {
  entered = false;
  private visit: Visit | undefined;
  readonly upcalls: SavedPairs;
  readonly readOnly: SavedPairs;
  readonly readWrite: SavedPairs;
  readonly kernelData: GrantKernelData;

  constructor(
    kernel: Kernel,
    process: Process,
    readonly driverNum: number,
    options: GrantOptions<unknown>,
    readonly value: unknown,
  ) {
    this.upcalls = new SavedPairs(options.upcalls);
    this.readOnly = new SavedPairs(options.allowRo);
    this.readWrite = new SavedPairs(options.allowRw);
    this.kernelData = new GrantKernelData(kernel, process, this, options.statusUpcalls ?? []);
  }

  /** The lease of the present visit. */
  get lease(): Lease {
    if (!this.entered) return OUTSIDE;
    return (this.visit ??= new Visit());
  }

  /** The closure is over, and so is all that it was lent. */
  leave(): void {
    this.entered = false;
    if (this.visit === undefined) return;
    this.visit.usable = false;
    this.visit = undefined;
  }
}

/** What a capsule can do with what the kernel holds for it: schedule, and look into lent buffers. */
export class GrantKernelData {
  private readonly processId: ProcessId;

  constructor(
    private readonly kernel: Kernel,
    private readonly process: Process,
    private readonly allocation: GrantAllocation,
    private readonly statusUpcalls: readonly number[],
  ) {
    this.processId = process.processId;
  }

  /** Queues an upcall with three arguments; see `UpcallError` for when it is not. */
  scheduleUpcall(
    subscribeNum: number,
    args: readonly [number, number, number],
  ): Result<void, UpcallError> {
    const { driverNum, upcalls } = this.allocation;
    const pc = upcalls.first[subscribeNum];
    const appdata = upcalls.second[subscribeNum];
    if (pc === undefined || appdata === undefined) return Err('InvalidSubscribeNum');
    if (!mayReach(this.kernel, this.process, this.processId, this.allocation)) {
      return Err('KernelError');
    }
    if (pc === 0 && this.kernel.profile.nullUpcalls === 'dropped') return Ok();
    const argument0 = this.statusUpcalls.includes(subscribeNum)
      ? this.kernel.answers.statusWord(args[0])
      : args[0];
    const queued = this.process.enqueueTask({
      kind: pc === 0 ? TaskKind.ReturnValue : TaskKind.FunctionCall,
      driverNum,
      subscribeNum,
      pc,
      argument0: argument0 >>> 0,
      argument1: args[1] >>> 0,
      argument2: args[2] >>> 0,
      argument3: appdata,
    });
    const { trace } = this.kernel;
    if (queued.ok && trace.enabled) {
      const { slot } = this.process;
      const event = TraceEvent.upcallScheduled;
      trace.record(event, slot, driverNum, subscribeNum, argument0, args[1], args[2]);
    }
    return queued;
  }

  /** The buffer lent read-only under a number; AddressOutOfBounds when the driver has no such number. */
  readOnlyProcessBuffer(allowNum: number): Result<ReadOnlyProcessBuffer, ProcessError> {
    const { first, second } = this.allocation.readOnly;
    const address = first[allowNum];
    const length = second[allowNum];
    if (address === undefined || length === undefined) return Err('AddressOutOfBounds');
    const id = { driverNum: this.allocation.driverNum, allowNum, kind: 'readOnly' } as const;
    const { kernel, processId } = this;
    const { lease } = this.allocation;
    return Ok(new ReadOnlyProcessBuffer(kernel, processId, id, address, length, lease));
  }

  /** The buffer lent for reading and writing under a number; AddressOutOfBounds likewise. */
  readWriteProcessBuffer(allowNum: number): Result<ReadWriteProcessBuffer, ProcessError> {
    const { first, second } = this.allocation.readWrite;
    const address = first[allowNum];
    const length = second[allowNum];
    if (address === undefined || length === undefined) return Err('AddressOutOfBounds');
    const id = { driverNum: this.allocation.driverNum, allowNum, kind: 'readWrite' } as const;
    const { kernel, processId } = this;
    const { lease } = this.allocation;
    return Ok(new ReadWriteProcessBuffer(kernel, processId, id, address, length, lease));
  }

  /**
   * Custom grant memory: takes bytes of process RAM until the process ends; their address.
   * OutOfMemory: they do not fit. NoSuchApp, InactiveApp: the process is gone.
   */
  allocate(bytes: number): Result<number, ProcessError> {
    assert(Number.isInteger(bytes) && bytes >= 0, 'grant memory is a whole number of bytes');
    if (this.process.processId !== this.processId) return Err('NoSuchApp');
    if (!this.process.isActive()) return Err('InactiveApp');
    const address = this.process.allocateGrantMemory(bytes, PAIR);
    return address === undefined ? Err('OutOfMemory') : Ok(address);
  }
}

/** Whether that life of the process goes on and the driver was not disabled; the grant has to be entered. */
function mayReach(
  kernel: Kernel,
  process: Process,
  processId: ProcessId,
  { entered, driverNum }: GrantAllocation,
): boolean {
  if (process.processId !== processId || !process.isActive()) return false;
  if (!entered) refuseToCompile('an upcall was scheduled outside the grant');
  return !kernel.enforcement.isDisabled(driverNum);
}

/** A driver's grant over all processes. Made by `Kernel.createGrant` before the first process. */
export class Grant<T> {
  constructor(
    private readonly kernel: Kernel,
    readonly driverNum: number,
    private readonly grantNum: number,
    private readonly options: GrantOptions<T>,
  ) {}

  /** Bytes of process RAM that an allocation takes, padding aside. */
  get bytes(): number {
    const { upcalls, allowRo, allowRw, size } = this.options;
    return WORD + (upcalls + allowRo + allowRw) * PAIR + size;
  }

  /**
   * Gives the closure the capsule's value and the kernel's data, allocating them at first use.
   * NoSuchApp, InactiveApp, OutOfMemory. Entering a grant that is entered panics (case E01).
   */
  enter<R>(
    processId: ProcessId,
    visit: (app: T, kernel: GrantKernelData) => R,
  ): Result<R, ProcessError> {
    const process = this.kernel.process(processId);
    if (process === undefined) return Err('NoSuchApp');
    if (!process.isActive()) return Err('InactiveApp');
    const allocation = process.grants[this.grantNum] ?? this.allocate(process);
    if (allocation === undefined) return Err('OutOfMemory');
    if (allocation.entered)
      panic(`the grant of driver 0x${this.driverNum.toString(16)} was entered twice`);
    return Ok(this.visit(allocation, visit));
  }

  /** As `enter`, but gives undefined where that fails or would panic (case E04). */
  tryEnter<R>(processId: ProcessId, visit: (app: T, kernel: GrantKernelData) => R): R | undefined {
    const process = this.kernel.process(processId);
    if (process?.isActive() !== true) return undefined;
    const allocation = process.grants[this.grantNum] ?? this.allocate(process);
    return allocation === undefined || allocation.entered
      ? undefined
      : this.visit(allocation, visit);
  }

  /** Enters each grant that is allocated in an active process, in slot order (case E05). */
  each(visit: (processId: ProcessId, app: T, kernel: GrantKernelData) => void): void {
    for (const processId of this.processIds()) {
      this.enter(processId, (app, kernel) => {
        visit(processId, app, kernel);
      });
    }
  }

  /** The processes in which the grant is allocated: active ones, as the dead have no grants. */
  processIds(): ProcessId[] {
    const ids: ProcessId[] = [];
    for (const process of this.kernel.processes) {
      if (process?.grants[this.grantNum] !== undefined) ids.push(process.processId);
    }
    return ids;
  }

  private visit<R>(allocation: GrantAllocation, visit: (app: T, kernel: GrantKernelData) => R): R {
    allocation.entered = true;
    try {
      return visit(allocation.value as T, allocation.kernelData);
    } finally {
      allocation.leave();
    }
  }

  private allocate(process: Process): GrantAllocation | undefined {
    if (findGrant(process, this.driverNum) !== undefined) return undefined;
    const address = process.allocateGrantMemory(this.bytes, PAIR);
    if (address === undefined) return undefined;
    const allocation = new GrantAllocation(
      this.kernel,
      process,
      this.driverNum,
      this.options,
      this.options.create(
        new CallbackFactory(this.kernel, process.processId, this.driverNum, true),
      ),
    );
    process.grants[this.grantNum] = allocation;
    const { trace } = this.kernel;
    if (trace.enabled)
      trace.record(TraceEvent.grantAllocated, process.slot, this.driverNum, address, this.bytes);
    return allocation;
  }
}

/** The grant of a driver number that is allocated in a process. */
export function findGrant(process: Process, driverNum: number): GrantAllocation | undefined {
  const { grants } = process;
  for (const grant of grants) {
    if (grant?.driverNum === driverNum) return grant;
  }
  return undefined;
}

/** How many grants a process has: tells whether asking a driver to allocate did anything. */
export function allocatedGrantCount(process: Process): number {
  let count = 0;
  for (const grant of process.grants) if (grant !== undefined) count++;
  return count;
}
