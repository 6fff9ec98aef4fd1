// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Watches over an app's `main` from the host's side: what it throws, and what it returns.
 *
 * NON-TOCK: a compiled app cannot throw, and returns an int by its type.
 */

/** A process's entry point, of whatever it is that it traps with. */
type Main<Tock, Trap, Answer> = (tock: Tock) => Generator<Trap, unknown, Answer>;

/**
 * The same app: an error that leaves it is shown to `onThrow` and goes on to be a fault of the process; a
 * result that is no whole number is such an error.
 */
export function guard<Tock, Trap, Answer>(
  main: Main<Tock, Trap, Answer>,
  onThrow: (error: unknown) => void,
): (tock: Tock) => Generator<Trap, number, Answer> {
  return function* guarded(tock) {
    try {
      const running: unknown = main(tock);
      if (!isGenerator<Trap, Answer>(running)) {
        throw new TypeError('main is no generator function (function*)');
      }
      return completionCode(yield* running);
    } catch (error) {
      onThrow(error);
      throw error;
    }
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
