// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store with counters on a flash in memory.
 *
 * NON-TOCK: test support.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { CounterStore } from '#libraries/persistent-store/extensions/counters';
import type { Overflow } from '#libraries/persistent-store/extensions/counters';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import type { Geometry, Steps } from '#libraries/store/storage';
import type { Result } from '#kernel/result';

/** The store on a flash, or undefined when it does not open. */
export function openCounters(flash: BufferStorage, deferred = false): CounterStore | undefined {
  const store = new CounterStore(deferred ? new DeferredStorage(flash) : flash);
  return runAtOnce(store.boot(), flash).ok ? store : undefined;
}

/** A flash and the open store with counters on it; what is called must succeed unless said otherwise. */
export class CounterDesk {
  readonly flash: BufferStorage;
  store: CounterStore;

  constructor(
    shape: Geometry | BufferStorage,
    readonly deferred = false,
  ) {
    this.flash = shape instanceof BufferStorage ? shape : new BufferStorage(shape);
    this.store = this.opened();
  }

  private opened(): CounterStore {
    return openCounters(this.flash, this.deferred) ?? expect.fail('does not open');
  }

  reboot(): void {
    this.store = this.opened();
  }

  outcome(steps: Steps<Result<unknown, string>>): string {
    const result = runAtOnce(steps, this.flash);
    return result.ok ? 'Ok' : result.error;
  }

  create(id: number, value: number, overflow: Overflow = 'wraps'): void {
    expect(this.outcome(this.store.createCounter(id, value, overflow))).to.equal('Ok');
  }

  increment(id: number, times = 1): void {
    for (let n = 0; n < times; n++) {
      expect(this.outcome(this.store.incrementCounter(id))).to.equal('Ok');
    }
  }

  read(id: number): number | string {
    const result = this.store.readCounter(id);
    return result.ok ? result.value : result.error;
  }

  lifetime(): number {
    const result = runAtOnce(this.store.lifetime(), this.flash);
    return result.ok ? result.value.used : expect.fail(result.error);
  }

  capacity(): number {
    const result = this.store.capacity();
    return result.ok ? result.value.used : expect.fail(result.error);
  }
}
