// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The OpenTitan chip Earl Grey: its peripherals on one clock.
 *
 * Mirrors `chips/earlgrey/src/chip.rs`. The flash controller is not made here: whoever makes it connects
 * its bottom half by `chip.interrupts.connect(InterruptSource.FLASH_CTRL, …)` and raises the same source.
 */
import type { Clock } from '#kernel/clock';
import type { Chip } from '#kernel/platform/chip';
import { Random } from '#kernel/random';
import { CsRng } from '../lowrisc/csrng.ts';
import { Gpio } from '../lowrisc/gpio.ts';
import { Interrupts } from '../lowrisc/interrupts.ts';
import { RvTimer } from '../lowrisc/rv-timer.ts';
import { Uart } from '../lowrisc/uart.ts';

/** What a chip is powered on with. */
export interface EarlGreyOptions {
  readonly clock: Clock;
  /** Gets what the serial port sends. */
  readonly line: (bytes: Uint8Array) => void;
  /** Seed of the random words; default 0. */
  readonly seed?: number;
}

/** One chip from power-on to power-off. */
export class EarlGrey implements Chip {
  /** Where a controller from outside, the flash's, connects and raises its source. */
  readonly interrupts = new Interrupts();
  readonly timer: RvTimer;
  readonly uart: Uart;
  readonly gpio: Gpio;
  readonly csrng: CsRng;

  constructor({ clock, line, seed = 0 }: EarlGreyOptions) {
    this.timer = new RvTimer(clock, this.interrupts);
    this.uart = new Uart(clock, this.interrupts, line);
    this.gpio = new Gpio(this.interrupts);
    this.csrng = new CsRng(clock, this.interrupts, new Random(seed));
  }

  hasPendingInterrupts(): boolean {
    return this.interrupts.hasPending();
  }

  servicePendingInterrupts(): void {
    this.interrupts.service();
  }
}
