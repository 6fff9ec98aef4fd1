// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs the steps of a store on a flash HIL: split-phase over `ByteFlash`, or at once over `BlockingFlash`.
 *
 * NON-TOCK: Tock's TicKV capsule is tied to one flash interface.
 *
 *     PersistentStoreDriver   start(steps, done)
 *     StoreFlash              the page that was read last, in RAM; one buffer for writes
 *     hil.flash               readBytes · writeBytes · erasePage
 */
import { assert } from '#kernel/assert';
import type { DeferredCall, DeferredCallClient, DeferredCalls } from '#kernel/deferred-call';
import type * as hil from '#kernel/hil';
import type { Result } from '#kernel/result';
import {
  DeferredStorage,
  type FlashRequest,
  type Geometry,
  type Steps,
  type Storage,
} from '#libraries/store/storage';

/** Told that an operation ended, with its result. Never called from within `start`. */
export type StoreDone<T> = (result: T) => void;

/** Performs the requests of one operation at a time. */
export interface StoreFlash {
  /** What the store is made on. */
  readonly storage: Storage;
  /** Called before each flash access and at the end of an operation: charges what the software did. */
  onStep: () => void;
  /** Runs an operation to its end. */
  start<T>(steps: Steps<T>, done: StoreDone<T>): void;
}

const NO_PAGE = -1;
/** A word of ones. */
const ERASED = -1;

/** Reads from the page that is in RAM; every other access becomes a request. */
export class PageWindow extends DeferredStorage {
  page = NO_PAGE;
  private bytes: Uint8Array;
  /** The same memory. */
  private words: Int32Array;

  constructor(geometry: Geometry) {
    super(geometry);
    this.bytes = new Uint8Array(geometry.pageSize);
    this.words = wordsOf(this.bytes);
  }

  override readWord(page: number, byteOffset: number): number | undefined {
    return page === this.page ? this.words[byteOffset >>> 2] : undefined;
  }

  memory(page: number): Int32Array | undefined {
    return page === this.page ? this.words : undefined;
  }

  isErased(page: number, byteOffset: number): boolean | undefined {
    const count = (this.pageSize - byteOffset) >>> 2;
    return this.isFilled(page, byteOffset, count, ERASED);
  }

  isFilled(page: number, byteOffset: number, count: number, word: number): boolean | undefined {
    if (page !== this.page) return undefined;
    const first = byteOffset >>> 2;
    for (let at = first; at < first + count; at++) if (this.words[at] !== word) return false;
    return true;
  }

  override read(page: number, byteOffset: number, length: number): Uint8Array | undefined {
    return page === this.page ? this.bytes.subarray(byteOffset, byteOffset + length) : undefined;
  }

  /** Lends the buffer to the flash: nothing is at hand until `fill`. */
  lend(): Uint8Array {
    this.page = NO_PAGE;
    return this.bytes;
  }

  /** Takes the buffer back with a page in it. */
  fill(page: number, bytes: Uint8Array): void {
    this.drop(bytes);
    this.page = page;
  }

  /** Takes the buffer back with nothing in it. */
  drop(bytes: Uint8Array): void {
    this.page = NO_PAGE;
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.words = wordsOf(bytes);
  }

  /** Copies what a read asks for. */
  copy({ byteOffset, length, bytes }: FlashRequest): void {
    for (let at = 0; at < length; at++) bytes[at] = this.bytes[byteOffset + at] ?? 0;
  }

  /** Follows a write or an erasure of the page in RAM. */
  follow({ operation, page, byteOffset, bytes, length }: FlashRequest): void {
    if (page !== this.page) return;
    if (operation === 'erase') {
      this.bytes.fill(0xff);
      return;
    }
    for (let at = 0; at < length; at++) {
      this.bytes[byteOffset + at] = (this.bytes[byteOffset + at] ?? 0) & (bytes[at] ?? 0);
    }
  }
}

function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length >>> 2);
}

function geometryOf(
  flash: hil.flash.ByteFlash | hil.flash.BlockingFlash,
  erasesPerPage: number,
): Geometry {
  return {
    wordSize: flash.programUnit,
    pageSize: flash.pageSize,
    numPages: flash.pages,
    maxWordWrites: flash.programsPerUnit,
    maxPageErases: erasesPerPage,
  };
}

interface Running {
  readonly steps: Steps<unknown>;
  readonly done: StoreDone<unknown>;
}

/** What all ways share: one operation, its steps, and the page in RAM. */
export abstract class Runner implements StoreFlash, DeferredCallClient {
  onStep: () => void = () => undefined;
  protected readonly window: PageWindow;
  private running: Running | undefined;
  private readonly deferredCall: DeferredCall;

  constructor(geometry: Geometry, deferredCalls: DeferredCalls) {
    this.window = new PageWindow(geometry);
    this.deferredCall = deferredCalls.create();
    this.deferredCall.register(this);
  }

  get storage(): Storage {
    return this.window;
  }

  /** Begins in a deferred call, so that nothing completes inside this one. */
  start<T>(steps: Steps<T>, done: StoreDone<T>): void {
    assert(this.running === undefined, 'a store operation was started while another runs');
    this.running = { steps, done: done as StoreDone<unknown> };
    this.deferredCall.set();
  }

