// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A capsule that tries whatever today's interface lets it try against the processes that lend to it.
 *
 * NON-TOCK: it keeps all that it was ever handed and uses it at random, in and out of grants, for processes
 * alive, dead and restarted. What Rust's compiler would refuse it tries all the same.
 */
import { CompileError } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import type { Grant, GrantKernelData } from '#kernel/grant';
import type { Kernel } from '#kernel/kernel';
import type { ProcessError, ProcessId } from '#kernel/process';
import type {
  ReadableProcessSlice,
  ReadOnlyProcessBuffer,
  ReadWriteProcessBuffer,
  WriteableProcessSlice,
} from '#kernel/processbuffer';
import type { Random } from '#kernel/random';
import { Ok, type Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

/** Upcalls, and buffers of each kind, that a hostile driver has. */
export const HOSTILE_NUMBERS = 4;
/** How many things of each kind it keeps. */
const KEPT = 8;
/** One of so many times that it could use what it kept, it does. */
const RARELY = 32;

/** A place for a few things, the oldest of which gives way at random. */
class Loot<T> {
  private readonly things: T[] = [];

  constructor(private readonly random: Random) {}

  keep(thing: T): void {
    if (this.things.length < KEPT) this.things.push(thing);
    else this.things[this.random.below(KEPT)] = thing;
  }

  any(): T | undefined {
    return this.things[this.random.below(this.things.length)];
  }
}

export class HostileDriver implements SyscallDriver {
  /** How often it tried something that Rust's compiler refuses. */
  refusals = 0;
  private readonly apps: Grant<{ owner: number }>;
  private readonly ids: Loot<ProcessId>;
  private readonly data: Loot<GrantKernelData>;
  private readonly buffers: Loot<ReadWriteProcessBuffer>;
  private readonly readOnly: Loot<ReadOnlyProcessBuffer>;
  private readonly slices: Loot<WriteableProcessSlice>;
  private readonly readable: Loot<ReadableProcessSlice>;

  constructor(
    kernel: Kernel,
    driverNum: number,
    private readonly random: Random,
  ) {
    this.apps = kernel.createGrant(driverNum, {
      upcalls: HOSTILE_NUMBERS,
      allowRo: HOSTILE_NUMBERS,
      allowRw: HOSTILE_NUMBERS,
      size: 8,
      create: () => ({ owner: 0 }),
    });
    this.ids = new Loot(random);
    this.data = new Loot(random);
    this.buffers = new Loot(random);
    this.readOnly = new Loot(random);
    this.slices = new Loot(random);
    this.readable = new Loot(random);
  }

  command(_commandNum: number, number: number, value: number, processId: ProcessId): CommandReturn {
    this.ids.keep(processId);
    this.mischief(number, value);
    const answers = [CommandReturn.success(), CommandReturn.failure(ErrorCode.FAIL)];
    return answers[this.random.below(2)] ?? CommandReturn.successU32U32(number, value);
  }

  /** Lies now and then: no grant, or one of a process that is not meant. */
  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    this.ids.keep(processId);
    const whose = this.random.below(8) === 0 ? this.ids.any() : processId;
    if (this.random.below(8) === 0 || whose === undefined) return Ok();
    return this.apps.enter(whose, () => undefined);
  }

  /** Something bad, to a process that it knows of. */
  mischief(number: number, value: number): void {
    const victim = this.ids.any();
    if (victim === undefined) return;
    this.use(number, value);
    this.apps.enter(victim, (app, kernel) => {
      app.owner = value;
      this.plunder(kernel, number, value);
      this.use(number, value);
    });
  }

  /** Inside a grant: takes what there is, uses it, and keeps it. */
  private plunder(kernel: GrantKernelData, number: number, value: number): void {
    this.data.keep(kernel);
    const which = this.random.below(HOSTILE_NUMBERS + 1);
    kernel.scheduleUpcall(which, [value, number, 0]);
    const buffer = kernel.readWriteProcessBuffer(which);
    if (buffer.ok) {
      this.buffers.keep(buffer.value);
      buffer.value.mutEnter((slice) => {
        this.slices.keep(slice.slice(0, slice.length >> 1) ?? slice);
        if (slice.length > 0) slice.set(slice.length - 1, value);
        this.use(number, value);
      });
    }
    const readOnly = kernel.readOnlyProcessBuffer(which);
    if (!readOnly.ok) return;
    this.readOnly.keep(readOnly.value);
    readOnly.value.enter((slice) => {
      this.readable.keep(slice);
    });
    if (this.random.below(64) === 0) kernel.allocate(value);
  }

  /** Now and then something that it kept, from whatever process and time. */
  private use(number: number, value: number): void {
    if (this.random.below(RARELY) > 0) return;
    switch (this.random.below(5)) {
      case 0: {
        this.dare(() => this.data.any()?.scheduleUpcall(number, [value, 0, 0]));
        return;
      }
      case 1: {
        this.dare(() => this.buffers.any()?.mutEnter((slice) => slice.toBytes()));
        return;
      }
      case 2: {
        this.dare(() => this.readOnly.any()?.enter((slice) => slice.toBytes()));
        return;
      }
      case 3: {
        this.dare(() => this.fill(value));
        return;
      }
      default: {
        this.dare(() => this.readable.any()?.get(0));
        return;
      }
    }
  }

  private fill(value: number): void {
    const slice = this.slices.any();
    if (slice !== undefined && slice.length > 0) slice.set(0, value);
  }

  /** Tries; what the compiler refuses stays undone. */
  private dare(deed: () => unknown): void {
    try {
      deed();
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      this.refusals++;
    }
  }
}
