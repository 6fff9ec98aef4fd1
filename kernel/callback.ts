// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Callbacks as capsules held them before 2.0: function pointer and appdata of a process, handed out at
 * subscribe, called later.
 *
 * Mirrors `kernel/src/callback.rs` of 1.x and of tock-2.0-dev (early 2021); in the last proposal (#2462)
 * its name was Upcall. Since 2.0 the kernel holds them: `upcall.ts`.
 */
import { assert, refuseToCompile } from './assert.ts';
import type { Kernel } from './kernel.ts';
import type { ProcessId } from './process.ts';
import type { UpcallId } from './syscall.ts';
import { TraceEvent } from './trace.ts';
import { TaskKind } from './upcall.ts';

/** What stands behind a callback that belongs to a process. @internal */
interface Subscription {
  readonly kernel: Kernel;
  readonly processId: ProcessId;
  readonly id: UpcallId;
  /** The function, or 0: a null callback. */
  readonly pc: number;
  readonly appdata: number;
}

/** Held by a capsule. What is in it only the kernel reads: in Rust its fields are private. */
export class Callback {
  /** @internal Whether it was given back in a design whose callbacks are moved, not copied. */
  moved = false;

  private constructor(
    /** @internal Undefined for the default callback, which is nobody's. */
    readonly subscription: Subscription | undefined,
  ) {}

  /** The callback that is nobody's: what a capsule of early 2021 holds before the first subscribe. */
  static default(): Callback {
    return new Callback(undefined);
  }

  /** @internal The kernel makes callbacks; capsules get them. */
  static of(subscription: Subscription): Callback {
    return new Callback(subscription);
  }

  /** @internal What userspace is told, with `appdata`: the function, or 0. */
  get pc(): number {
    return this.subscription === undefined ? 0 : this.subscription.pc;
  }

  /** @internal */
  get appdata(): number {
    return this.subscription === undefined ? 0 : this.subscription.appdata;
  }

  /** @internal Both. */
  get pair(): readonly [number, number] {
    return [this.pc, this.appdata];
  }

  /**
   * Queues a call of the function with three words. True also for a null callback, where nothing is
   * queued; false when the queue is full, the process is gone, or the driver is disabled.
   */
  schedule(argument0: number, argument1: number, argument2: number): boolean {
    if (this.moved) refuseToCompile('a callback was called after it had been given back');
    const { subscription } = this;
    if (subscription === undefined || subscription.pc === 0) return true;
    const { kernel, processId, id, pc, appdata } = subscription;
    const process = kernel.process(processId);
    if (process === undefined || kernel.enforcement.isDisabled(id.driverNum)) return false;
    const queued = process.enqueueTask({
      kind: TaskKind.FunctionCall,
      ...id,
      pc,
      argument0: argument0 >>> 0,
      argument1: argument1 >>> 0,
      argument2: argument2 >>> 0,
      argument3: appdata,
    });
    if (queued.ok && kernel.trace.enabled) {
      const { driverNum, subscribeNum } = id;
      const { slot } = process;
      const event = TraceEvent.upcallScheduled;
      kernel.trace.record(event, slot, driverNum, subscribeNum, argument0, argument1, argument2);
    }
    return queued.ok;
  }
}

/**
 * Makes the null callbacks that a capsule starts with, bound to one process and one driver.
 *
 * The proposal of February 2021 (#2445) hands one to each driver when a process starts: it makes as many as
 * it is asked for. That of March (#2462) is handed over with the grant, and mints each number once.
 */
export class CallbackFactory {
  private readonly minted = new Set<number>();

  constructor(
    private readonly kernel: Kernel,
    private readonly processId: ProcessId,
    private readonly driverNum: number,
    private readonly once: boolean,
  ) {}

  /** A null callback of a number. Minted twice, where each is minted once, the kernel panics. */
  callback(subscribeNum: number): Callback {
    const { kernel, processId, driverNum } = this;
    assert(
      !this.once || !this.minted.has(subscribeNum),
      `the callback ${subscribeNum.toString()} of a process was minted twice`,
    );
    this.minted.add(subscribeNum);
    return Callback.of({ kernel, processId, id: { driverNum, subscribeNum }, pc: 0, appdata: 0 });
  }
}
