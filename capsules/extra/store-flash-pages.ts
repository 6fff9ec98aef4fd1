// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs the steps of a store that writes whole pages on a page-level flash.
 *
 * NON-TOCK: `store-flash.ts` for `hil.flash.Flash`. Where writing a page erases it first, the store leaves that to the flash.
 */
import { assert } from '#kernel/assert';
import type { DeferredCalls } from '#kernel/deferred-call';
import type * as hil from '#kernel/hil';
import type { Result } from '#kernel/result';
import type { FlashRequest } from '#libraries/store/storage';
import { Runner } from './store-flash.ts';

const WORD_SIZE = 4;

/** Split-phase: each request is a call of the HIL, and the operation goes on in its callback. */
export class PagedFlash extends Runner implements hil.flash.Client {
  private writeBuffer: Uint8Array;
  private request: FlashRequest | undefined;

  constructor(
    private readonly flash: hil.flash.Flash,
    deferredCalls: DeferredCalls,
  ) {
    const geometry = {
      wordSize: WORD_SIZE,
      pageSize: flash.pageSize,
      numPages: flash.pages,
      maxWordWrites: 1,
      maxPageErases: Infinity,
    };
    super(geometry, deferredCalls);
    this.writeBuffer = new Uint8Array(flash.pageSize);
    flash.setClient(this);
  }

  protected perform(request: FlashRequest): undefined | false {
    this.request = request;
    if (this.call(request)) return undefined;
    this.request = undefined;
    return false;
  }

  private call({ operation, page, length, bytes }: FlashRequest): boolean {
    const { flash, window } = this;
    switch (operation) {
      case 'read': {
        const started = flash.readPage(page, window.lend());
        if (!started.ok) window.drop(started.error[1]);
        return started.ok;
      }
      case 'write': {
        assert(length === flash.pageSize, 'a store on a page-level flash wrote part of a page');
        this.writeBuffer.set(bytes);
        const started = flash.writePage(page, this.writeBuffer);
        if (!started.ok) this.writeBuffer = started.error[1];
        return started.ok;
      }
      case 'erase':
        return flash.erasePage(page).ok;
    }
  }

  readComplete(buffer: Uint8Array, result: Result<void, hil.flash.FlashError>): void {
    const { request, window } = this;
    if (!result.ok || request === undefined) window.drop(buffer);
    else {
      window.fill(request.page, buffer);
      request.bytes.set(buffer.subarray(request.byteOffset, request.byteOffset + request.length));
    }
    this.finish(result.ok);
  }

  writeComplete(buffer: Uint8Array, result: Result<void, hil.flash.FlashError>): void {
    this.writeBuffer = buffer;
    this.finish(result.ok);
  }

  eraseComplete(result: Result<void, hil.flash.FlashError>): void {
    this.finish(result.ok);
  }

  private finish(performed: boolean): void {
    const { request, window } = this;
    this.request = undefined;
    // A page write that erases leaves the new bytes, not old AND new.
    if (request?.operation === 'write' && request.page === window.page) window.drop(window.lend());
    else if (request !== undefined) this.follow(request, performed);
    this.resume(performed);
  }
}
