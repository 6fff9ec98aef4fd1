// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs a store's steps on a page-level flash: each write is a whole page.
 *
 * Mirrors the flash controller of `capsules/extra/src/tickv.rs`.
 *
 *     TicKvKvStore            start(steps, done)
 *     PageWriteFlash          the page that was read last, patched with what is written
 *     hil.flash.Flash         readPage · writePage · erasePage
 *
 * What a write costs, and what a power cut leaves of it, is the chip's: one whose `writePage` erases loses the whole page when the
 * cut comes between erasure and program, with all that the write was not about. One whose `writePage` does not, programs every word
 * of the page once more with what it holds. A store that writes whole pages itself has them written as they are, unread.
 */
import { assert } from '#kernel/assert';
import type { DeferredCalls } from '#kernel/deferred-call';
import type * as hil from '#kernel/hil';
import type { FlashRequest } from '#libraries/store/storage';
import { Runner } from './store-flash.ts';

type Outcome = Parameters<hil.flash.Client['readComplete']>[1];

/** Runs the steps of a store on a page-level flash. */
export class PageWriteFlash extends Runner implements hil.flash.Client {
  private request: FlashRequest | undefined;

  constructor(
    private readonly flash: hil.flash.Flash,
    erasesPerPage: number,
    deferredCalls: DeferredCalls,
  ) {
    const geometry = {
      wordSize: 4,
      pageSize: flash.pageSize,
      numPages: flash.pages,
      // The interface does not say; where a write erases, there is no limit.
      maxWordWrites: Number.MAX_SAFE_INTEGER,
      maxPageErases: erasesPerPage,
    };
    super(geometry, deferredCalls);
    flash.setClient(this);
  }

  protected perform(request: FlashRequest): undefined | false {
    this.request = request;
    if (this.call(request)) return undefined;
    this.request = undefined;
    return false;
  }

  private call(request: FlashRequest): boolean {
    switch (request.operation) {
      case 'read':
        return this.read(request);
      case 'write':
        if (request.length === this.flash.pageSize) return this.writeWhole(request);
        // The page is patched in RAM: it must be there first.
        return request.page === this.window.page ? this.write(request) : this.read(request);
      case 'erase':
        return this.flash.erasePage(request.page).ok;
    }
  }

  private read({ page }: FlashRequest): boolean {
    const started = this.flash.readPage(page, this.window.lend());
    if (!started.ok) this.window.drop(started.error[1]);
    return started.ok;
  }

  private write(request: FlashRequest): boolean {
    this.window.follow(request);
    return this.writePage(request.page, this.window.lend());
  }

  private writeWhole({ page, bytes }: FlashRequest): boolean {
    const buffer = this.window.lend();
    buffer.set(bytes);
    return this.writePage(page, buffer);
  }

  private writePage(page: number, buffer: Uint8Array): boolean {
    const started = this.flash.writePage(page, buffer);
    if (!started.ok) this.window.drop(started.error[1]);
    return started.ok;
  }

  readComplete(buffer: Uint8Array, result: Outcome): void {
    const { request, window } = this;
    assert(request !== undefined, 'a page read completed that nobody asked for');
    if (!result.ok) {
      window.drop(buffer);
      this.finish(false);
      return;
    }
    window.fill(request.page, buffer);
    if (request.operation === 'write') {
      if (!this.write(request)) this.finish(false);
      return;
    }
    request.bytes.set(buffer.subarray(request.byteOffset, request.byteOffset + request.length));
    this.finish(true);
  }

  writeComplete(buffer: Uint8Array, result: Outcome): void {
    const { request, window } = this;
    // What a whole page left depends on whether the chip erased before.
    const isKnown = result.ok && request !== undefined && request.length < this.flash.pageSize;
    if (isKnown) window.fill(request.page, buffer);
    else window.drop(buffer);
    this.finish(result.ok);
  }

  eraseComplete(result: Outcome): void {
    const { request } = this;
    if (request !== undefined) this.follow(request, result.ok);
    this.finish(result.ok);
  }

  private finish(performed: boolean): void {
    this.request = undefined;
    this.resume(performed);
  }
}
