// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a capsule consists of where it deals with what processes lend it: callbacks and buffers, each as a
 * capsule held them once, and as today's does, for which the kernel holds them. All of them honest.
 *
 * NON-TOCK: an honest capsule in pieces, of which each misbehaving one replaces a method. `../drivers.ts`
 * makes drivers of all ages of them.
 */
import type { Callback } from '#kernel/callback';
import type { SwapResult } from '#kernel/driver';
import { ErrorCode } from '#kernel/errorcode';
import type { Grant } from '#kernel/grant';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import { Err, Ok, type Result } from '#kernel/result';

/** The driver has this many upcalls and as many buffers: numbers 0 and 1. */
export const NUMBERS = 2;

/** The words of an upcall. */
export type Words = readonly [number, number, number];

/** What a capsule keeps for one process, in its grant. Empty of what the kernel holds for it. */
export interface Slots<B> {
  callbacks: Callback[];
  /** Null callbacks over and above, one a number: as many as the design lets a capsule have. */
  spares: Callback[];
  buffers: B[];
}

/** Buffers of an age. */
export interface BufferKind<B> {
  /** The empty buffer, which is nobody's. */
  empty(): B;
  /** Sets all bytes, or the first ones; how many. */
  fill(buffer: B, value: number, bytes?: number): number;
  length(buffer: B): number;
}

/** What a part is handed. */
export interface Tools<B> {
  readonly grant: Grant<Slots<B>>;
  /** The grant of another driver, which a board's author handed over with it. */
  readonly neighbour: Grant<unknown>;
  readonly kind: BufferKind<B>;
  /** Notes that the capsule does, at this moment, what it must not. Words that follow "it". */
  readonly confess: (what: string) => void;
}

/** The process that has the grant, too, besides this one. */
export function otherProcess(tools: Tools<unknown>, processId: ProcessId): ProcessId | undefined {
  return tools.grant.processIds().find((other) => other !== processId);
}

/** Counts exchanges: which one this is of a process and a number, from 1. */
export class Turns {
  private readonly counts = new Map<number, number>();

  next(processId: ProcessId, number: number): number {
    const key = processId * NUMBERS + number;
    const turn = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, turn);
    return turn;
  }
}

// --- Callbacks -----------------------------------------------------------------------------------

/** Callbacks that the capsule holds: 1.x, 2.0-dev, and the three proposals. */
export class HeldCallbacks {
  constructor(protected readonly tools: Tools<unknown>) {}

  /** Takes a callback and gives back the one before; or the one passed, with an error. */
  subscribe(number: number, passed: Callback, processId: ProcessId): SwapResult<Callback> {
    const swapped = this.tools.grant.enter(processId, (slots) =>
      this.exchange(slots, number, passed, processId),
    );
    return swapped.ok ? swapped.value : Err([passed, processErrorCode(swapped.error)]);
  }

  protected exchange(
    { callbacks }: Slots<unknown>,
    number: number,
    passed: Callback,
    _processId: ProcessId,
  ): SwapResult<Callback> {
    const held = callbacks[number];
    if (held === undefined) return Err([passed, ErrorCode.NOSUPPORT]);
    callbacks[number] = passed;
    return Ok(held);
  }

  /** A process's work is done: it hears of it. */
  ping(processId: ProcessId, number: number, words: Words): void {
    this.tools.grant.enter(processId, ({ callbacks }) => {
      callbacks[number]?.schedule(...words);
    });
  }

  /** Command 2: a capsule may put its own things in order. */
  rearrange(_processId: ProcessId): void {
    // There is nothing to put in order.
  }
}

/** Callbacks that the kernel holds: 2.0 and later. */
export class KernelCallbacks {
  constructor(protected readonly tools: Tools<unknown>) {}

  /** The method that waits, if any, for a call that never comes. */
  readonly waitsFor: string | undefined = undefined;

  ping(processId: ProcessId, number: number, words: Words): void {
    this.tools.grant.enter(processId, (_, kernel) => {
      kernel.scheduleUpcall(number, words);
    });
  }

