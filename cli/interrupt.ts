// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Ctrl-C as a signal to finish early: the first one asks, a second one ends the process as ever.
 *
 * NON-TOCK: the simulator's own command line.
 */

/** Runs work that looks at a signal; while it runs, the first SIGINT fires the signal. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  process.once('SIGINT', abort);
  try {
    return await work(controller.signal);
  } finally {
    process.removeListener('SIGINT', abort);
  }
}
