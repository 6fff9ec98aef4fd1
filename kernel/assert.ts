// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What Tock would panic on. An assertion that fails stops the simulated board, never one process.
 *
 * NON-TOCK: stands for Rust's `panic!` and `assert!`.
 */

/** A kernel invariant is broken, or the fault policy says panic: the board stops. */
export class KernelPanic extends Error {
  override readonly name = 'KernelPanic';
}

/** Stops the board with a sentence. */
export function panic(sentence: string): never {
  throw new KernelPanic(sentence);
}

/** Panics with the sentence unless the condition holds. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) panic(sentence);
}
