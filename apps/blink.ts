// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Counts in binary on the lights; while a button is pressed, they show the count turned inside out.
 *
 * NON-TOCK: after `blink` of libtock-c, which uses no buttons.
 */
import type { Libtock } from './libtock/libtock.ts';
import type { Userspace } from './libtock/userspace.ts';

/** What a harness may ask for. */
export interface BlinkArgs {
  /** Steps to count; default 10. */
  readonly times?: number;
  /** Milliseconds a step; default 250. */
  readonly periodMs?: number;
}

const TIMES = 10;
const PERIOD = 250;
const NO_LIGHTS = 1;

/** Counts from 1, and leaves all lights out; 1 when the board has none. */
export function* main(tock: Libtock): Userspace<number> {
  const { times = TIMES, periodMs = PERIOD } = (tock.args ?? {}) as BlinkArgs;
  const lights = yield* tock.led.count();
  if (lights === 0) return NO_LIGHTS;
  const state = { count: 0, inverted: false, steps: 0 };
  const show = function* (): Userspace {
    yield* tock.led.show(
      state.inverted ? 2 ** lights - 1 - (state.count % 2 ** lights) : state.count,
    );
  };
  yield* watchButtons(tock, function* (pressed) {
    state.inverted = pressed;
    yield* show();
  });

  const period = Math.round((periodMs * (yield* tock.alarm.frequency())) / 1000);
  let reference = yield* tock.alarm.now();
  while (state.count < times) {
    state.count++;
    yield* show();
    yield* tock.alarm.setAbsolute(reference, period, () => {
      state.steps++;
    });
    while (state.steps < state.count) yield* tock.yieldWait();
    reference = (reference + period) >>> 0;
  }
  yield* tock.button.listen(null);
  yield* tock.led.show(0);
  return 0;
}

/** Calls back at each press and release of any button; a board without buttons has none. */
function* watchButtons(tock: Libtock, changed: (pressed: boolean) => Userspace): Userspace {
  const buttons = yield* tock.button.count();
  yield* tock.button.listen((_error, _index, pressed) => changed(pressed));
  for (let index = 0; index < buttons; index++) yield* tock.button.enable(index);
}
