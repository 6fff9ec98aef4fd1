// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The serial port: whole buffers by EasyDMA, 115,200 baud, ten bits a byte.
 *
 * Mirrors `chips/nrf52/src/uart.rs`. A byte that comes while nobody receives is lost, as on the part.
 */
import type { Clock } from '#kernel/clock';
import { SerialPort } from '../silicon/serial-port.ts';
import { InterruptLine, type Interrupts } from './interrupts.ts';

/** UARTE0. */
export class Uarte extends SerialPort {
  /** @param line the other end of the line: gets the bytes when the last has left. */
  constructor(clock: Clock, interrupts: Interrupts, line: (bytes: Uint8Array) => void) {
    super(clock, () => interrupts.raise(InterruptLine.UARTE0), line);
    interrupts.connect(InterruptLine.UARTE0, () => this.handleInterrupt());
  }
}
