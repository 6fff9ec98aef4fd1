// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The configuration store for one client.
 *
 * NON-TOCK: mbed's `ARM_CFSTORE_DRIVER` is one object for all clients; here each has its own, and with it its open keys.
 */
import type * as hil from '#kernel/hil';
import { Err, type Result } from '#kernel/result';
import { CfstoreError } from '#libraries/cfstore/driver';
import type { Request } from './cfstore-kvbufs.ts';

type Status = hil.cfstore.Status;
type Handle = hil.cfstore.Handle;
type Refused = hil.cfstore.Refused;

/** API 1.0, as mbed's; a driver of its own, 1.0. */
const VERSION: hil.cfstore.Version = { api: 0x100, driver: 0x100 };

/** What stands below: the one store of all clients. */
export interface UserStore {
  readonly isAsynchronous: boolean;
  status(): hil.cfstore.DriverStatus;
  /** Whether a request of the client runs or waits. */
  isBusyFor(user: CfstoreUser): boolean;
  /** Takes a request about an open key, or about none, of a client that may ask. */
  submit(user: CfstoreUser, request: Request, handle?: Handle): Result<Status, Status>;
}

export class CfstoreUser implements hil.cfstore.ArmCfstoreDriver {
  /** Set by the store: from the completion of `initialize` to that of `uninitialize`. */
  isPresent = false;
  /** Whether it is coming or going. */
  private isMoving = false;
  private client: hil.cfstore.Client | undefined;
  private context: unknown;

  constructor(private readonly store: UserStore) {}

  getVersion(): hil.cfstore.Version {
    return VERSION;
  }

  getCapabilities(): hil.cfstore.Capabilities {
    return { asynchronousOps: this.store.isAsynchronous, uvisorSupportEnabled: false };
  }

  getStatus(): hil.cfstore.DriverStatus {
    return this.store.status();
  }

  // --- Coming and going --------------------------------------------------------------------------

  initialize(client: hil.cfstore.Client, context: unknown): Result<Status, Status> {
    if (this.isMoving) return Err(CfstoreError.OPERATION_PENDING);
    if (this.isPresent) return this.store.submit(this, { opcode: 'initialize' });
    this.client = client;
    this.context = context;
    return this.move('initialize');
  }

  uninitialize(): Result<Status, Status> {
    if (!this.mayAsk) return Err(CfstoreError.UNINITIALISED);
    if (this.store.isBusyFor(this)) return Err(CfstoreError.OPERATION_PENDING);
    return this.move('uninitialize');
  }

  private move(opcode: 'initialize' | 'uninitialize'): Result<Status, Status> {
    this.isMoving = true;
    const accepted = this.store.submit(this, { opcode });
    if (!accepted.ok || !this.store.isAsynchronous) this.isMoving = false;
    return accepted;
  }

  private get mayAsk(): boolean {
    return this.isPresent && !this.isMoving;
  }

  /** For the store: a request is over. */
  tell(completion: Omit<hil.cfstore.Completion, 'context'>): void {
    const { client, context } = this;
    if (completion.opcode === 'initialize' || completion.opcode === 'uninitialize') {
      this.isMoving = false;
    }
    client?.cfstoreDone({ ...completion, context });
  }

  // --- Requests ----------------------------------------------------------------------------------

  powerControl(power: hil.cfstore.PowerState): Result<Status, Status> {
    return this.ask({ opcode: 'powerControl', power });
  }

  create(
    name: Uint8Array,
    valueLength: number,
    descriptor?: hil.cfstore.KeyDescriptor,
  ): Result<Status, Refused> {
    const request = { opcode: 'create', argument: valueLength } as const;
    return this.lend(name, descriptor === undefined ? request : { ...request, descriptor });
  }

  open(name: Uint8Array, mode: hil.cfstore.FileMode): Result<Status, Refused> {
    return this.lend(name, { opcode: 'open', mode });
  }

  read(handle: Handle, buffer: Uint8Array): Result<Status, Refused> {
    return this.lend(buffer, { opcode: 'read' }, handle);
  }

  write(handle: Handle, buffer: Uint8Array): Result<Status, Refused> {
    return this.lend(buffer, { opcode: 'write' }, handle);
  }

  rseek(handle: Handle, offset: number): Result<Status, Status> {
    return this.ask({ opcode: 'rseek', argument: offset }, handle);
  }

  wseek(handle: Handle, offset: number): Result<Status, Status> {
    return this.ask({ opcode: 'wseek', argument: offset }, handle);
  }

  close(handle: Handle): Result<Status, Status> {
    return this.ask({ opcode: 'close' }, handle);
  }

  abandon(handle: Handle): Result<Status, Status> {
    return this.ask({ opcode: 'abandon' }, handle);
  }

  delete(handle: Handle): Result<Status, Status> {
    return this.ask({ opcode: 'delete' }, handle);
  }

  find(query: Uint8Array, previous?: Handle): Result<Status, Refused> {
    return this.lend(query, { opcode: 'find' }, previous);
  }

  flush(): Result<Status, Status> {
    return this.ask({ opcode: 'flush' });
  }

  getKeyName(handle: Handle, buffer: Uint8Array): Result<Status, Refused> {
    return this.lend(buffer, { opcode: 'getKeyName' }, handle);
  }

  getValueLen(handle: Handle): Result<Status, Status> {
    return this.ask({ opcode: 'getValueLen' }, handle);
  }

  private lend(buffer: Uint8Array, request: Request, handle?: Handle): Result<Status, Refused> {
    const asked = this.ask({ ...request, buffer }, handle);
    return asked.ok ? asked : Err([asked.error, buffer]);
  }

  /** About an open key, or about none: a handle that is none is not passed on as none. */
  private ask(request: Request, handle?: Handle): Result<Status, Status> {
    if (!this.mayAsk) return Err(CfstoreError.UNINITIALISED);
    if (handle === 0) return Err(CfstoreError.INVALID_HANDLE);
    return this.store.submit(this, request, handle);
  }
}
