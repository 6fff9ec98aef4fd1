// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What workers and their master tell each other while shards run: stop; so many cuts more.
 *
 * NON-TOCK: a worker deep in a shard reads no messages, but it can look at memory that all share.
 */

/** Words of the shared memory. */
const STOP = 0;
const CUTS = 1;

/** The shared memory of one campaign. */
export class Control {
  private readonly words: Int32Array;

  /** `memory` crosses threads and makes the same control again there. */
  constructor(readonly memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.words = new Int32Array(memory);
  }

  /** Asks every worker to return what it has. */
  stop(): void {
    Atomics.store(this.words, STOP, 1);
  }

  /** Whether `stop` was called, on whatever side. */
  get isStopped(): boolean {
    return Atomics.load(this.words, STOP) === 1;
  }

  /** A worker did so many cuts more. */
  addCuts(count: number): void {
    Atomics.add(this.words, CUTS, count);
  }

  /** The cuts of all workers since the last call; to be called at least every 2^31 of them. */
  takeCuts(): number {
    return Atomics.exchange(this.words, CUTS, 0);
  }
}
