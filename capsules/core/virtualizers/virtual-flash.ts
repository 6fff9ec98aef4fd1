// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lets several capsules use one flash, by pages or by bytes; each has a flash that looks like its own.
 *
 * Mirrors `capsules/core/src/virtualizers/virtual_flash.rs`. One operation is with the flash; each user
 * may have one that waits, and the next user after the one that was served comes first. Tock always
 * begins with the same user, so that a busy one can starve the others.
 *
 * NON-TOCK: the byte level; users that see a window of the pages only, because a board puts several on
 * one chip; and BUSY for a user whose operation is not over, where Tock's loses the first.
 */
import { assert } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { isPage, pageError, rangeError } from '../flash-ranges.ts';

/** Flaws of upstream's multiplexer that can be had back by name. */
export const VIRTUAL_FLASH_FLAWS = {
  'mux-overwrites-request':
    'a second request of a user replaces the one that waits, whose buffer is lost',
  'mux-stuck-on-refusal':
    'a request that the flash refuses counts as under way for ever: no one is served again',
} as const;

/** The name of one of them. */
export type VirtualFlashFlaw = keyof typeof VIRTUAL_FLASH_FLAWS;

/** The pages that a user sees as its flash, counted from 0. */
export interface FlashWindow {
  readonly firstPage: number;
  readonly pages: number;
}

type Outcome = Result<void, hil.flash.FlashError>;

/** What a user wants of the flash. */
interface Request {
  /** Hands it to the flash; the error, when that refuses. */
  start(): ErrorCode | undefined;
  /** Gives the buffer back with an error: the flash refused when the turn came. */
  fail(): void;
}

/** What the users share, as they see it. */
interface Shared<F extends hil.flash.Flash> {
  readonly flash: F;
  readonly flaws: ReadonlySet<VirtualFlashFlaw>;
  /** A user has a request: starts it, or leaves it waiting. The flash's error when it refuses at once. */
  request(user: Waiter): ErrorCode | undefined;
}

/** What the multiplexer needs of a user: its requests, each until the callback that ends it. */
interface Waiter {
  waiting: Request | undefined;
  underWay: Request | undefined;
}

/** The flash and its users: which of them is served, and when. Knows nothing of what they ask for. */
abstract class Mux<F extends hil.flash.Flash, U extends FlashUser<F>>
  implements Shared<F>, hil.flash.Client
{
  private readonly users: U[] = [];
  /** Whose request is with the flash, or whose callback runs. */
  private current: U | undefined;
  /** Where the next search begins. */
  private next = 0;

  constructor(
    readonly flash: F,
    readonly flaws: ReadonlySet<VirtualFlashFlaw> = new Set(),
  ) {
    flash.setClient(this);
  }

  protected add(user: U): U {
    this.users.push(user);
    return user;
  }

  /** @internal */
  request(user: U): ErrorCode | undefined {
    return this.current === undefined ? this.start(user) : undefined;
  }

  readComplete(buffer: Uint8Array, result: Outcome): void {
    this.complete((user) => user.client?.readComplete(buffer, result));
  }

  writeComplete(buffer: Uint8Array, result: Outcome): void {
    this.complete((user) => user.client?.writeComplete(buffer, result));
  }

  eraseComplete(result: Outcome): void {
    this.complete((user) => user.client?.eraseComplete(result));
  }

  /** The flash is done: tells the user, whose next request then waits its turn. */
  protected complete(tell: (user: U) => void): void {
    const { current } = this;
    if (current !== undefined) {
      current.underWay = undefined;
      tell(current);
    }
    this.current = undefined;
    this.serveNext();
  }

  /** Whoever is refused is told, and the search goes on. */
  private serveNext(): void {
    for (let user = this.find(); user !== undefined; user = this.find()) {
      const { waiting } = user;
      if (this.start(user) === undefined) return;
      this.current = user;
      waiting?.fail();
      this.current = undefined;
    }
  }

  private start(user: U): ErrorCode | undefined {
    this.next = this.users.indexOf(user) + 1;
    user.underWay = user.waiting;
    user.waiting = undefined;
    this.current = user;
    const error = user.underWay?.start();
    if (error === undefined || this.flaws.has('mux-stuck-on-refusal')) return undefined;
    user.underWay = undefined;
    this.current = undefined;
    return error;
  }

  private find(): U | undefined {
    const { users, next } = this;
    for (let turn = 0; turn < users.length; turn++) {
      const user = users[(next + turn) % users.length];
      if (user?.waiting !== undefined) return user;
    }
    return undefined;
  }
}

/**
 * One user's flash, by pages. Its requests wait for those of others. BUSY: its own is not over. A refusal
 * of the flash is returned when the flash was free, and is a `FlashError` in the callback otherwise.
 */
export class FlashUser<
  F extends hil.flash.Flash = hil.flash.Flash,
  C extends hil.flash.Client = hil.flash.Client,
