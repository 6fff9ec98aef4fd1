// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Checks from the host's side that an app's `main` is a generator function and returns a completion code.
 *
 * NON-TOCK: a compiled app has a `main` that returns an int, by its type.
 */

/** A process's entry point, of whatever it is that it traps with. */
type Main<Tock, Trap, Answer> = (tock: Tock) => Generator<Trap, unknown, Answer>;

/** The same app; what is wrong with it is thrown inside the process, and is its fault. */
export function guard<Tock, Trap, Answer>(
  main: Main<Tock, Trap, Answer>,
): (tock: Tock) => Generator<Trap, number, Answer> {
  return function* guarded(tock) {
    const running: unknown = main(tock);
    if (!isGenerator<Trap, Answer>(running)) {
      throw new TypeError('main is no generator function (function*)');
    }
    return completionCode(yield* running);
  };
}

function isGenerator<Trap, Answer>(value: unknown): value is Generator<Trap, unknown, Answer> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function completionCode(result: unknown): number {
  if (typeof result === 'number' && Number.isInteger(result) && result >= 0 && result < 2 ** 32) {
    return result;
  }
  const shown = typeof result === 'string' ? JSON.stringify(result) : String(result);
  throw new TypeError(
    `main returned ${shown}: a completion code is a whole number from 0 to 2^32 - 1`,
  );
}
