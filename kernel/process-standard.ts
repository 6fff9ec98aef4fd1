// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A process: its memory, its queue of tasks, its grants, its state.
 *
 * Mirrors `kernel/src/process_standard.rs`. Layout of the RAM block, high to low: grant pointer table,
 * ring of tasks, process record, grants growing down to the kernel break · gap · app memory below the
 * app break. Process-accessible memory is [ramStart, appBreak) and the program's flash.
 */
import { panic } from './assert.ts';
import { AwaitedUpcall } from './awaited-upcall.ts';
import { RingBuffer } from './collections/ring-buffer.ts';
import type { GrantAllocation } from './grant.ts';
import type { Kernel } from './kernel.ts';
import { MpuRegions } from './platform/mpu.ts';
import type { ProcessFaultPolicy } from './platform/platform.ts';
import {
  identifierOf,
  ProcessState,
  slotOf,
  type ProcessError,
  type ProcessId,
} from './process.ts';
import { Err, Ok, type Result } from './result.ts';
import { StoragePermissions } from './storage-permissions.ts';
import type { ProcessMemory, UpcallId, UserspaceKernelBoundary } from './syscall.ts';
import { TraceEvent } from './trace.ts';
import { FROM_KERNEL, TaskKind, UPCALL_RING_SLOTS, type Task } from './upcall.ts';

/** The flash that holds a process: header, protected region, program. Addresses are absolute. */
export interface ProcessFlash {
  readonly start: number;
  readonly size: number;
  /** Bytes of TBF header and protected region, where neither upcalls nor buffers may point. */
  readonly protectedSize: number;
  /** Bytes at an offset from `start`; within `size`. */
  read(offset: number, length: number): Uint8Array;
}

/** A part of its flash that a process may have rewritten for it. */
export interface WriteableFlashRegion {
  /** Bytes from the start of flash. */
  readonly offset: number;
  readonly size: number;
}

/** What a process is made of; the board decides, the kernel adds the rest. */
export interface ProcessOptions {
  readonly name: string;
  readonly boundary: UserspaceKernelBoundary;
  readonly flash: ProcessFlash;
  readonly ram: { readonly start: number; readonly size: number };
  readonly writeableFlashRegions?: readonly WriteableFlashRegion[];
  /** What it may do with stored records; default: nothing. */
  readonly storagePermissions?: StoragePermissions;
  /** Default: the process is stopped. */
  readonly faultPolicy?: ProcessFaultPolicy;
}

/**
 * Bytes that the kernel keeps at the top of a process's RAM, besides 8 a grant: ring of tasks and
 * process record. Assumed: rounded from a 32-bit build's `PROCESS_STRUCT_OFFSET` and ring of ten
 * tasks; no document fixes them.
 */
const RING_BYTES = UPCALL_RING_SLOTS * 32;
const RECORD_BYTES = 416;
const GRANT_POINTER_BYTES = 8;
const POINTER_WIDTH = 4;

const isFunctionCall = ({ kind }: Task): boolean => kind === TaskKind.FunctionCall;
const STOP: ProcessFaultPolicy = { action: () => 'Stop' };

/** A process: its memory, its state, its tasks, and what executes it. */
export class Process implements ProcessMemory {
  readonly name: string;
  readonly boundary: UserspaceKernelBoundary;
  readonly ram: Uint8Array;
  readonly ramStart: number;
  readonly ramEnd: number;
  readonly flashStart: number;
  readonly flashEnd: number;
  readonly appStart: number;
  readonly writeableFlashRegions: readonly WriteableFlashRegion[];
  readonly storagePermissions: StoragePermissions;
  /** Allocated grants, by grant number. */
  readonly grants: (GrantAllocation | undefined)[] = [];
  readonly tasks = new RingBuffer<Task>(UPCALL_RING_SLOTS);
  /** What a YieldedFor process waits for. */
  readonly awaited: AwaitedUpcall;
  /** What others opened to the process (IPC). */
  readonly mpuRegions = new MpuRegions();

