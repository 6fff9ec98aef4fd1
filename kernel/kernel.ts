// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The kernel: owns processes, grants and virtual time, and runs the main loop.
 *
 * Mirrors `kernel/src/kernel.rs` (set-up and loop; the system calls are in `syscalls.ts`). One turn of
 * the loop: interrupts and deferred calls first, then the process that the scheduler chose, until it
 * has no work, its time is over, or kernel work is waiting; with nothing to do, time jumps to the next
 * hardware event.
 */
import { ANSWER_ENCODINGS, type AnswerEncoding } from './answer.ts';
import { assert, panic } from './assert.ts';
import type { KernelFlaw } from './awaited-upcall.ts';
import type { Clock } from './clock.ts';
import { FREE, type CpuCosts } from './costs.ts';
import type { DeferredCalls } from './deferred-call.ts';
import { handOutFactories } from './driver-lookup.ts';
import { Enforcement, type ViolationReaction } from './enforcement.ts';
import { Grant, type GrantOptions } from './grant.ts';
import type { OwnershipWatch } from './ownership-watch.ts';
import type { KernelResources } from './platform/platform.ts';
import {
  makeProcessId,
  MAX_PROCESSES,
  ProcessState,
  slotOf,
  type ProcessId,
  type StoppedExecutingReason,
} from './process.ts';
import type { BufferId, ProcessBufferSource } from './processbuffer.ts';
import { Process, type ProcessOptions } from './process-standard.ts';
import { PROFILES, type Profile } from './profile.ts';
import { Err, Ok, type Result } from './result.ts';
import { StoragePermissions } from './storage-permissions.ts';
import { ContextSwitchReason, Register } from './syscall.ts';
import { handleSyscall } from './syscalls.ts';
import { FOREVER, ns, us, type Nanoseconds } from './time.ts';
import { Trace, TraceEvent } from './trace.ts';
import { FROM_KERNEL, TaskKind, type Task } from './upcall.ts';

/** What a board hands to its kernel. */
export interface KernelOptions {
  readonly clock: Clock;
  readonly deferredCalls: DeferredCalls;
  /** Default: 2.2. */
  readonly profile?: Profile;
  /** Default: kernel work costs no time. */
  readonly costs?: CpuCosts;
  readonly trace?: Trace;
  /** Slots for processes; default 4. */
  readonly maxProcesses?: number;
  /** Upstream's flaws to have back. */
  readonly flaws?: ReadonlySet<KernelFlaw>;
  /**
   * Called after each piece of work: interrupts, a deferred call, a process until its next trap. Whoever
   * manages processes from outside, as Tock's process console does, stops or ends them there.
   */
  readonly afterWork?: () => void;
  /** What becomes of a capsule that gave back what it must not, or of its victim; default: kill. */
  readonly reaction?: ViolationReaction;
  /** Somebody who watches over what processes lend. */
  readonly watch?: OwnershipWatch;
}

/** Why the kernel returned: no process is active; nothing will ever happen again; the time came. */
export type RunOutcome = 'finished' | 'asleep' | 'until';

/** Why a process could not be created. */
export type ProcessLoadError = 'NotEnoughMemory' | 'NoProcessSlot';

/** A process with less of its timeslice left than this is not run (`MIN_QUANTA_THRESHOLD_US`). */
const MIN_QUANTA = us(500);

export class Kernel implements ProcessBufferSource {
  readonly clock: Clock;
  readonly deferredCalls: DeferredCalls;
  readonly profile: Profile;
  readonly costs: CpuCosts;
  readonly trace: Trace;
  readonly flaws: ReadonlySet<KernelFlaw>;
  readonly processes: (Process | undefined)[];
  /** How the profile's kernel answers. */
  readonly answers: AnswerEncoding;
  readonly watch: OwnershipWatch | undefined;
  readonly enforcement: Enforcement;
  /** Grants made so far: each takes a pointer in every process. */
  grantCount = 0;
  private nextIdentifier = 0;
  private processLoaded = false;
  private stopAsked = false;
  private readonly afterWork: (() => void) | undefined;

  constructor(options: KernelOptions) {
    const slots = options.maxProcesses ?? 4;
    assert(
      Number.isInteger(slots) && slots > 0 && slots <= MAX_PROCESSES,
      `a board has 1 to ${MAX_PROCESSES.toString()} process slots`,
    );
    this.clock = options.clock;
    this.deferredCalls = options.deferredCalls;
    this.profile = options.profile ?? PROFILES['2.2'];
    this.answers = ANSWER_ENCODINGS[this.profile.answers];
    this.watch = options.watch;
    this.costs = options.costs ?? FREE;
    this.trace = options.trace ?? new Trace(16);
    this.flaws = options.flaws ?? new Set();
    this.afterWork = options.afterWork;
    this.trace.attach(this.clock);
    this.enforcement = new Enforcement(options.reaction ?? 'kill', this.trace, this.watch);
    this.processes = new Array<Process | undefined>(slots).fill(undefined);
  }

