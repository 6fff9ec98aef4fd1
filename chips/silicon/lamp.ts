// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A light on a wire, as somebody in front of the board sees it.
 *
 * NON-TOCK: matter.
 */

export class Lamp {
  lit = false;
  /** How often it went on or off since it was wired. */
  changes = 0;

  /** @param litBy the level of the wire at which it shines. */
  constructor(private readonly litBy: 'high' | 'low') {}

  /** The wire has a level now. */
  feel(high: boolean): void {
    const lit = high === (this.litBy === 'high');
    if (lit === this.lit) return;
    this.lit = lit;
    this.changes++;
  }
}
