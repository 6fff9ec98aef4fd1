// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What two apps do while a capsule misbehaves: one script for all cells, in which each misbehaviour finds its
 * occasion, and after which an honest capsule has done nothing that anybody could complain of.
 *
 * NON-TOCK. One step a millisecond; upcalls come between steps.
 */
import type { Userspace } from '#apps/libtock/userspace';
import type { Victim } from './victim.ts';

/** One step of one of the two. */
export interface Step {
  readonly who: 0 | 1;
  readonly act: (app: Victim) => Userspace;
}

const LONG = 16;
const SHORT = 8;
/** A number that the driver does not have. */
const NO_NUMBER = 7;

function* lendAll(app: Victim): Userspace {
  for (const number of [0, 1]) {
    yield* app.subscribe(number);
    yield* app.allow(number, LONG);
  }
}

function* takeBack(app: Victim, number: number): Userspace {
  yield* app.unsubscribe(number);
  yield* app.unallow(number);
}

function* lendAnew(app: Victim, number: number, length: number): Userspace {
  yield* app.subscribe(number);
  yield* app.allow(number, length);
}

/** The script, in order. */
export const SCENARIO: readonly Step[] = [
  { who: 0, act: (app) => lendAll(app) },
  { who: 1, act: (app) => lendAll(app) },
  { who: 0, act: (app) => app.work(0, 0x11) },
  { who: 1, act: (app) => app.work(1, 0x12) },
  { who: 0, act: (app) => app.rearrange() },
  {
    who: 0, // Two at once: one that floods the queue loses the other's.
    act: function* (app) {
      yield* app.work(0, 0x21);
      yield* app.work(1, 0x22);
    },
  },
  { who: 1, act: (app) => app.work(0, 0x23) },
  { who: 0, act: (app) => lendAnew(app, 0, SHORT) },
  { who: 0, act: (app) => app.work(0, 0x31) },
  {
    who: 0, // A lawful refusal.
    act: (app) => lendAnew(app, NO_NUMBER, SHORT),
  },
  { who: 1, act: (app) => lendAnew(app, 1, LONG) },
  { who: 1, act: (app) => app.work(1, 0x41) },
  { who: 0, act: (app) => takeBack(app, 0) },
  { who: 0, act: (app) => app.work(0, 0x51) },
  { who: 0, act: (app) => app.work(1, 0x52) },
  { who: 1, act: (app) => takeBack(app, 1) },
  { who: 1, act: (app) => app.work(0, 0x61) },
  { who: 0, act: (app) => app.exit() },
  { who: 1, act: (app) => app.work(0, 0x71) },
  { who: 1, act: (app) => takeBack(app, 0) },
  { who: 1, act: (app) => app.work(0, 0x72) },
  { who: 1, act: (app) => app.exit() },
];