  // --- Set-up ------------------------------------------------------------------------------------

  /** Makes a driver's grant. After the first process was created the kernel panics (case E09). */
  createGrant<T>(driverNum: number, options: GrantOptions<T>): Grant<T> {
    if (this.processLoaded) panic('a grant was created after the first process');
    return new Grant(this, driverNum, this.grantCount++, options);
  }

  /**
   * Creates a process and queues its start: in the first empty slot, else in that of a terminated
   * process (case E10).
   */
  createProcess(options: ProcessOptions): Result<Process, ProcessLoadError> {
    const slot = this.freeSlot();
    if (slot < 0) return Err('NoProcessSlot');
    if (
      options.ram.size <
      Process.kernelBytes(this.grantCount) + options.boundary.initialAppBreak
    ) {
      return Err('NotEnoughMemory');
    }
    this.processLoaded = true;
    const process = new Process(this, this.newProcessId(slot), options);
    this.processes[slot] = process;
    process.reset(process.processId);
    return Ok(process);
  }

  private freeSlot(): number {
    const empty = this.processes.indexOf(undefined);
    return empty >= 0
      ? empty
      : this.processes.findIndex((process) => process?.state === ProcessState.Terminated);
  }

  /** @internal A fresh id for the next life of a process. */
  newProcessId(slot: number): ProcessId {
    return makeProcessId(this.nextIdentifier++, slot);
  }

  // --- For capsules ------------------------------------------------------------------------------

  /** The process of an id, or undefined when that life is over and another began. */
  process(processId: ProcessId): Process | undefined {
    const process = this.processes[slotOf(processId)];
    return process?.processId === processId ? process : undefined;
  }

  /** What a process may do with stored records; nothing when that life of it is over. */
  storagePermissions(processId: ProcessId): StoragePermissions {
    return this.process(processId)?.storagePermissions ?? StoragePermissions.NULL;
  }

  lentBytes(processId: ProcessId, address: number, length: number): Uint8Array | undefined {
    const process = this.process(processId);
    return process?.isActive() === true ? process.lentBytes(address, length) : undefined;
  }

  memoryOf(processId: ProcessId, address: number, length: number): Uint8Array {
    const process = this.processes[slotOf(processId)];
    return process?.lentBytes(address, length) ?? new Uint8Array(0);
  }

  touched(processId: ProcessId, id: BufferId, address: number, length: number): void {
    if (length > 0) this.watch?.touched(processId, id, address, length);
  }

  /** Charges CPU time that kernel or capsule used. */
  spendCpuTime(duration: Nanoseconds): void {
    if (duration > 0) this.clock.advance(duration);
  }

  // --- The loop ----------------------------------------------------------------------------------

  /** Asks the loop to return `until` at its next turn. */
  stop(): void {
    this.stopAsked = true;
  }

  /**
   * Runs the board until no process is active, nothing can happen any more, or an instant; one that is
   * past is now, and no process runs.
   */
  run(resources: KernelResources, until: Nanoseconds = FOREVER): RunOutcome {
    this.deferredCalls.verifySetup();
    this.stopAsked = false;
    if (until <= this.clock.now) this.stop();
    const alarm =
      until < FOREVER && until > this.clock.now
        ? this.clock.schedule(until, () => {
            this.stop();
          })
        : undefined;
    try {
      return this.loop(resources);
    } finally {
      if (alarm !== undefined) this.clock.cancel(alarm);
      this.trace.flush();
    }
  }

  private loop(resources: KernelResources): RunOutcome {
    for (;;) {
      this.executeKernelWork(resources);
      if (this.asksToStop()) return 'until';
      const decision = resources.scheduler.next(this.processes);
      if (decision !== undefined) {
        const { process, timeslice } = decision;
        const start = this.clock.now;
        const reason = this.doProcess(resources, process, timeslice);
        resources.scheduler.result(
          reason,
          timeslice === undefined ? undefined : ns(this.clock.now - start),
        );
        continue;
      }
      if (!this.processes.some((process) => process?.isActive() === true)) return 'finished';
      const next = this.clock.nextEvent;
      if (next === FOREVER) return 'asleep';
      this.clock.advanceTo(next);
    }
  }

