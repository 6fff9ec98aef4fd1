// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a command may touch of the host besides files: two streams.
 *
 * NON-TOCK: the simulator's own command line.
 */

/** Handed to every command; tests hand in their own. */
export interface CliContext {
  /** Results. */
  readonly out: (text: string | Uint8Array) => void;
  /** Progress, and the one line that says why there is no result. */
  readonly err: (text: string) => void;
  /** Whether progress may be drawn on stderr. */
  readonly interactive: boolean;
}