  rearrange(_processId: ProcessId): void {
    // There is nothing to put in order.
  }
}

/** Would do it in `subscribe`. Today's kernel calls no such method. */
export class SubscribesInVain extends KernelCallbacks {
  override readonly waitsFor = 'subscribe';
}

// --- Buffers -------------------------------------------------------------------------------------

/** Buffers that the capsule holds: until 2.0. */
export class HeldBuffers<B> {
  constructor(protected readonly tools: Tools<B>) {}

  /** Takes a buffer and gives back the one before; or the one passed, with an error. */
  allow(number: number, passed: B, processId: ProcessId): SwapResult<B> {
    const swapped = this.tools.grant.enter(processId, (slots) =>
      this.exchange(slots, number, passed, processId),
    );
    return swapped.ok ? swapped.value : Err([passed, processErrorCode(swapped.error)]);
  }

  protected exchange(
    { buffers }: Slots<B>,
    number: number,
    passed: B,
    _processId: ProcessId,
  ): SwapResult<B> {
    if (number >= NUMBERS) return Err([passed, ErrorCode.NOSUPPORT]);
    const held = buffers[number] ?? this.tools.kind.empty();
    buffers[number] = passed;
    return Ok(held);
  }

  /** Does a process's work: fills its buffer; how many bytes. */
  fill(processId: ProcessId, number: number, value: number): number {
    const { grant, kind } = this.tools;
    const filled = grant.enter(processId, ({ buffers }) =>
      kind.fill(buffers[number] ?? kind.empty(), value),
    );
    return filled.ok ? filled.value : 0;
  }

  rearrange(_processId: ProcessId): void {
    // There is nothing to put in order.
  }
}

/** Buffers that the kernel holds: since 2.1. */
export class KernelBuffers {
  constructor(protected readonly tools: Tools<unknown>) {}

  /** The method that waits, if any, for a call that never comes. */
  readonly waitsFor: string | undefined = undefined;

  fill(processId: ProcessId, number: number, value: number): number {
    const filled = this.tools.grant.enter(processId, (_, kernel) => {
      const buffer = kernel.readWriteProcessBuffer(number);
      if (!buffer.ok) return 0;
      const written = buffer.value.mutEnter((slice) => {
        for (let index = 0; index < slice.length; index++) slice.set(index, value);
        return slice.length;
      });
      return written.ok ? written.value : 0;
    });
    return filled.ok ? filled.value : 0;
  }

  rearrange(_processId: ProcessId): void {
    // There is nothing to put in order.
  }
}

/** Would do it in `allowReadWrite`. Today's kernel calls no such method. */
export class AllowsInVain extends KernelBuffers {
  override readonly waitsFor = 'allowReadWrite';
}

// --- What a capsule does when work is done -------------------------------------------------------

/** Queues the upcall of a process and a number. */
type ScheduleCall = (processId: ProcessId, number: number, words: Words) => void;
/** Decides which upcall is queued when a process's work is done: the same in all designs. */
export type Schedule = (
  tools: Tools<unknown>,
  schedule: ScheduleCall,
  ...args: Parameters<ScheduleCall>
) => void;

/** Fills the buffer of a process and a number; how many bytes. */
type FillCall = (processId: ProcessId, number: number, value: number) => number;
/** Decides which buffer is filled when a process gives work. */
export type Fill = (tools: Tools<unknown>, fill: FillCall, ...args: Parameters<FillCall>) => number;

/** The upcall that was asked for. */
export const scheduleAsAsked: Schedule = (_, schedule, ...args) => schedule(...args);
/** The buffer of the process that asks. */
export const fillAsAsked: Fill = (_, fill, ...args) => fill(...args);

// --- The grant, for today's kernel ---------------------------------------------------------------

/** Makes the process's grant exist. */
export type AllocateGrant = (
  tools: Tools<unknown>,
  processId: ProcessId,
) => Result<void, ProcessError>;

/** The way that Tock's documents say. */
export const allocateByEntering: AllocateGrant = ({ grant }, processId) =>
  grant.enter(processId, () => undefined);
