// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * In what the store differs from OpenSK's crate, as data: each difference can be put back.
 *
 * NON-TOCK: `upstream` does what OpenSK's `libraries/persistent_store` does, write by write; `ours` is the default.
 */

/** What recovery does where the crate leaves something undone. */
export interface Mode {
  /**
   * Rolling a transaction back, wipe the entries that an earlier roll-back had marked deleted when it was cut. The crate skips
   * them: their values stay readable after a recovery that completed, until the one after it.
   */
  readonly wipesInRollBack: boolean;
}

/** The modes by name. */
export const MODES = {
  ours: { wipesInRollBack: true },
  upstream: { wipesInRollBack: false },
} as const satisfies Record<string, Mode>;
/** The name of a mode. */
export type ModeName = keyof typeof MODES;
