// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Pins: outputs that lamps hang on, inputs whose edges interrupt.
 *
 * Mirrors `chips/nrf52/src/gpio.rs`. An edge latches its pin and raises GPIOTE, which all pins share.
 */
import { Port } from '../silicon/pin.ts';
import { InterruptLine, type Interrupts } from './interrupts.ts';

/** P0.00 to P0.31 and P1.00 to P1.15, from nrf52840.svd. */
const PINS = 48;

/** All pins: P0.n is number n, P1.n is 32 + n. */
export class Gpio extends Port {
  constructor(interrupts: Interrupts) {
    super(PINS, () => interrupts.raise(InterruptLine.GPIOTE));
    interrupts.connect(InterruptLine.GPIOTE, () => this.handleInterrupt());
  }

  private handleInterrupt(): void {
    for (const pin of this.pins) pin.handleInterrupt();
  }
}