  handleDeferredCall(): void {
    this.resume(true);
  }

  /** Performs a request: whether the flash did it, or undefined when `resume` will say. */
  protected abstract perform(request: FlashRequest): boolean | undefined;

  /** Goes on after a request, until the next one that takes time. */
  protected resume(performed: boolean): void {
    const { running } = this;
    if (running === undefined) return;
    let outcome: boolean | undefined = performed;
    while (outcome !== undefined) {
      const step = running.steps.next(outcome);
      this.onStep();
      if (step.done === true) {
        this.running = undefined;
        running.done(step.value);
        return;
      }
      outcome = this.perform(step.value);
    }
  }

  /** Keeps the page in RAM as the flash is after a write or an erasure; one that failed leaves it unknown. */
  protected follow(request: FlashRequest, performed: boolean): void {
    if (request.operation === 'read') return;
    if (performed) this.window.follow(request);
    else this.window.page = NO_PAGE;
  }
}

/** Split-phase: each request is a call of the HIL, and the operation goes on in its callback. */
export class SplitPhaseFlash extends Runner implements hil.flash.ByteClient {
  private writeBuffer: Uint8Array;
  private request: FlashRequest | undefined;

  constructor(
    private readonly flash: hil.flash.ByteFlash,
    erasesPerPage: number,
    deferredCalls: DeferredCalls,
  ) {
    super(geometryOf(flash, erasesPerPage), deferredCalls);
    this.writeBuffer = new Uint8Array(flash.pageSize);
    flash.setClient(this);
  }

  protected perform(request: FlashRequest): undefined | false {
    this.request = request;
    const accepted = this.call(request);
    if (accepted) return undefined;
    this.request = undefined;
    return false;
  }

  private call({ operation, page, byteOffset, length, bytes }: FlashRequest): boolean {
    const { flash, window } = this;
    switch (operation) {
      case 'read': {
        const started = flash.readBytes(page * flash.pageSize, window.lend(), flash.pageSize);
        if (!started.ok) window.drop(started.error[1]);
        return started.ok;
      }
      case 'write': {
        this.writeBuffer.set(bytes);
        const address = page * flash.pageSize + byteOffset;
        const started = flash.writeBytes(address, this.writeBuffer, length);
        if (!started.ok) this.writeBuffer = started.error[1];
        return started.ok;
      }
      case 'erase':
        return flash.erasePage(page).ok;
    }
  }

  bytesRead(buffer: Uint8Array, _length: number, result: Result<void, hil.flash.FlashError>): void {
    const { request, window } = this;
    if (!result.ok || request === undefined) window.drop(buffer);
    else {
      window.fill(request.page, buffer);
      window.copy(request);
    }
    this.finish(result.ok);
  }

  bytesWritten(
    buffer: Uint8Array,
    _length: number,
    result: Result<void, hil.flash.FlashError>,
  ): void {
    this.writeBuffer = buffer;
    this.finish(result.ok);
  }

  eraseComplete(result: Result<void, hil.flash.FlashError>): void {
    this.finish(result.ok);
  }

  /** Page-level calls are never made here. */
  readComplete(): void {
    assert(false, 'a page read completed that nobody asked for');
  }

  writeComplete(): void {
    assert(false, 'a page write completed that nobody asked for');
  }

  private finish(performed: boolean): void {
    const { request } = this;
    this.request = undefined;
    if (request !== undefined) this.follow(request, performed);
    this.resume(performed);
  }
}

/** Performs operations inside the call. */
export interface StoreFlashAtOnce {
  /** What the store is made on. */
  readonly storage: Storage;
  /** Runs an operation to its end: its result. */
  run<T>(steps: Steps<T>): T;
}

/** At once: time passes inside the call, and nothing else runs meanwhile. */
export class AtOnceFlash extends Runner implements StoreFlashAtOnce {
  constructor(
    private readonly flash: hil.flash.BlockingFlash,
    erasesPerPage: number,
    deferredCalls: DeferredCalls,
  ) {
    super(geometryOf(flash, erasesPerPage), deferredCalls);
  }

  /** Runs an operation to its end inside the call; not while another runs. */
  run<T>(steps: Steps<T>): T {
    for (let performed = true; ;) {
      const step = steps.next(performed);
      this.onStep();
      if (step.done === true) return step.value;
      performed = this.perform(step.value);
    }
  }

  protected perform(request: FlashRequest): boolean {
    const performed = this.call(request);
    this.follow(request, performed);
    return performed;
  }

  private call(request: FlashRequest): boolean {
    const { operation, page, byteOffset, length, bytes } = request;
    const { flash, window } = this;
    const address = page * flash.pageSize;
    switch (operation) {
      case 'read': {
        const buffer = window.lend();
        const read = flash.readBytes(address, buffer, flash.pageSize).ok;
        if (!read) return false;
        window.fill(page, buffer);
        window.copy(request);
        return true;
      }
      case 'write':
        return flash.writeBytes(address + byteOffset, bytes, length).ok;
      case 'erase':
        return flash.erasePage(page).ok;
    }
  }
}
