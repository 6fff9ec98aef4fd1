// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store's flash for tests of its capsules, one access a step: when the test says so, or by interrupts.
 *
 * NON-TOCK: tests.
 */
import type { StoreDone, StoreFlash } from '#capsules/extra/store-flash';
import { assert } from '#kernel/assert';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { perform } from '#libraries/store/run-at-once';
import { DeferredStorage, type Geometry, type Steps } from '#libraries/store/storage';

interface Running {
  readonly steps: Steps<unknown>;
  readonly done: StoreDone<unknown>;
}

/** Performs one access a step. */
export class SteppedFlash implements StoreFlash {
  /** What a store is made on: each access becomes a step. */
  readonly storage: DeferredStorage;
  onStep = (): void => undefined;
  /** Operations that were started. */
  started = 0;
  /** While set, no interrupt goes on. */
  held = false;
  private running: Running | undefined;
  private performed = true;

  constructor(
    geometry: Geometry,
    private readonly raise: (handler: () => void) => void = () => undefined,
    readonly cells: BufferStorage = new BufferStorage(geometry),
  ) {
    this.storage = new DeferredStorage(geometry);
  }

  start<T>(steps: Steps<T>, done: StoreDone<T>): void {
    assert(this.running === undefined, 'one operation at a time');
    this.started++;
    this.performed = true;
    this.running = { steps, done: done as StoreDone<unknown> };
    this.goOn();
  }

  /** Goes on by interrupts. */
  release(): void {
    this.held = false;
    this.goOn();
  }

  private goOn(): void {
    if (this.held || this.running === undefined) return;
    this.raise(() => {
      const { started } = this;
      // What was started meanwhile goes on by itself.
      if (!this.held && this.step() && this.started === started) this.goOn();
    });
  }

  /** Makes one access, or ends the operation: whether there was anything to do. */
  step(): boolean {
    const { running } = this;
    if (running === undefined) return false;
    const { done, value } = running.steps.next(this.performed);
    if (done === true) {
      this.running = undefined;
      running.done(value);
    } else this.performed = perform(value, this.cells);
    return true;
  }

  settle(): void {
    while (this.step());
  }
}
