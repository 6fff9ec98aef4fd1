// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Wants to run every millisecond, and says how late it was: what a busy neighbour does to a timer.
 *
 * NON-TOCK: measures the simulator's own boards.
 */
import type { Libtock } from './libtock/libtock.ts';
import type { Userspace } from './libtock/userspace.ts';

/** What a harness may ask for. */
export interface TickerArgs {
  /** Periods to run; default 1000. */
  readonly periods?: number;
  /** Gets the lateness of each period in milliseconds; without it a summary is printed. */
  readonly lateness?: number[];
}

const PERIODS = 1000;
const BOUNDS = [0.1, 0.5, 1, 10, 100];

/** Runs its periods; a period that is missed is made up for at once. */
export function* main(tock: Libtock): Userspace<number> {
  const { periods = PERIODS, lateness } = (tock.args ?? {}) as TickerArgs;
  const late: number[] = [];
  const frequency = yield* tock.alarm.frequency();
  const period = Math.round(frequency / 1000);
  let reference = yield* tock.alarm.now();
  let fired = 0;
  for (let count = 0; count < periods; count++) {
    yield* tock.alarm.setAbsolute(reference, period, () => {
      fired++;
    });
    while (fired <= count) yield* tock.yieldWait();
    reference = (reference + period) >>> 0;
    const now = yield* tock.alarm.now();
    const milliseconds = (((now - reference) >>> 0) / frequency) * 1000;
    late.push(milliseconds);
    lateness?.push(milliseconds);
  }
  if (lateness === undefined) yield* tock.console.print(summary(late));
  return 0;
}

function summary(late: readonly number[]): string {
  const counts = BOUNDS.map((bound, index) => {
    const from = BOUNDS[index - 1] ?? 0;
    return `under ${bound} ms ${late.filter((time) => time >= from && time < bound).length}`;
  });
  return `${late.length} periods of 1 ms, late by: ${counts.join(', ')}\n`;
}