>
  implements hil.flash.Flash
{
  readonly pageSize: number;
  readonly pages: number;
  readonly writeErases: boolean;
  /** @internal The request that is not with the flash yet. */
  waiting: Request | undefined;
  /** @internal The request that is. */
  underWay: Request | undefined;
  /** @internal */
  client: C | undefined;
  protected readonly firstPage: number;

  /** @internal Use `createUser`. */
  constructor(
    protected readonly mux: Shared<F>,
    window: FlashWindow = { firstPage: 0, pages: mux.flash.pages },
  ) {
    const { flash } = mux;
    const last = window.firstPage + window.pages - 1;
    const fits = window.pages > 0 && isPage(flash, window.firstPage) && isPage(flash, last);
    assert(fits, `pages ${window.firstPage} to ${last} are not all in the flash`);
    this.firstPage = window.firstPage;
    this.pages = window.pages;
    this.pageSize = flash.pageSize;
    this.writeErases = flash.writeErases;
  }

  setClient(client: C): void {
    this.client = client;
  }

  readPage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.busy() ?? pageError(this, page, buffer);
    if (error !== undefined) return Err([error, buffer]);
    return this.carry(buffer, {
      start: () => errorOf(this.mux.flash.readPage(this.firstPage + page, buffer)),
      fail: () => this.client?.readComplete(buffer, Err('FlashError')),
    });
  }

  writePage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.busy() ?? pageError(this, page, buffer);
    if (error !== undefined) return Err([error, buffer]);
    return this.carry(buffer, {
      start: () => errorOf(this.mux.flash.writePage(this.firstPage + page, buffer)),
      fail: () => this.client?.writeComplete(buffer, Err('FlashError')),
    });
  }

  erasePage(page: number): Result {
    const error = this.busy() ?? (isPage(this, page) ? undefined : ErrorCode.INVAL);
    if (error !== undefined) return Err(error);
    const refused = this.request({
      start: () => {
        const erasing = this.mux.flash.erasePage(this.firstPage + page);
        return erasing.ok ? undefined : erasing.error;
      },
      fail: () => this.client?.eraseComplete(Err('FlashError')),
    });
    return refused === undefined ? Ok() : Err(refused);
  }

  protected busy(): ErrorCode | undefined {
    if (this.mux.flaws.has('mux-overwrites-request')) return undefined;
    const idle = this.waiting === undefined && this.underWay === undefined;
    return idle ? undefined : ErrorCode.BUSY;
  }

  /** Requests something with a buffer, which comes back when the flash refuses at once. */
  protected carry(buffer: Uint8Array, request: Request): Result<void, Rejected<Uint8Array>> {
    const refused = this.request(request);
    return refused === undefined ? Ok() : Err([refused, buffer]);
  }

  private request(request: Request): ErrorCode | undefined {
    this.waiting = request;
    return this.mux.request(this);
  }
}

/** One user's flash, by pages and by bytes. Errors as `FlashUser`. */
export class ByteFlashUser
  extends FlashUser<hil.flash.ByteFlash, hil.flash.ByteClient>
  implements hil.flash.ByteFlash
{
  readonly programUnit = this.mux.flash.programUnit;
  readonly programsPerUnit = this.mux.flash.programsPerUnit;

  readBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    const error = this.busy() ?? rangeError(this, { address, length }, buffer, 1);
    if (error !== undefined) return Err([error, buffer]);
    return this.carry(buffer, {
      start: () => errorOf(this.mux.flash.readBytes(this.base + address, buffer, length)),
      fail: () => this.client?.bytesRead(buffer, 0, Err('FlashError')),
    });
  }

  writeBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    const error = this.busy() ?? rangeError(this, { address, length }, buffer, this.programUnit);
    if (error !== undefined) return Err([error, buffer]);
    return this.carry(buffer, {
      start: () => errorOf(this.mux.flash.writeBytes(this.base + address, buffer, length)),
      fail: () => this.client?.bytesWritten(buffer, 0, Err('FlashError')),
    });
  }

  private get base(): number {
    return this.firstPage * this.pageSize;
  }
}

/** Shares a flash by pages. */
export class MuxFlash extends Mux<hil.flash.Flash, FlashUser> {
  /** A flash of its own for one client: all pages, or a window; panics when the window does not fit. */
  createUser(window?: FlashWindow): FlashUser {
    return this.add(new FlashUser(this, window));
  }
}

/** Shares a flash by pages and by bytes. */
export class MuxByteFlash
  extends Mux<hil.flash.ByteFlash, ByteFlashUser>
  implements hil.flash.ByteClient
{
  /** A flash of its own for one client: all pages, or a window; panics when the window does not fit. */
  createUser(window?: FlashWindow): ByteFlashUser {
    return this.add(new ByteFlashUser(this, window));
  }

  bytesRead(buffer: Uint8Array, length: number, result: Outcome): void {
    this.complete((user) => user.client?.bytesRead(buffer, length, result));
  }

  bytesWritten(buffer: Uint8Array, length: number, result: Outcome): void {
    this.complete((user) => user.client?.bytesWritten(buffer, length, result));
  }
}

function errorOf(started: Result<void, Rejected<Uint8Array>>): ErrorCode | undefined {
  return started.ok ? undefined : started.error[0];
}
