// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interface for random words.
 *
 * Mirrors `kernel/src/hil/rng.rs` (`Rng`, `Client`, `Continue`).
 */
import type { Result } from '../result.ts';

/** Whether a client wants to be called again with more words. */
export type Continue = 'More' | 'Done';

/** Who gets random words. */
export interface Client {
  /**
   * Words are there: the iterator gives 32-bit ones until it runs dry. FAIL: the source is broken;
   * CANCEL: after `cancel`, in case a call was on its way. `More` asks for another call.
   */
  randomnessAvailable(randomness: Iterator<number>, result: Result): Continue;
}

/** A source of random 32-bit words. */
export interface Rng {
  setClient(client: Client): void;
  /** Asks for words. OFF: the source is off; FAIL: it is broken. A callback follows on success. */
  get(): Result;
  /** Takes the wish back; FAIL when a callback is on its way already. */
  cancel(): Result;
}
