// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What Tock would panic on. An assertion that fails stops the simulated board, never one process.
 *
 * NON-TOCK: stands for Rust's `panic!` and `assert!`.
 */

/** A kernel invariant is broken, or the fault policy says panic: the board stops. */
export class KernelPanic extends Error {
  override readonly name: string = 'KernelPanic';
}

/** Stops the board with a sentence. */
export function panic(sentence: string): never {
  throw new KernelPanic(sentence);
}

/** A capsule did what Rust's compiler refuses: it used what it had given away, or what it was lent for a call. */
export class CompileError extends KernelPanic {
  override readonly name = 'CompileError';
}

/** Stops the board where Rust's compiler would have refused the capsule. */
export function refuseToCompile(what: string): never {
  throw new CompileError(`${what}: Rust's compiler refuses such a capsule`);
}

/** Panics with the sentence unless the condition holds. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) panic(sentence);
}
