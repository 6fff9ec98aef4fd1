// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Gives processes the persistent store: numeric keys, values of at most 1023 bytes.
 *
 * NON-TOCK: Tock's KV driver (0x50003) hashes keys; this one shows the store as it is. System calls in
 * `doc/syscalls/50010_persistent_store.md`. One operation at a time in the store, one pending for each
 * process, taken in slot order. Buffers are copied when an operation starts. An operation whose
 * process dies goes on to its end, because the flash must stay whole; its upcall goes nowhere.
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Grant } from '#kernel/grant';
import { processErrorCode, slotOf, type ProcessError, type ProcessId } from '#kernel/process';
import type { Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';
import { NO_PROCESS, TraceEvent, type Trace } from '#kernel/trace';
import type { Steps } from '#libraries/store/storage';
import {
  RoAllow,
  RwAllow,
  StoreCommand,
  StoreOperations,
  type Answer,
} from './persistent-store-operations.ts';
import type { StoreFlash } from './store-flash.ts';
import { StoreReads, type ReadCharge } from './store-reads.ts';

const Upcall = { DONE: 0, COUNT: 1 } as const;

const NAMES = Object.keys(StoreCommand).map((name) => name.toLowerCase().replaceAll('_', ' '));

/** What a process waits for. */
export interface StoreApp {
  /** The accepted command that has not ended, and its argument. */
  pending: { readonly command: number; readonly argument: number; started: boolean } | undefined;
}

/** What the driver's grant takes in a process. */
export const PERSISTENT_STORE_GRANT = {
  upcalls: Upcall.COUNT,
  allowRo: RoAllow.COUNT,
  allowRw: RwAllow.COUNT,
  size: 12,
  statusUpcalls: [Upcall.DONE],
  create: (): StoreApp => ({ pending: undefined }),
};

/** What the driver is wired to. */
export interface PersistentStoreOptions extends ReadCharge {
  readonly flash: StoreFlash;
  readonly apps: Grant<StoreApp>;
  readonly trace?: Trace;
}

export class PersistentStoreDriver implements SyscallDriver {
  private readonly operations: StoreOperations;
  private readonly flash: StoreFlash;
  private readonly apps: Grant<StoreApp>;
  private readonly reads: StoreReads;
  /** Whether an operation runs; boot is one. */
  private busy = false;

  constructor(private readonly options: PersistentStoreOptions) {
    this.flash = options.flash;
    this.apps = options.apps;
    this.operations = new StoreOperations(options.flash.storage);
    this.reads = new StoreReads(this.operations.store, options);
    this.flash.onStep = () => {
      this.reads.settle();
    };
  }

  /** Opens the store; the board calls it once. Commands that come meanwhile wait. */
  boot(): void {
    this.begin(undefined, StoreCommand.RECOVER, 0, this.operations.recover());
  }

  /** Read calls at the storage interface since power-on, as OpenSK's crate would make them. */
  get readCalls(): number {
    return this.reads.calls;
  }

  command(commandNum: number, arg1: number, _arg2: number, processId: ProcessId): CommandReturn {
    if (commandNum === StoreCommand.EXISTS) return CommandReturn.success();
    if (commandNum === StoreCommand.LONGEST_VALUE) {
      return CommandReturn.successU32(this.operations.store.maxValueLength);
    }
    if (commandNum > StoreCommand.LONGEST_VALUE) return CommandReturn.failure(ErrorCode.NOSUPPORT);
    const refused = this.apps.enter(processId, (app, kernel) => {
      if (app.pending !== undefined) return ErrorCode.BUSY;
      const error = this.operations.examine(commandNum, arg1, kernel);
      if (error === undefined)
        app.pending = { command: commandNum, argument: arg1, started: false };
      return error;
    });
    if (!refused.ok) return CommandReturn.failure(processErrorCode(refused.error));
    if (refused.value !== undefined) return CommandReturn.failure(refused.value);
    this.startNext();
    return CommandReturn.success();
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  // --- Running -----------------------------------------------------------------------------------

  /** Starts the next waiting operation, if the store is free. */
  private startNext(): void {
    while (!this.busy) {
      const next = this.nextWaiting();
      if (next === undefined) return;
      const { processId, command, argument } = next;
      const steps = this.apps.enter(processId, (app, kernel) => {
        if (app.pending !== undefined) app.pending.started = true;
        return this.operations.start(command, argument, kernel, (visit) =>
          this.apps.tryEnter(processId, (_, entered) => visit(entered)),
        );
      });
      if (!steps.ok) return;
      if (steps.value.ok) this.begin(processId, command, argument, steps.value.value);
      else this.answer(processId, command, steps.value.error);
    }
  }

  private nextWaiting(): { processId: ProcessId; command: number; argument: number } | undefined {
    for (const processId of this.apps.processIds()) {
      const pending = this.apps.tryEnter(processId, (app) => app.pending);
      if (pending?.started === false) return { processId, ...pending };
    }
    return undefined;
  }

  private begin(
    processId: ProcessId | undefined,
    command: number,
    argument: number,
    steps: Steps<Answer>,
  ): void {
    this.busy = true;
    const { trace } = this.options;
    if (trace?.enabled === true) {
      const name = trace.text(NAMES[command] ?? '');
      trace.record(TraceEvent.storeStarted, slotOrNone(processId), name, argument);
    }
    this.flash.start(steps, (answer) => {
      this.busy = false;
      this.answer(processId, command, answer);
      this.startNext();
    });
  }

  private answer(processId: ProcessId | undefined, command: number, answer: Answer): void {
    const { trace } = this.options;
    if (trace?.enabled === true) {
      const name = trace.text(NAMES[command] ?? '');
      trace.record(TraceEvent.storeFinished, slotOrNone(processId), name, ...answer);
    }
    if (processId === undefined) return;
    this.apps.enter(processId, (app, kernel) => {
      app.pending = undefined;
      kernel.scheduleUpcall(Upcall.DONE, answer);
    });
  }
}

const slotOrNone = (processId: ProcessId | undefined): number =>
  processId === undefined ? NO_PROCESS : slotOf(processId);
