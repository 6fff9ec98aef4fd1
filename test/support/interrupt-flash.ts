// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store's flash for tests of its capsules: in memory, done by an interrupt, failing on demand.
 *
 * NON-TOCK: tests.
 */
import type { StoreDone, StoreFlash } from '#capsules/extra/store-flash';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry, Steps } from '#libraries/store/storage';
import type { Testbench } from './testbench.ts';

/** Answers `false` to the n-th write or erasure, which then changes nothing. */
export class FailingStorage extends BufferStorage {
  left = Infinity;

  private fails(): boolean {
    return --this.left === 0;
  }
  override write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    return !this.fails() && super.write(page, byteOffset, bytes, start, length);
  }
  override erase(page: number): boolean {
    return !this.fails() && super.erase(page);
  }
}

/** Runs each operation at once and completes it when the process is out of its call. */
export class InterruptFlash implements StoreFlash {
  onStep = (): void => undefined;
  /** While set, completions wait for `release`. */
  held = false;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly bench: Testbench,
    geometry: Geometry,
    readonly storage: FailingStorage = new FailingStorage(geometry),
  ) {}

  start<T>(steps: Steps<T>, done: StoreDone<T>): void {
    const complete = (): void => {
      const result = runAtOnce(steps);
      this.onStep();
      done(result);
    };
    if (this.held) this.waiting.push(complete);
    else this.bench.chip.raise(complete);
  }

  /** Completes what waits, by interrupts. */
  release(): void {
    this.held = false;
    for (const complete of this.waiting.splice(0)) this.bench.chip.raise(complete);
  }
}
