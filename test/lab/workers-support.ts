// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the threads of `workers.spec.ts` run.
 *
 * NON-TOCK: tests.
 */

/** Blocks its thread for some milliseconds and returns them. */
export function wait(milliseconds: number): number {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  return milliseconds;
}

/** Fails. */
export function fail({ why }: { readonly why: string }): never {
  throw new Error(why);
}
