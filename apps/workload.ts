// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a workload's line says: one store call, and when a user's action causes it.
 *
 * NON-TOCK: recorded use, where a real key has a user.
 */

/** One update of a transaction, its value given by its size. */
export type WorkloadUpdate =
  | { readonly op: 'insert'; readonly key: number; readonly size: number }
  | { readonly op: 'remove'; readonly key: number };

/** The call of a line. `boot` is a power cycle of the whole board. */
export type WorkloadCall =
  | WorkloadUpdate
  | { readonly op: 'find'; readonly key: number }
  | { readonly op: 'transaction'; readonly updates: readonly WorkloadUpdate[] }
  | { readonly op: 'clear'; readonly key: number }
  | { readonly op: 'prepare'; readonly words: number }
  | { readonly op: 'boot' }
  | { readonly op: 'iterate'; readonly from?: number; readonly to?: number };

/** One line. */
export type WorkloadLine = WorkloadCall & {
  /** Earliest start, milliseconds since the first power-on. */
  readonly t: number;
  /** The kind of command that makes the call. */
  readonly event: string;
  /** Number of the user's action. */
  readonly act: number;
  /** What the user does, on an action's first line. */
  readonly label?: string;
};
