// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Several alarms from one: a repeating one, a single one, and one that is stopped before it fires.
 *
 * NON-TOCK: the driver gives a process one alarm; libraries make more of it.
 */
import type { Libtock } from './libtock/libtock.ts';
import type { Userspace } from './libtock/userspace.ts';

const REPEATS = 4;

/** Ticks four times a second for a second, sleeps, and stops an alarm in time. */
export function* main(tock: Libtock): Userspace<number> {
  const frequency = yield* tock.alarm.frequency();
  const quarter = Math.round(frequency / 4);
  let fired = 0;
  for (let tick = 1; tick <= REPEATS; tick++) {
    yield* tock.alarm.setRelative(quarter, () => {
      fired++;
    });
    while (fired < tick) yield* tock.yieldWait();
    yield* tock.console.print(`tick ${tick}\n`);
  }
  yield* tock.alarm.sleep(500);
  yield* tock.console.print('slept 500 ms\n');
  yield* tock.alarm.setRelative(quarter, () => {
    fired++;
  });
  const stopped = yield* tock.alarm.stop();
  yield* tock.console.print(stopped.ok ? 'stopped one in time\n' : 'could not stop it\n');
  return fired === REPEATS && stopped.ok ? 0 : 1;
}
