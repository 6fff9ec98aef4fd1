// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Split-phase flash on a blocking one: the work is done inside the call, a deferred call tells of it.
 *
 * NON-TOCK: Tock has no blocking flash interface; its nRF52 driver does within itself what this does.
 */
import type { DeferredCall, DeferredCallClient, DeferredCalls } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { isPage, pageError, rangeError } from '../core/flash-ranges.ts';

/** How pages are written. */
export interface AsyncOverBlockingOptions {
  /** Whether `writePage` erases first, since the blocking interface has no page write. Default: true. */
  readonly writeErases?: boolean;
}

type Outcome = Result<void, hil.flash.FlashError>;
type Completion = (client: hil.flash.ByteClient) => void;

/**
 * One operation at a time, until its callback. It refuses by itself what BlockingFlash would refuse, so
 * every error of the flash is a failure of accepted work: a `FlashError` in the callback, 0 bytes done.
 */
export class FlashAsyncOverBlocking implements hil.flash.ByteFlash, DeferredCallClient {
  readonly pageSize: number;
  readonly pages: number;
  readonly programUnit: number;
  readonly programsPerUnit: number;
  readonly writeErases: boolean;
  private client: hil.flash.ByteClient | undefined;
  private completion: Completion | undefined;
  private readonly deferredCall: DeferredCall;

  constructor(
    private readonly flash: hil.flash.BlockingFlash,
    deferredCalls: DeferredCalls,
    options: AsyncOverBlockingOptions = {},
  ) {
    this.pageSize = flash.pageSize;
    this.pages = flash.pages;
    this.programUnit = flash.programUnit;
    this.programsPerUnit = flash.programsPerUnit;
    this.writeErases = options.writeErases ?? true;
    this.deferredCall = deferredCalls.create();
    this.deferredCall.register(this);
  }

  setClient(client: hil.flash.ByteClient): void {
    this.client = client;
  }

  readPage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.busy() ?? pageError(this, page, buffer);
    if (error !== undefined) return Err([error, buffer]);
    const read = outcome(this.flash.readBytes(page * this.pageSize, buffer, this.pageSize));
    return this.complete((client) => client.readComplete(buffer, read));
  }

  writePage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const error = this.busy() ?? pageError(this, page, buffer);
    if (error !== undefined) return Err([error, buffer]);
    const written = outcome(this.program(page, buffer));
    return this.complete((client) => client.writeComplete(buffer, written));
  }

  private program(page: number, buffer: Uint8Array): Result {
    const erased = this.writeErases ? this.flash.erasePage(page) : Ok();
    return erased.ok ? this.flash.writeBytes(page * this.pageSize, buffer, this.pageSize) : erased;
  }

  erasePage(page: number): Result {
    const error = this.busy() ?? (isPage(this, page) ? undefined : ErrorCode.INVAL);
    if (error !== undefined) return Err(error);
    const erased = outcome(this.flash.erasePage(page));
    return this.complete((client) => client.eraseComplete(erased));
  }

  readBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    const error = this.busy() ?? rangeError(this, { address, length }, buffer, 1);
    if (error !== undefined) return Err([error, buffer]);
    const read = outcome(this.flash.readBytes(address, buffer, length));
    return this.complete((client) => client.bytesRead(buffer, read.ok ? length : 0, read));
  }

  writeBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    const error = this.busy() ?? rangeError(this, { address, length }, buffer, this.programUnit);
    if (error !== undefined) return Err([error, buffer]);
    const written = outcome(this.flash.writeBytes(address, buffer, length));
    return this.complete((client) => client.bytesWritten(buffer, written.ok ? length : 0, written));
  }

  handleDeferredCall(): void {
    const { completion, client } = this;
    this.completion = undefined;
    if (client !== undefined) completion?.(client);
  }

  private complete(completion: Completion): Result<void, never> {
    this.completion = completion;
    this.deferredCall.set();
    return Ok();
  }

  private busy(): ErrorCode | undefined {
    return this.completion === undefined ? undefined : ErrorCode.BUSY;
  }
}

function outcome(result: Result): Outcome {
  return result.ok ? result : Err('FlashError');
}