  private asksToStop(): boolean {
    return this.stopAsked;
  }

  private hasKernelWork(resources: KernelResources): boolean {
    return (
      this.deferredCalls.hasTasks() ||
      resources.chip.hasPendingInterrupts() ||
      this.clock.isDue ||
      this.stopAsked
    );
  }

  private executeKernelWork({ chip }: KernelResources): void {
    for (;;) {
      if (this.clock.isDue) this.clock.advanceTo(this.clock.now);
      if (chip.hasPendingInterrupts()) chip.servicePendingInterrupts();
      else if (this.deferredCalls.hasTasks()) this.deferredCalls.serviceNextPending();
      else return;
      this.afterWork?.();
    }
  }

  /** Runs one process until it has no work, its time is over, or kernel work is waiting. */
  private doProcess(
    resources: KernelResources,
    process: Process,
    timeslice: Nanoseconds | undefined,
  ): StoppedExecutingReason {
    const end = timeslice === undefined ? FOREVER : ns(this.clock.now + timeslice);
    for (;;) {
      if (end - this.clock.now <= MIN_QUANTA) return this.timesliceExpired(process);
      if (this.hasKernelWork(resources)) return 'KernelPreemption';
      switch (process.state) {
        case ProcessState.Running:
          this.execute(resources, process, end);
          break;
        case ProcessState.Yielded:
          if (!this.runTask(resources, process)) return 'NoWorkLeft';
          break;
        case ProcessState.YieldedFor:
          if (!this.returnAwaited(process)) return 'NoWorkLeft';
          break;
        case ProcessState.Stopped:
          return 'Stopped';
        case ProcessState.Faulted:
        case ProcessState.Terminated:
          return 'StoppedFaulted';
      }
      this.afterWork?.();
    }
  }

  private timesliceExpired(process: Process): StoppedExecutingReason {
    process.timesliceExpirationCount++;
    if (this.trace.enabled) this.trace.record(TraceEvent.timesliceExpired, process.slot);
    return 'TimesliceExpired';
  }

  private execute(resources: KernelResources, process: Process, end: Nanoseconds): void {
    const event = this.clock.nextEvent;
    switch (process.boundary.switchToProcess(event < end ? event : end)) {
      case ContextSwitchReason.SyscallFired:
        process.syscallCount++;
        handleSyscall(this, resources, process);
        break;
      case ContextSwitchReason.Fault:
        process.setFaultState(process.boundary.faultReason ?? 'unknown');
        break;
      case ContextSwitchReason.Interrupted:
        break;
    }
  }

  /** A yielded process takes the next task. False: it has none, or one that does not wake it. */
  private runTask(resources: KernelResources, process: Process): boolean {
    const { ipc } = resources;
    const task = process.tasks.dequeue();
    if (task === undefined) return false;
    switch (task.kind) {
      case TaskKind.ReturnValue: // Yield-Wait consumes it and goes on blocking (case C15).
        return false;
      case TaskKind.Ipc:
        if (ipc === undefined) panic('a notification came, and the board has no IPC');
        ipc.scheduleUpcall(process, task);
        return true;
      case TaskKind.FunctionCall:
        if (task.driverNum === FROM_KERNEL) handOutFactories(this, resources, process);
        this.callFunction(process, task);
        return true;
    }
  }

  private callFunction(process: Process, task: Task): void {
    if (!process.boundary.setProcessFunction(task)) {
      process.setFaultState(
        'the stack pointer is outside the process memory: no frame for a call fits',
      );
      return;
    }
    process.state = ProcessState.Running;
    this.watch?.delivered(process, task);
    if (task.driverNum !== FROM_KERNEL) this.traceTask(TraceEvent.upcallDelivered, process, task);
  }

  /** A process in Yield-WaitFor gets the arguments of the upcall that it waits for, which is not run. */
  private returnAwaited(process: Process): boolean {
    const task = process.awaited.take();
    if (task === undefined) return false;
    const { registers } = process.boundary;
    registers[Register.R0] = task.argument0;
    registers[Register.R1] = task.argument1;
    registers[Register.R2] = task.argument2;
    process.state = ProcessState.Running;
    this.watch?.delivered(process, task);
    this.traceTask(TraceEvent.waitForReturned, process, task);
    return true;
  }

  private traceTask(event: number, process: Process, task: Task): void {
    if (!this.trace.enabled) return;
    const { driverNum, subscribeNum, argument0, argument1, argument2 } = task;
    this.trace.record(
      event,
      process.slot,
      driverNum,
      subscribeNum,
      argument0,
      argument1,
      argument2,
    );
  }
}
