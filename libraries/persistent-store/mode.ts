// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * In what the store differs from OpenSK's crate, as data: each difference can be put back.
 *
 * NON-TOCK: `upstream` does what OpenSK's `libraries/persistent_store` does, write by write; `ours` is the default.
 */

/** What is done where the crate leaves something undone. */
export interface Mode {
  /**
   * Rolling a transaction back, wipe the entries that an earlier roll-back had marked deleted when it was cut. The crate skips
   * them: their values stay readable after a recovery that completed, until the one after it.
   */
  readonly wipesInRollBack: boolean;
  /**
   * Recovery ends with InvalidStorage at the first word too many of a transaction, instead of collecting all keys that follow
   * its marker: so a crafted flash cannot make it need more memory than a sound one.
   */
  readonly stopsAtCount: boolean;
  /**
   * In the last cycle, look at all words up to the end of life and none beyond, where the first page stands again. The crate
   * stops a window after the head; what an emergency wrote there it would not find.
   */
  readonly reachesEndOfLife: boolean;
}

/** The modes by name. */
export const MODES = {
  ours: { wipesInRollBack: true, stopsAtCount: true, reachesEndOfLife: true },
  upstream: { wipesInRollBack: false, stopsAtCount: false, reachesEndOfLife: false },
} as const satisfies Record<string, Mode>;
/** The name of a mode. */
export type ModeName = keyof typeof MODES;
