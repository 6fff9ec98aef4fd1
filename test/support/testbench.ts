// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A board for tests of the kernel: one driver that does what the test says, interrupts on demand.
 *
 * NON-TOCK: takes the place of a board.
 */
import { Clock } from '#kernel/clock';
import type { CpuCosts } from '#kernel/costs';
import { DeferredCalls } from '#kernel/deferred-call';
import type { AnyDriver } from '#kernel/driver';
import type { ViolationReaction } from '#kernel/enforcement';
import { ErrorCode } from '#kernel/errorcode';
import type { Grant, GrantKernelData } from '#kernel/grant';
import { Kernel, type RunOutcome } from '#kernel/kernel';
import type { OwnershipWatch } from '#kernel/ownership-watch';
import type { Chip } from '#kernel/platform/chip';
import type { ProcessFaultPolicy, SyscallFilter } from '#kernel/platform/platform';
import type { ProcessError, ProcessId, StoppedExecutingReason } from '#kernel/process';
import type { UserspaceReadableProcessBuffer } from '#kernel/processbuffer';
import type { Process, WriteableFlashRegion } from '#kernel/process-standard';
import { PROFILES, type ProfileName } from '#kernel/profile';
import { Ok, type Result } from '#kernel/result';
import type { Scheduler, SchedulingDecision } from '#kernel/scheduler';
import type { StoragePermissions } from '#kernel/storage-permissions';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';
import { ms, ns, type Nanoseconds } from '#kernel/time';
import { Trace } from '#kernel/trace';
import { RawProcess, type Code, type RawProcessOptions, type Words } from './raw-process.ts';

/** Number of the driver that every bench has. */
export const DRIVER = 0x9000;
/** A number at which no driver is. */
export const ABSENT = 0xbad0;
/** Where processes are, one after the other. */
export const FLASH_START = 0x40000;
export const FLASH_SIZE = 0x1000;
export const PROTECTED_SIZE = 0x80;
export const RAM_START = 0x2000_0000;
export const RAM_SIZE = 0x2000;

/** A driver whose every answer a test can replace. */
export class TestDriver implements SyscallDriver {
  readonly apps: Grant<{ commands: number }>;
  /** Commands received, as (number, argument 1, argument 2). */
  readonly commands: [number, number, number][] = [];
  onCommand:
    ((num: number, arg1: number, arg2: number, id: ProcessId) => CommandReturn) | undefined;
  onAllocate: (id: ProcessId) => Result<void, ProcessError> = (id) => this.apps.enter(id, () => {});
  allowUserspaceReadable?: (
    id: ProcessId,
    which: number,
    buffer: UserspaceReadableProcessBuffer,
  ) => Result<UserspaceReadableProcessBuffer, readonly [UserspaceReadableProcessBuffer, ErrorCode]>;

  constructor(kernel: Kernel, driverNum: number, { size = 8, upcalls = 4 } = {}) {
    this.apps = kernel.createGrant(driverNum, {
      upcalls,
      allowRo: 3,
      allowRw: 3,
      size,
      create: () => ({ commands: 0 }),
    });
  }

  /** Command 0: exists. 1: schedules upcall arg1 with (arg2, arg2 + 1, arg2 + 2). Others: not there. */
  command(num: number, arg1: number, arg2: number, id: ProcessId): CommandReturn {
    this.commands.push([num, arg1, arg2]);
    if (this.onCommand !== undefined) return this.onCommand(num, arg1, arg2, id);
    if (num === 0) return CommandReturn.success();
    if (num !== 1) return CommandReturn.failure(ErrorCode.NOSUPPORT);
    this.schedule(id, arg1, arg2);
    return CommandReturn.success();
  }

  allocateGrant(id: ProcessId): Result<void, ProcessError> {
    return this.onAllocate(id);
  }

  /** Schedules an upcall with three consecutive numbers; what the kernel says to that. */
  schedule(id: ProcessId, subscribeNum: number, first: number): unknown {
    return this.kernelData(id, (kernel) =>
      kernel.scheduleUpcall(subscribeNum, [first, first + 1, first + 2]),
    );
  }

  /** Enters the grant and hands on what is returned; the process error when it could not be entered. */
  kernelData<R>(id: ProcessId, visit: (kernel: GrantKernelData) => R): R | ProcessError {
    const entered = this.apps.enter(id, (_, kernel) => visit(kernel));
    return entered.ok ? entered.value : entered.error;
  }
}

/** Interrupts as a list of handlers: raised by clock events, run by the kernel loop. */
export class TestChip implements Chip {
  private readonly pending: (() => void)[] = [];

  raise(handler: () => void): void {
    this.pending.push(handler);
  }
  hasPendingInterrupts(): boolean {
    return this.pending.length > 0;
  }
  servicePendingInterrupts(): void {
    for (const handler of this.pending.splice(0)) handler();
  }
}

/** Takes ready processes in turn, with a timeslice whose rest is kept when kernel work interrupts. */
export class TestScheduler implements Scheduler {
  readonly results: [StoppedExecutingReason, Nanoseconds | undefined][] = [];
  private last = -1;
  private rest: Nanoseconds | undefined;

  private readonly timeslice: Nanoseconds | undefined;

  constructor(timeslice: Nanoseconds | 'none' = ms(10)) {
    this.timeslice = timeslice === 'none' ? undefined : timeslice;
  }

  next(processes: readonly (Process | undefined)[]): SchedulingDecision | undefined {
    const interrupted = processes[this.last];
    if (this.rest !== undefined && interrupted?.ready() === true) {
      return { process: interrupted, timeslice: this.rest };
    }
    this.rest = undefined;
    for (let step = 1; step <= processes.length; step++) {
      const index = (this.last + step) % processes.length;
      const process = processes[index];
      if (process?.ready() !== true) continue;
      this.last = index;
      return { process, timeslice: this.timeslice };
    }
    return undefined;
  }

