// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How long a command may work, on the host's clock.
 *
 * NON-TOCK: the simulator's own command line.
 */
import type { Nanoseconds } from '#kernel/time';

const NANOSECONDS_PER_MILLISECOND = 1e6;

export class Budget {
  private readonly end: number;

  /** @param time from now on; undefined: for ever. */
  constructor(time: Nanoseconds | undefined) {
    this.end =
      time === undefined ? Infinity : performance.now() + time / NANOSECONDS_PER_MILLISECOND;
  }

  /** Whether the time is over. */
  get isSpent(): boolean {
    return performance.now() >= this.end;
  }
}
