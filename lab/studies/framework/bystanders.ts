// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Processes that have nothing to do with flash, and how long they wait when somebody else has.
 *
 * NON-TOCK: on hardware, pins and a logic analyser.
 */
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import type { AppMain } from '#boards/board';
import { percentile } from '../../report/columns.ts';

/** An app that does something at each period of so many ns; what it is late for it makes up for. */
export function every(
  period: number,
  now: () => number,
  act: (tock: Libtock, due: number) => Userspace,
): AppMain {
  return function* main(tock) {
    const frequency = yield* tock.alarm.frequency();
    for (let due = now() + period; ; due += period) {
      const ticks = Math.ceil(((due - now()) * frequency) / 1e9);
      if (ticks > 0) yield* tock.alarm.sleepTicks(ticks);
      yield* act(tock, due);
    }
  };
}

const SHARES = [1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001];
/** What a logarithmic axis can show. */
const LEAST_MS = 0.01;

/** The share of samples, in ms, above each value: the tail is what counts. */
export function tail(samples: readonly number[]): (readonly [number, number])[] {
  return SHARES.map(
    (share) => [Math.max(LEAST_MS, percentile(samples, 1 - share)), share] as const,
  );
}
