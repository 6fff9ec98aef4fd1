// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A campaign: random processes against capsules on a small machine, step by step, under the oracle.
 *
 * NON-TOCK: a step is a system call of one of three processes. Between them interrupts come, at which capsules do
 * as they please and what ended starts afresh. The same seed gives the same steps.
 */
import { CompileError } from '#kernel/assert';
import { Clock } from '#kernel/clock';
import { DeferredCalls } from '#kernel/deferred-call';
import type { AnyDriver } from '#kernel/driver';
import { Kernel } from '#kernel/kernel';
import type { KernelResources } from '#kernel/platform/platform';
import type { Process } from '#kernel/process-standard';
import { ProcessState } from '#kernel/process';
import type { Profile } from '#kernel/profile';
import { Random } from '#kernel/random';
import { OwnershipOracle } from '#conformance/ownership-oracle';
import { RandomProcess } from './random-process.ts';

/** The capsules of a campaign. */
export interface Cast {
  readonly drivers: ReadonlyMap<number, AnyDriver>;
  /** Numbers of upcalls and of buffers that each driver has. */
  readonly numbers: number;
  /** The commands that processes send. */
  readonly commands: readonly number[];
  /** What the capsules do at an interrupt. */
  interrupt?(): void;
}

/** One campaign. */
export interface CampaignOptions {
  readonly profile: Profile;
  readonly seed: number;
  /** System calls. */
  readonly steps: number;
  readonly cast: (kernel: Kernel, deferredCalls: DeferredCalls, random: Random) => Cast;
  /** Ends it at the first damage that today's design rules out; default: goes on. */
  readonly untilDamage?: boolean;
}

/** What a campaign showed. */
export interface CampaignResult {
  readonly oracle: OwnershipOracle;
  readonly steps: number;
  /** Functions that were called in processes. */
  readonly calls: number;
  /** Lives that processes began. */
  readonly lives: number;
  /** Why Rust's compiler refuses the capsule, where that ended the campaign. */
  readonly refusedToCompile: string | undefined;
}

const PROCESSES = 3;
const FLASH_START = 0x40000;
const RAM_START = 0x2000_0000;
const SIZE = 0x1000;
const PROTECTED_SIZE = 0x80;
/** An interrupt comes about every so many steps. */
const CALM = 16;
/** How many interrupts may pass before a process that waits in vain starts afresh. */
const PATIENCE = 4;

/** The machine: no hardware, and no time; who runs next is drawn. */
class Machine {
  readonly oracle: OwnershipOracle;
  readonly boundaries: RandomProcess[] = [];
  steps = 0;
  private readonly random: Random;
  private readonly kernel: Kernel;
  private readonly cast: Cast;
  private readonly processes: Process[] = [];
  private interrupted = false;

  constructor(private readonly options: CampaignOptions) {
    const { profile, seed } = options;
    this.random = new Random(seed);
    this.oracle = new OwnershipOracle({ profile });
    const deferredCalls = new DeferredCalls();
    const watch = this.oracle;
    this.kernel = new Kernel({ clock: new Clock(), deferredCalls, profile, watch });
    this.cast = options.cast(this.kernel, deferredCalls, this.random);
    for (let index = 0; index < PROCESSES; index++) this.processes.push(this.create(index));
  }

  private create(index: number): Process {
    const { drivers, numbers, commands } = this.cast;
    const boundary = new RandomProcess(
      {
        random: this.random,
        drivers: [...drivers.keys()],
        numbers,
        commands,
        step: () => this.step(),
      },
      index,
    );
    this.boundaries.push(boundary);
    const flash = new Uint8Array(SIZE);
    const created = this.kernel.createProcess({
      name: `random${index.toString()}`,
      boundary,
      flash: {
        start: FLASH_START + index * SIZE,
        size: SIZE,
        protectedSize: PROTECTED_SIZE,
        read: (offset, length) => flash.subarray(offset, offset + length),
      },
      ram: { start: RAM_START + index * SIZE, size: SIZE },
      faultPolicy: { action: () => 'Restart' },
    });
    if (!created.ok) throw new Error(created.error);
    return created.value;
  }

  /** Counts; now and then an interrupt comes. */
  private step(): boolean {
    const { steps, untilDamage } = this.options;
    if (this.steps >= steps || (untilDamage === true && this.oracle.hasOwnershipDamage)) {
      this.kernel.stop();
      return false;
    }
    this.steps++;
    if (this.random.below(CALM) === 0) this.interrupted = true;
    return true;
  }

  /** Runs to the last step; why Rust's compiler refuses a capsule, where it does. */
  run(): string | undefined {
    const resources: KernelResources = {
      syscallDriverLookup: {
        driver: (driverNum) => this.cast.drivers.get(driverNum),
        all: () => this.cast.drivers,
      },
      scheduler: { next: () => this.next(), result: () => undefined },
      chip: {
        hasPendingInterrupts: () => this.interrupted,
        servicePendingInterrupts: () => {
          this.interrupt();
        },
      },
    };
    try {
      while (this.kernel.run(resources) !== 'until') this.wake();
      return undefined;
    } catch (error) {
      if (error instanceof CompileError) return error.message;
      throw error;
    }
  }

  /** A ready process, any of them. */
  private next(): { process: Process; timeslice: undefined } | undefined {
    const first = this.random.below(PROCESSES);
    for (let step = 0; step < PROCESSES; step++) {
      const process = this.processes[(first + step) % PROCESSES];
      if (process?.ready() === true) return { process, timeslice: undefined };
    }
    return undefined;
  }

  private interrupt(): void {
    this.interrupted = false;
    this.cast.interrupt?.();
    for (const process of this.processes) {
      if (process.state === ProcessState.Terminated) process.start();
    }
  }

  /** Nobody can go on: interrupts; where those do not help, one process starts afresh. */
  private wake(): void {
    for (let times = 0; times < PATIENCE; times++) {
      this.interrupt();
      if (this.processes.some((process) => process.ready())) return;
    }
    this.processes[this.random.below(PROCESSES)]?.tryRestart(undefined);
  }

  get lives(): number {
    return this.processes.reduce((lives, { restartCount }) => lives + 1 + restartCount, 0);
  }
}

/** Runs a campaign. */
export function runCampaign(options: CampaignOptions): CampaignResult {
  const machine = new Machine(options);
  const refusedToCompile = machine.run();
  const { oracle, steps, lives, boundaries } = machine;
  const calls = boundaries.reduce((sum, boundary) => sum + boundary.calls, 0);
  return { oracle, steps, calls, lives, refusedToCompile };
}
