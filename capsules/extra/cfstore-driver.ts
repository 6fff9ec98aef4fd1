// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Gives processes the configuration store: named values, opened, read and written like files, committed when they are closed.
 *
 * NON-TOCK: mbed's CFSTORE, seen by processes. System calls in `doc/syscalls/50013_cfstore.md`. One operation at a time, one
 * pending for each process, taken in slot order; what is lent is copied when an operation starts. The store is opened by the
 * first command that needs it, and after a failure of the flash by command 13 alone. An open key belongs to the process that opened it; when that is gone, the key is abandoned before
 * the next operation: nothing is committed.
 *
 *     process               names of its own, handles, buffers
 *     CfstoreSyscallDriver  whose turn it is, whose an open key is
 *     CfstoreOperations     one buffer for a name, one for data
 *     hil.cfstore           one client
 */
import { assert } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import type { Grant, GrantKernelData } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import { Ok, type Result } from '#kernel/result';
import type { StoragePermissions } from '#kernel/storage-permissions';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';
import { CfstoreError, type Status } from '#libraries/cfstore/driver';
import {
  CfstoreCommand,
  CfstoreOperations,
  RoAllow,
  RwAllow,
  type Asked,
  type Asker,
  type Started,
} from './cfstore-operations.ts';
import { answerOf, type Answer } from './cfstore-status.ts';

const Upcall = { DONE: 0, COUNT: 1 } as const;

/** What a process waits for. */
export interface CfstoreApp {
  /** The accepted command that has not ended. */
  pending: (Asked & { readonly started: boolean }) | undefined;
}

/** What the driver's grant takes in a process. */
export const CFSTORE_GRANT = {
  upcalls: Upcall.COUNT,
  allowRo: RoAllow.COUNT,
  allowRw: RwAllow.COUNT,
  size: 16,
  statusUpcalls: [Upcall.DONE],
  create: (): CfstoreApp => ({ pending: undefined }),
};

/** What the driver is wired to. */
export interface CfstoreDriverOptions {
  /** Asynchronous, and this driver's alone. */
  readonly cfstore: hil.cfstore.ArmCfstoreDriver;
  readonly apps: Grant<CfstoreApp>;
  /** What a process may do with stored values. */
  readonly permissionsOf: (processId: ProcessId) => StoragePermissions;
}

/** An open key: the life of a process that has it, and the id that owns it. */
interface OpenKey {
  readonly processId: ProcessId;
  readonly owner: number;
}

/** What the store does: nothing, a process's operation, or something of the driver's own. */
type Activity =
  | { readonly kind: 'idle' }
  | { readonly kind: 'own' }
  | (Started & { readonly kind: 'operation'; readonly processId: ProcessId });

const IDLE: Activity = { kind: 'idle' };

/** The driver. */
export class CfstoreSyscallDriver implements SyscallDriver, hil.cfstore.Client {
  private readonly apps: Grant<CfstoreApp>;
  private readonly operations: CfstoreOperations;
  private activity: Activity = IDLE;
  private isOpen = false;
  /** By handle: at most as many as the store has KVBUFs. What a failure closed stays noted, and the store refuses it. */
  private readonly keys = new Map<hil.cfstore.Handle, OpenKey>();

  constructor(private readonly options: CfstoreDriverOptions) {
    const { asynchronousOps } = options.cfstore.getCapabilities();
    assert(asynchronousOps, 'processes need a configuration store that is asynchronous');
    this.apps = options.apps;
    this.operations = new CfstoreOperations(options.cfstore);
  }