  state: ProcessState = ProcessState.Terminated;
  /** The state that a Stopped process goes back to. */
  stoppedFrom: ProcessState = ProcessState.Terminated;
  appBreak = 0;
  /** Highest end of any RAM buffer ever allowed: the app break never goes below it. */
  allowHighWaterMark = 0;
  /** Lowest address of the grants. */
  kernelMemoryBreak = 0;
  completionCode: number | undefined;
  restartCount = 0;
  droppedUpcallCount = 0;
  timesliceExpirationCount = 0;
  syscallCount = 0;
  /** Why the process faulted last. */
  faultReason: string | undefined;
  stackHint: number | undefined;
  heapHint: number | undefined;

  private readonly flash: ProcessFlash;
  private readonly faultPolicy: ProcessFaultPolicy;

  constructor(
    private readonly kernel: Kernel,
    public processId: ProcessId,
    options: ProcessOptions,
  ) {
    this.awaited = new AwaitedUpcall(this.tasks, kernel.flaws);
    this.name = options.name;
    this.boundary = options.boundary;
    this.flash = options.flash;
    this.faultPolicy = options.faultPolicy ?? STOP;
    this.writeableFlashRegions = options.writeableFlashRegions ?? [];
    this.storagePermissions = options.storagePermissions ?? StoragePermissions.NULL;
    this.ram = new Uint8Array(options.ram.size);
    this.ramStart = options.ram.start;
    this.ramEnd = options.ram.start + options.ram.size;
    this.flashStart = options.flash.start;
    this.flashEnd = options.flash.start + options.flash.size;
    this.appStart = options.flash.start + options.flash.protectedSize;
  }

  /** Index in the process array. */
  get slot(): number {
    return slotOf(this.processId);
  }

  /** Bytes of RAM that a process needs before it has any memory of its own. */
  static kernelBytes(grantCount: number): number {
    return RING_BYTES + RECORD_BYTES + grantCount * GRANT_POINTER_BYTES;
  }

  /** Sets everything to the state before the first instruction, and queues the start function. */
  reset(processId: ProcessId): void {
    this.processId = processId;
    this.kernelMemoryBreak = this.ramEnd - Process.kernelBytes(this.kernel.grantCount);
    this.appBreak = this.ramStart + this.boundary.initialAppBreak;
    this.allowHighWaterMark = this.ramStart;
    this.mpuRegions.clear();
    this.completionCode = undefined;
    this.stackHint = undefined;
    this.heapHint = undefined;
    this.boundary.initializeProcess(this);
    this.state = ProcessState.Yielded;
    this.tasks.enqueue({
      kind: TaskKind.FunctionCall,
      driverNum: FROM_KERNEL,
      subscribeNum: 0,
      pc: this.appStart,
      argument0: this.appStart,
      argument1: this.ramStart,
      argument2: this.ram.length,
      argument3: this.appBreak,
    });
    this.traceStart();
  }

  // --- State -------------------------------------------------------------------------------------

  /** Whether upcalls may be queued: running, yielded, or stopped in one of these. */
  isActive(): boolean {
    return this.state <= ProcessState.Stopped;
  }

  /** Whether the process can make progress now. */
  ready(): boolean {
    switch (this.state) {
      case ProcessState.Running:
        return true;
      case ProcessState.Yielded:
        return this.tasks.hasElements();
      case ProcessState.YieldedFor:
        return this.awaited.isReady();
      case ProcessState.Stopped:
      case ProcessState.Faulted:
      case ProcessState.Terminated:
        return false;
    }
  }

  /** Suspends the process from outside; upcalls go on queueing. */
  stop(): void {
    if (this.state >= ProcessState.Stopped) return;
    this.stoppedFrom = this.state;
    this.state = ProcessState.Stopped;
    this.trace(TraceEvent.processStopped);
  }

