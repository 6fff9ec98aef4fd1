// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Software interrupts: how a driver calls its client back without calling it inside the client's call.
 *
 * Mirrors `kernel/src/deferred_call.rs`. At most 32; the lowest index is served first (case E22);
 * one that was created and never registered panics when the kernel starts (case E21).
 */
import { assert, panic } from './assert.ts';

const MAX_DEFERRED_CALLS = 32;

/** What a deferred call reaches. */
export interface DeferredCallClient {
  handleDeferredCall(): void;
}

/** All deferred calls of one kernel. NON-TOCK: an object handed in, where Tock has statics. */
export class DeferredCalls {
  private readonly clients: (DeferredCallClient | undefined)[] = [];
  private pending = 0;

  /** Reserves the next index. */
  create(): DeferredCall {
    assert(this.clients.length < MAX_DEFERRED_CALLS, 'more than 32 deferred calls were created');
    this.clients.push(undefined);
    return new DeferredCall(this, this.clients.length - 1);
  }

  /** @internal */
  register(index: number, client: DeferredCallClient): void {
    this.clients[index] = client;
  }

  /** @internal */
  set(index: number): void {
    this.pending |= 1 << index;
  }

  /** @internal */
  isSet(index: number): boolean {
    return (this.pending & (1 << index)) !== 0;
  }

  hasTasks(): boolean {
    return this.pending !== 0;
  }

  /** Runs the pending call with the lowest index. */
  serviceNextPending(): void {
    if (this.pending === 0) return;
    const index = 31 - Math.clz32(this.pending & -this.pending);
    this.pending &= ~(1 << index);
    this.clients[index]?.handleDeferredCall();
  }

  /** Panics unless each created call has a client. */
  verifySetup(): void {
    const orphan = this.clients.indexOf(undefined);
    if (orphan >= 0) panic(`deferred call ${orphan.toString()} was created but never registered`);
  }
}

/** One deferred call, owned by the driver that created it. */
export class DeferredCall {
  constructor(
    private readonly calls: DeferredCalls,
    private readonly index: number,
  ) {}

  /** Names the client; must happen before the kernel runs. */
  register(client: DeferredCallClient): void {
    this.calls.register(this.index, client);
  }

  /** Asks for the client to be called once, after the present work. */
  set(): void {
    this.calls.set(this.index);
  }

  isPending(): boolean {
    return this.calls.isSet(this.index);
  }
}
