// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The commands of the driver under test, and what it stands on.
 *
 * NON-TOCK: after the test capsule of #2462, which had driver number 0x90004. One command gives work: the
 * buffer of a number is filled with a value, then the upcall of the number comes with value, number and the
 * count of bytes. The work is done by a driver below, which reports by a deferred call.
 */
import type { DeferredCall } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import type { ProcessId } from '#kernel/process';
import { CommandReturn } from '#kernel/syscall-driver';
import { NUMBERS, type Words } from './parts.ts';

/** Number of the driver under test. */
export const SWAP_DRIVER = 0x90004;

/** Commands of the driver under test. */
export const Command = {
  EXISTS: 0,
  /** Argument 1: number of buffer and upcall; argument 2: value. */
  WORK: 1,
  /** Puts the capsule's own things in order, of which a process should notice nothing. */
  REARRANGE: 2,
} as const;

interface Job {
  readonly processId: ProcessId;
  readonly number: number;
  readonly value: number;
}

/** Hears that work is done: never inside `start`. */
export interface WorkerClient {
  workDone(): void;
}

/** The driver below, without anything that could go wrong. */
export class Worker {
  protected client: WorkerClient | undefined;
  private started = 0;

  constructor(
    private readonly deferredCall: DeferredCall,
    protected readonly confess: (what: string) => void,
  ) {
    deferredCall.register(this);
  }

  setClient(client: WorkerClient): void {
    this.client = client;
  }

  /** Starts a piece of work; its end is reported by a deferred call. */
  start(): void {
    this.started++;
    this.deferredCall.set();
  }

  handleDeferredCall(): void {
    for (; this.started > 0; this.started--) this.client?.workDone();
  }
}

/** The rest of the capsule, as the desk needs it. */
export interface BackOffice {
  ping(processId: ProcessId, number: number, words: Words): void;
  fill(processId: ProcessId, number: number, value: number): number;
  rearrange(processId: ProcessId): void;
}

/** Takes commands and keeps the order of jobs. */
export class Desk implements WorkerClient {
  private readonly jobs: Job[] = [];

  constructor(
    private readonly office: BackOffice,
    private readonly worker: Worker,
  ) {
    worker.setClient(this);
  }

  command(commandNum: number, number: number, value: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.WORK:
        if (number >= NUMBERS) return CommandReturn.failure(ErrorCode.INVAL);
        this.worker.start();
        // Only now: a driver below does not call its client inside the client's call.
        this.jobs.push({ processId, number, value });
        return CommandReturn.success();
      case Command.REARRANGE:
        this.office.rearrange(processId);
        return CommandReturn.success();
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  workDone(): void {
    const job = this.jobs.shift();
    if (job === undefined) return;
    const { processId, number, value } = job;
    const bytes = this.office.fill(processId, number, value);
    this.office.ping(processId, number, [value, number, bytes]);
  }
}