  /** Undoes `stop`. */
  resume(): void {
    if (this.state !== ProcessState.Stopped) return;
    this.state = this.stoppedFrom;
    this.trace(TraceEvent.processResumed);
  }

  /** Ends this life of the process: queue and grants are gone. Without a code it was killed. */
  terminate(completionCode: number | undefined): void {
    if (!this.isActive() && this.state !== ProcessState.Faulted) return;
    this.kernel.watch?.ended(this);
    this.tasks.empty();
    this.grants.length = 0;
    this.completionCode = completionCode;
    this.state = ProcessState.Terminated;
  }

  /** Ends this life and begins the next under a new id; does nothing when Terminated (case E19). */
  tryRestart(completionCode: number | undefined): void {
    if (this.state === ProcessState.Terminated) return;
    this.terminate(completionCode);
    this.start();
  }

  /** Starts a terminated process afresh. */
  start(): void {
    if (this.state !== ProcessState.Terminated) return;
    this.restartCount++;
    this.reset(this.kernel.newProcessId(this.slot));
  }

  /** The process did what it must not do: its fault policy says what follows. */
  setFaultState(reason: string): void {
    this.faultReason = reason;
    if (this.kernel.trace.enabled)
      this.trace(TraceEvent.processFaulted, this.kernel.trace.text(reason));
    const action = this.faultPolicy.action(this);
    this.state = ProcessState.Faulted;
    switch (action) {
      case 'Panic':
        return panic(`process ${this.name} had a fault: ${reason}`);
      case 'Restart':
        this.tryRestart(undefined);
        return;
      case 'Stop':
        this.terminate(undefined);
        this.state = ProcessState.Faulted;
    }
  }

  // --- Tasks -------------------------------------------------------------------------------------

  /** Queues a task. QueueFull: it is lost and counted. KernelError: the process is not active. */
  enqueueTask(task: Task): Result<void, 'QueueFull' | 'KernelError'> {
    if (!this.isActive()) return Err('KernelError');
    if (this.tasks.enqueue(task)) {
      this.awaited.queued(task);
      this.kernel.watch?.queued(this, task);
      return Ok();
    }
    this.droppedUpcallCount++;
    this.kernel.watch?.lost(this, task);
    this.trace(TraceEvent.upcallDropped, task.driverNum, task.subscribeNum);
    return Err('QueueFull');
  }

  /** Removes the queued upcalls of a subscription that are meant: by default its function calls. */
  removePendingUpcalls(id: UpcallId, meant: (task: Task) => boolean = isFunctionCall): void {
    const { driverNum, subscribeNum } = id;
    const before = this.tasks.length;
    if (before === 0) return;
    this.tasks.retain(
      (task) => task.driverNum !== driverNum || task.subscribeNum !== subscribeNum || !meant(task),
    );
    const removed = before - this.tasks.length;
    if (removed === 0) return;
    this.kernel.watch?.cancelled(this, id, removed);
    this.trace(TraceEvent.upcallCancelled, driverNum, subscribeNum, removed);
  }

  /** Whether an upcall that would really run is queued. */
  hasUpcalls(): boolean {
    return this.tasks.find((task) => task.kind !== TaskKind.ReturnValue) !== undefined;
  }

  // --- Memory ------------------------------------------------------------------------------------

  /** Moves the app break (memop 0). New bytes are zero. Refused: below the high-water mark, into grants. */
  brk(newBreak: number): Result<void, ProcessError> {
    if (!this.isActive()) return Err('InactiveApp');
    if (newBreak < this.allowHighWaterMark || newBreak >= this.ramEnd)
      return Err('AddressOutOfBounds');
    if (newBreak > this.kernelMemoryBreak) return Err('OutOfMemory');
    if (newBreak > this.appBreak)
      this.ram.fill(0, this.appBreak - this.ramStart, newBreak - this.ramStart);
    this.appBreak = newBreak;
    return Ok();
  }

