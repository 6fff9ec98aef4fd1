// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A LED on a pin.
 *
 * NON-TOCK: Tock's `LedLow` and `LedHigh` stand in its HIL file, where ours has interfaces only.
 */
import type * as hil from '#kernel/hil';
import type { Pin } from './pin.ts';

/** A light on a pin of any chip. */
export class Led implements hil.led.Led {
  /** @param litBy the level of the pin that lights it; `low` on the nRF52840 DK. */
  constructor(
    private readonly pin: Pin,
    private readonly litBy: 'high' | 'low',
  ) {}

  init(): void {
    this.pin.makeOutput();
  }

  on(): void {
    this.write(true);
  }

  off(): void {
    this.write(false);
  }

  toggle(): void {
    this.pin.toggle();
  }

  read(): boolean {
    return this.pin.read() === (this.litBy === 'high');
  }

  private write(lit: boolean): void {
    if (lit === (this.litBy === 'high')) this.pin.set();
    else this.pin.clear();
  }
}
