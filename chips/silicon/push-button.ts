// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A button that somebody presses: it pulls a wire, and the wire goes back when it is released.
 *
 * NON-TOCK: matter, without bouncing.
 */

/** What a button pulls at. */
export interface Wire {
  /** The level from outside is this now. */
  drive(high: boolean): void;
}

export class PushButton {
  /** @param pressedLevel the level of the wire while the button is pressed; `low` on the nRF52840 DK. */
  constructor(
    private readonly wire: Wire,
    private readonly pressedLevel: 'high' | 'low',
  ) {
    this.release();
  }

  press(): void {
    this.wire.drive(this.pressedLevel === 'high');
  }

  release(): void {
    this.wire.drive(this.pressedLevel === 'low');
  }
}
