// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Speed of virtual time: scheduling and firing hardware events.
 *
 * NON-TOCK: the clock has no counterpart in Tock.
 */
import { Clock } from '#kernel/clock';
import { FOREVER, ns, us } from '#kernel/time';
import { perSecond, type BenchRow } from './row.ts';

const EVENTS = 1_000_000;
const STEPS = 5_000_000;

/** Keeps `pending` events in the queue: each one that fires schedules its successor. */
function fireEvents(pending: number): number {
  const clock = new Clock();
  let fired = 0;
  const fire = (): void => {
    fired += 1;
    // Uneven steps, so that events do not stay in the order in which they were scheduled.
    if (fired <= EVENTS) clock.schedule(ns(clock.now + 1 + ((fired * 7919) % 1009)), fire);
  };
  for (let index = 0; index < pending; index++) clock.schedule(ns(index), fire);
  return perSecond(EVENTS, () => {
    while (clock.nextEvent !== FOREVER) clock.advanceTo(clock.nextEvent);
  });
}

/** Lets time pass in steps with one event far away, as a process that computes does. */
function passTime(): number {
  const clock = new Clock();
  clock.schedule(us(STEPS), () => undefined);
  return perSecond(STEPS, () => {
    for (let step = 0; step < STEPS; step++) clock.advance(ns(1));
  });
}

/** Rows about the clock; the peer is a heap of event objects without a clock around it. */
export const CLOCK_ROWS: readonly BenchRow[] = [
  {
    name: 'clock events, 64 pending',
    unit: '/s',
    toReach: 3e6,
    peer: 'bare heap 9.5 M/s',
    run: () => fireEvents(64),
  },
  { name: 'clock steps, no event due', unit: '/s', toReach: 50e6, run: passTime },
];