  result(reason: StoppedExecutingReason, executed: Nanoseconds | undefined): void {
    this.results.push([reason, executed]);
    const slice = this.rest ?? this.timeslice;
    this.rest =
      reason === 'KernelPreemption' && slice !== undefined && executed !== undefined
        ? ns(slice - executed)
        : undefined;
  }
}

/** What a test may want other than the plain bench. */
export interface TestbenchOptions {
  readonly profile?: ProfileName;
  readonly costs?: CpuCosts;
  readonly filter?: SyscallFilter;
  readonly scheduler?: Scheduler;
  readonly trace?: Trace;
  readonly maxProcesses?: number;
  readonly reaction?: ViolationReaction;
  readonly watch?: OwnershipWatch;
  readonly driver?: { readonly size?: number; readonly upcalls?: number };
}

/** What a test may want of one process. */
export interface SpawnOptions extends RawProcessOptions {
  readonly name?: string;
  readonly ramSize?: number;
  readonly faultPolicy?: ProcessFaultPolicy;
  readonly writeableFlashRegions?: readonly WriteableFlashRegion[];
  readonly storagePermissions?: StoragePermissions;
}

/** A process and what executes it. */
export interface Spawned {
  readonly process: Process;
  readonly raw: RawProcess;
}

/** Kernel, one driver, processes. */
export class Testbench {
  readonly clock = new Clock();
  readonly deferredCalls = new DeferredCalls();
  readonly chip = new TestChip();
  readonly kernel: Kernel;
  readonly trace: Trace;
  readonly drivers = new Map<number, AnyDriver>();
  readonly driver: TestDriver;
  readonly scheduler: Scheduler;
  private spawned = 0;

  constructor(private readonly options: TestbenchOptions = {}) {
    this.trace = options.trace ?? new Trace(1024);
    this.kernel = new Kernel({
      clock: this.clock,
      deferredCalls: this.deferredCalls,
      profile: PROFILES[options.profile ?? '2.2'],
      trace: this.trace,
      ...(options.costs === undefined ? {} : { costs: options.costs }),
      ...(options.maxProcesses === undefined ? {} : { maxProcesses: options.maxProcesses }),
      ...(options.reaction === undefined ? {} : { reaction: options.reaction }),
      ...(options.watch === undefined ? {} : { watch: options.watch }),
    });
    this.scheduler = options.scheduler ?? new TestScheduler();
    this.driver = this.addDriver(DRIVER, options.driver);
  }

  /** One more driver; before the first process. */
  addDriver(driverNum: number, options?: TestbenchOptions['driver']): TestDriver {
    const driver = new TestDriver(this.kernel, driverNum, options);
    this.drivers.set(driverNum, driver);
    return driver;
  }

  /** Creates a process, or says why the kernel did not. */
  trySpawn(
    main: (process: RawProcess, ...words: Words) => Code,
    options: SpawnOptions = {},
  ): Result<Spawned, string> {
    const index = this.spawned++;
    const raw = new RawProcess(this.clock, main, options);
    const flash = Uint8Array.from({ length: FLASH_SIZE }, (_, offset) => offset & 0xff);
    const created = this.kernel.createProcess({
      name: options.name ?? `app${index}`,
      boundary: raw,
      flash: {
        start: FLASH_START + index * FLASH_SIZE,
        size: FLASH_SIZE,
        protectedSize: PROTECTED_SIZE,
        read: (offset, length) => flash.subarray(offset, offset + length),
      },
      ram: { start: RAM_START + index * RAM_SIZE, size: options.ramSize ?? RAM_SIZE },
      ...(options.faultPolicy === undefined ? {} : { faultPolicy: options.faultPolicy }),
      ...(options.writeableFlashRegions === undefined
        ? {}
        : { writeableFlashRegions: options.writeableFlashRegions }),
      ...(options.storagePermissions === undefined
        ? {}
        : { storagePermissions: options.storagePermissions }),
    });
    return created.ok ? Ok({ process: created.value, raw }) : created;
  }

  /** Creates a process. */
  spawn(main: (process: RawProcess, ...words: Words) => Code, options: SpawnOptions = {}): Spawned {
    const spawned = this.trySpawn(main, options);
    if (!spawned.ok) throw new Error(spawned.error);
    return spawned.value;
  }

  /** Raises an interrupt at an instant; its handler runs in the kernel loop. */
  interruptAt(time: Nanoseconds, handler: () => void): void {
    this.clock.schedule(time, () => {
      this.chip.raise(handler);
    });
  }

  run(until?: Nanoseconds): RunOutcome {
    const { filter } = this.options;
    return this.kernel.run(
      {
        syscallDriverLookup: {
          driver: (driverNum) => this.drivers.get(driverNum),
          all: () => this.drivers,
        },
        ...(filter === undefined ? {} : { syscallFilter: filter }),
        scheduler: this.scheduler,
        chip: this.chip,
      },
      until,
    );
  }
}

/** Runs one process on a plain bench until it ends, and hands over what it returned. */
export function runAlone<R>(
  body: (process: RawProcess, bench: Testbench) => Code<R>,
  options: TestbenchOptions & SpawnOptions = {},
): R {
  const bench = new Testbench(options);
  const results: R[] = [];
  bench.spawn(function* (process) {
    results.push(yield* body(process, bench));
  }, options);
  bench.run();
  const [result] = results;
  if (results.length !== 1) throw new Error('the process did not come to its end');
  return result as R;
}