  /** Whether [address, address + length) is RAM that the process may touch. */
  inAppRam(address: number, length: number): boolean {
    return address >= this.ramStart && address + length <= this.appBreak;
  }

  /** Whether [address, address + length) is the program's own flash, past header and protected region. */
  inAppFlash(address: number, length: number): boolean {
    return address >= this.appStart && address + length <= this.flashEnd;
  }

  /** Whether a function pointer lies, one pointer wide, in the program's flash or RAM. */
  isValidUpcallFunctionPointer(address: number): boolean {
    return this.inAppFlash(address, POINTER_WIDTH) || this.inAppRam(address, POINTER_WIDTH);
  }

  /** Remembers that RAM was lent: the break stays above it until restart, also after un-allow. */
  raiseHighWaterMark(end: number): void {
    if (end > this.allowHighWaterMark) this.allowHighWaterMark = end;
  }

  /** The bytes of lent memory; the kernel checked the range when it was lent. */
  lentBytes(address: number, length: number): Uint8Array {
    if (length === 0) return EMPTY;
    if (address >= this.ramStart && address < this.ramEnd) {
      const offset = address - this.ramStart;
      return this.ram.subarray(offset, offset + length);
    }
    return this.flash.read(address - this.flashStart, length);
  }

  read(address: number, length: number): Uint8Array | undefined {
    const flash = address >= this.flashStart && address + length <= this.flashEnd;
    return flash || this.inAppRam(address, length)
      ? this.lentBytes(address, length)
      : this.mpuRegions.find(address, length);
  }

  write(address: number, bytes: Uint8Array): boolean {
    if (this.inAppRam(address, bytes.length)) this.ram.set(bytes, address - this.ramStart);
    else {
      const target = this.mpuRegions.find(address, bytes.length);
      if (target === undefined) return false;
      target.set(bytes);
    }
    return true;
  }

  /** Takes bytes for a grant below the kernel break, aligned down; its address, or undefined when none are left. */
  allocateGrantMemory(bytes: number, align: number): number | undefined {
    const address = Math.floor((this.kernelMemoryBreak - bytes) / align) * align;
    if (address < this.appBreak) return undefined;
    this.kernelMemoryBreak = address;
    return address;
  }

  // --- Reports -----------------------------------------------------------------------------------

  /** What one wants to read after a fault (case E20): who, where, in what state. */
  report(): string {
    const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
    return [
      `process ${this.slot.toString()} "${this.name}"  state ${stateName(this.state)}` +
        (this.faultReason === undefined ? '' : `: ${this.faultReason}`),
      `  flash ${hex(this.flashStart)}–${hex(this.flashEnd)}, program from ${hex(this.appStart)}`,
      `  RAM   ${hex(this.ramStart)}–${hex(this.ramEnd)}, app break ${hex(this.appBreak)}, grants from ${hex(this.kernelMemoryBreak)}`,
      `  ${this.syscallCount.toString()} system calls, ${this.droppedUpcallCount.toString()} upcalls dropped, ` +
        `${this.restartCount.toString()} restarts, ${this.timesliceExpirationCount.toString()} timeslices expired`,
    ].join('\n');
  }

  private trace(event: number, a = 0, b = 0, c = 0): void {
    if (this.kernel.trace.enabled) this.kernel.trace.record(event, this.slot, a, b, c);
  }

  private traceStart(): void {
    const { trace } = this.kernel;
    if (!trace.enabled) return;
    const identifier = identifierOf(this.processId);
    trace.record(
      TraceEvent.processStarted,
      this.slot,
      identifier,
      trace.text(this.name),
      this.restartCount,
    );
  }
}

const EMPTY = new Uint8Array(0);

/** The name of a state, as Tock spells it. */
export function stateName(state: ProcessState): string {
  return Object.keys(ProcessState)[state] ?? String(state);
}
