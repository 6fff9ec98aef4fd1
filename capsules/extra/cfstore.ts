// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The configuration store for capsules: one storage transaction at a time, for any number of clients.
 *
 * NON-TOCK: mbed's CFSTORE. The algorithm is any `CfstoreDriver` of `libraries/cfstore`.
 *
 *     a client        create · open · read · write · close …
 *     CfstoreUser     the operations for one client, and its open keys
 *     MuxCfstore      requests that wait, each in its KVBUF
 *     CfstoreDriver   steps
 *     StoreFlash      one operation at a time, split-phase; or StoreFlashAtOnce, inside the call
 */
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';
import { KVBUFS } from '#libraries/cfstore/config';
import { CfstoreError, type CfstoreDriver, type RamMeter } from '#libraries/cfstore/driver';
import type { Steps } from '#libraries/store/storage';
import { KvBufs, type KvBuf, type Request } from './cfstore-kvbufs.ts';
import { CfstoreUser, type UserStore } from './cfstore-user.ts';
import { storeSteps } from './cfstore-steps.ts';
import type { StoreFlash, StoreFlashAtOnce } from './store-flash.ts';

type Status = hil.cfstore.Status;
type Waiting = KvBuf<CfstoreUser>;

/** What it is made of: the store, and the flash under it, which says the mode. */
export type CfstoreOptions = { readonly driver: CfstoreDriver } & (
  | { readonly mode: 'asynchronous'; readonly flash: StoreFlash }
  | { readonly mode: 'synchronous'; readonly flash: StoreFlashAtOnce }
);

/** The one store of all its clients. */
export class MuxCfstore implements UserStore {
  private readonly kvbufs = new KvBufs<CfstoreUser>();
  private readonly driver: CfstoreDriver;
  /** In the order of their calls: at most all. */
  private readonly waiting: Waiting[] = [];
  private running: Waiting | undefined;
  private failed = false;
  /** Whether the flash failed since the store was loaded. */
  private isBroken = false;
  /** Clients that are initialised. */
  private present = 0;

  constructor(private readonly options: CfstoreOptions) {
    this.driver = options.driver;
  }

  /** The operations for one client more. */
  createUser(): CfstoreUser {
    return new CfstoreUser(this);
  }

  get isAsynchronous(): boolean {
    return this.options.mode === 'asynchronous';
  }

  status(): hil.cfstore.DriverStatus {
    return {
      error: this.failed,
      inProgress: this.running !== undefined || this.waiting.length > 0,
    };
  }

  /** What all of this takes in C: the store's, and the KVBUFs here. */
  ram(): RamMeter {
    return { ...this.driver.ram(), kvbufs: KVBUFS.count * KVBUFS.size };
  }

  /** Whether a request of the client runs or waits. */
  isBusyFor(user: CfstoreUser): boolean {
    return this.kvbufs.ownedBy(user).some(({ request }) => request !== undefined);
  }

  // --- Accepting ---------------------------------------------------------------------------------

  /** Takes a request about an open key, or about none (handle 0), of a client that may ask. */
  submit(
    user: CfstoreUser,
    request: Request,
    handle: hil.cfstore.Handle = 0,
  ): Result<Status, Status> {
    const kvbuf = handle === 0 ? this.kvbufs.take(user) : this.kvbufs.of(user, handle);
    if (kvbuf === undefined) {
      return Err(handle === 0 ? CfstoreError.OUT_OF_MEMORY : CfstoreError.INVALID_HANDLE);
    }
    if (kvbuf.request !== undefined) return Err(CfstoreError.OPERATION_PENDING);
    kvbuf.request = request;
    if (this.options.mode === 'synchronous') return this.performNow(this.options.flash, kvbuf);
    this.waiting.push(kvbuf);
    this.startNext(this.options.flash);
    return Ok(0);
  }

  private performNow(flash: StoreFlashAtOnce, kvbuf: Waiting): Result<Status, Status> {
    this.running = kvbuf;
    const { status } = this.settle(kvbuf, flash.run(this.steps(kvbuf)));
    return status < 0 ? Err(status) : Ok(status);
  }

  private startNext(flash: StoreFlash): void {
    if (this.running !== undefined) return;
    const kvbuf = this.waiting.shift();
    if (kvbuf === undefined) return;
    this.running = kvbuf;
    flash.start(this.steps(kvbuf), (status) => {
      const { owner } = kvbuf;
      const completion = this.settle(kvbuf, status);
      owner?.tell(completion);
      this.startNext(flash);
    });
  }

  // --- Performing --------------------------------------------------------------------------------

  private *steps({ owner, handle, request }: Waiting): Steps<Status> {
    if (owner === undefined || request === undefined) return CfstoreError.INTERNAL;
    switch (request.opcode) {
      case 'initialize':
        return yield* this.load();
      case 'uninitialize':
        return yield* this.leave(owner);
      default:
        return yield* storeSteps(this.driver, request, handle);
    }
  }

  /** Loads the store, unless it is there and sound. */
  private *load(): Steps<Status> {
    if (this.present > 0 && !this.isBroken) return 0;
    this.kvbufs.forgetKeys();
    this.isBroken = false;
    return yield* this.driver.initialize();
  }

  /** Gives up the open keys of a client; the last one's going puts the store away. */
  private *leave(owner: CfstoreUser): Steps<Status> {
    for (const kvbuf of this.kvbufs.ownedBy(owner)) {
      if (kvbuf.handle === 0) continue;
      yield* this.driver.abandon(kvbuf.handle);
      this.kvbufs.free(kvbuf);
    }
    return this.present > 1 ? 0 : yield* this.driver.uninitialize();
  }

  /** What a request that is over leaves: who is initialised, which keys are open, a KVBUF that is free again. */
  private settle(kvbuf: Waiting, status: Status): Omit<hil.cfstore.Completion, 'context'> {
    const { owner, request, handle: before } = kvbuf;
    const opcode = request?.opcode ?? 'powerControl';
    this.running = undefined;
    this.failed = status < 0;
    if (status === CfstoreError.JOURNAL_FAILED) this.isBroken = true;
    if (opcode === 'initialize') this.arrived(owner, status);
    if (opcode === 'uninitialize') this.left(owner);
    kvbuf.request = undefined;
    kvbuf.handle = handleAfter(opcode, before, status);
    const handle = kvbuf.handle === 0 ? before : kvbuf.handle;
    if (kvbuf.handle === 0) this.kvbufs.free(kvbuf);
    return { status, opcode, handle, buffer: request?.buffer };
  }

  private arrived(owner: CfstoreUser | undefined, status: Status): void {
    if (owner === undefined || owner.isPresent) return;
    owner.isPresent = status >= 0;
    if (status >= 0) this.present++;
  }

  private left(owner: CfstoreUser | undefined): void {
    if (owner?.isPresent !== true) return;
    owner.isPresent = false;
    this.present--;
  }
}

/** A pattern that is none: then `find` does not close the key before it. */
const NO_PATTERN: readonly Status[] = [CfstoreError.INVALID_KEY_NAME, CfstoreError.INVALID_KEY_LEN];

/** Which key a KVBUF belongs to when its request is over; 0: none. */
function handleAfter(
  opcode: hil.cfstore.Opcode,
  before: hil.cfstore.Handle,
  status: Status,
): hil.cfstore.Handle {
  switch (opcode) {
    case 'create':
    case 'open':
      return Math.max(0, status);
    case 'find':
      if (status > 0) return status;
      return NO_PATTERN.includes(status) ? before : 0;
    case 'close':
    case 'abandon':
      return 0;
    default:
      return before;
  }
}
