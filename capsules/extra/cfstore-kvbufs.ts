// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The KVBUFs of the configuration store: a static pool in which requests wait, and in which it stands whose an open key is.
 *
 * NON-TOCK: CFSTORE's design. "The KVBUF is used to queue a client request": 64 of 32 bytes, never more. In C one is: opcode and
 * mode (4 bytes), handle, buffer with its length, argument, descriptor, client, the next that waits (4 bytes each).
 */
import type * as hil from '#kernel/hil';
import { KVBUFS } from '#libraries/cfstore/config';

/** What a call asked for. Fields that its opcode has no use for are absent. */
export interface Request {
  readonly opcode: hil.cfstore.Opcode;
  /** A name, or data: the client's, lent until the completion. */
  readonly buffer?: Uint8Array;
  /** A length or an offset. */
  readonly argument?: number;
  readonly mode?: hil.cfstore.FileMode;
  readonly descriptor?: hil.cfstore.KeyDescriptor;
  readonly power?: hil.cfstore.PowerState;
}

/** One of them. */
export interface KvBuf<Owner> {
  /** Whose it is; undefined: it is free. */
  owner: Owner | undefined;
  /** The open key that it belongs to; 0: none. */
  handle: hil.cfstore.Handle;
  /** What runs or waits. */
  request: Request | undefined;
}

/** The pool: of open keys and requests without one, together. */
export class KvBufs<Owner> {
  private readonly pool: readonly KvBuf<Owner>[] = Array.from({ length: KVBUFS.count }, () => ({
    owner: undefined,
    handle: 0,
    request: undefined,
  }));

  /** The one of an open key, if that is this client's. */
  of(owner: Owner, handle: hil.cfstore.Handle): KvBuf<Owner> | undefined {
    return handle > 0 ? this.ownedBy(owner).find((kvbuf) => kvbuf.handle === handle) : undefined;
  }

  ownedBy(owner: Owner): KvBuf<Owner>[] {
    return this.pool.filter((kvbuf) => kvbuf.owner === owner);
  }

  /** One for a new owner; undefined: all are in use. */
  take(owner: Owner): KvBuf<Owner> | undefined {
    const kvbuf = this.pool.find((each) => each.owner === undefined);
    if (kvbuf !== undefined) kvbuf.owner = owner;
    return kvbuf;
  }

  /** No key is open any more. A request on one goes on, about none. */
  forgetKeys(): void {
    for (const kvbuf of this.pool) {
      kvbuf.handle = 0;
      if (kvbuf.request === undefined) this.free(kvbuf);
    }
  }

  free(kvbuf: KvBuf<Owner>): void {
    kvbuf.owner = undefined;
    kvbuf.handle = 0;
    kvbuf.request = undefined;
  }
}