  command(commandNum: number, arg1: number, arg2: number, processId: ProcessId): CommandReturn {
    if (commandNum === CfstoreCommand.EXISTS) return CommandReturn.success();
    if (commandNum > CfstoreCommand.RECOVER) return CommandReturn.failure(ErrorCode.NOSUPPORT);
    const accepted = this.apps.enter(processId, (app) => {
      if (app.pending !== undefined) return false;
      app.pending = { command: commandNum, arg1, arg2, started: false };
      return true;
    });
    if (!accepted.ok) return CommandReturn.failure(processErrorCode(accepted.error));
    if (!accepted.value) return CommandReturn.failure(ErrorCode.BUSY);
    this.startNext();
    return CommandReturn.success();
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  // --- Running -----------------------------------------------------------------------------------

  /** Starts what comes next, when something waits: the store's opening, a key of the dead, an operation. */
  private startNext(): void {
    while (this.activity.kind === 'idle') {
      const processId = this.nextWaiting();
      if (processId === undefined) return;
      if (!this.isOpen) this.open(processId);
      else if (!this.abandonNext()) this.startOperation(processId);
    }
  }

  /** The first process, in slot order, whose command waits. */
  private nextWaiting(): ProcessId | undefined {
    for (const processId of this.apps.processIds()) {
      const pending = this.apps.tryEnter(processId, (app) => app.pending);
      if (pending?.started === false) return processId;
    }
    return undefined;
  }

  private open(processId: ProcessId): void {
    const called = this.options.cfstore.initialize(this, undefined);
    if (called.ok) this.activity = { kind: 'own' };
    else this.tell(processId, () => answerOf(called.error));
  }

  /** Whether a process that had a key open is gone, and the key is being abandoned. */
  private abandonNext(): boolean {
    for (const [handle, { processId }] of this.keys) {
      if (this.apps.tryEnter(processId, () => true) === true) continue;
      this.keys.delete(handle);
      if (!this.options.cfstore.abandon(handle).ok) continue;
      this.activity = { kind: 'own' };
      return true;
    }
    return false;
  }

  private startOperation(processId: ProcessId): void {
    const started = this.apps.tryEnter(processId, (app, kernel) => {
      if (app.pending === undefined) return undefined;
      app.pending = { ...app.pending, started: true };
      if (app.pending.command === CfstoreCommand.RECOVER) return this.recover();
      return this.operations.start(app.pending, {
        ...this.asker(processId, kernel),
        ownerOf: (handle) => this.ownerOf(processId, handle),
      });
    });
    if (started === undefined) return;
    if (started.ok) this.activity = { kind: 'operation', processId, ...started.value };
    else this.tell(processId, () => answerOf(started.error));
  }

  /** Nothing, unless the flash failed. */
  private recover(): Result<Started, Status> {
    const called = this.options.cfstore.initialize(this, undefined);
    return called.ok ? Ok({ owner: 0, closes: 0 }) : called;
  }

  private asker(processId: ProcessId, kernel: GrantKernelData): Omit<Asker, 'ownerOf'> {
    return { kernel, permissions: this.options.permissionsOf(processId) };
  }

  private ownerOf(processId: ProcessId, handle: hil.cfstore.Handle): number | undefined {
    const key = this.keys.get(handle);
    return key?.processId === processId ? key.owner : undefined;
  }

  // --- Completion --------------------------------------------------------------------------------

  cfstoreDone(completion: hil.cfstore.Completion): void {
    const { activity } = this;
    this.activity = IDLE;
    if (completion.opcode === 'initialize') this.isOpen = completion.status >= 0;
    if (activity.kind === 'operation') {
      const { processId, owner, closes } = activity;
      this.keep(completion, { processId, owner }, closes);
      this.tell(processId, (kernel) =>
        this.operations.answer(completion, this.asker(processId, kernel)),
      );
    }
    if (activity.kind === 'own' && !this.isOpen) this.refuseNext(completion.status);
    this.startNext();
  }

  /** The one that wanted the store is told why it is not open; the next tries again. */
  private refuseNext(status: Status): void {
    const processId = this.nextWaiting();
    if (processId !== undefined) this.tell(processId, () => answerOf(status));
  }

  /** Notes who has which key open. */
  private keep(
    { opcode, status }: hil.cfstore.Completion,
    key: OpenKey,
    closes: hil.cfstore.Handle,
  ): void {
    if (opcode !== 'find' || !LEAVES_OPEN.includes(status)) this.keys.delete(closes);
    const isNew = opcode === 'create' || opcode === 'open' || opcode === 'find';
    if (isNew && status > 0) this.keys.set(status, key);
  }

  private tell(processId: ProcessId, answer: (kernel: GrantKernelData) => Answer): void {
    this.apps.tryEnter(processId, (app, kernel) => {
      app.pending = undefined;
      kernel.scheduleUpcall(Upcall.DONE, answer(kernel));
    });
  }
}

/** A pattern that is none leaves the key before it open. */
const LEAVES_OPEN: readonly Status[] = [
  CfstoreError.INVALID_KEY_NAME,
  CfstoreError.INVALID_KEY_LEN,
];
