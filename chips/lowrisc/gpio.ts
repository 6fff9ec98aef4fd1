// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Pins: outputs that lamps hang on, inputs whose edges interrupt.
 *
 * Mirrors `chips/lowrisc/src/gpio.rs`. Each pin has a source of its own; they are neighbours and are served in the
 * order of the pins.
 */
import { Port } from '../silicon/pin.ts';
import { InterruptSource, type Interrupts } from './interrupts.ts';

/** Bits of the data registers (`gpio.rs`). */
const PINS = 32;

/** All pins, by number. */
export class Gpio extends Port {
  constructor(interrupts: Interrupts) {
    super(PINS, () => interrupts.raise(InterruptSource.GPIO));
    interrupts.connect(InterruptSource.GPIO, () => this.handleInterrupt());
  }

  private handleInterrupt(): void {
    for (const pin of this.pins) pin.handleInterrupt();
  }
}
