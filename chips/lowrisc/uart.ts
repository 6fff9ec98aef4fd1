// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The serial port: 115,200 baud, ten bits a byte.
 *
 * Mirrors `chips/lowrisc/src/uart.rs`. NON-TOCK: the part has FIFOs, which are left out: a transmission is over
 * when its last bit has left, not when the FIFO is empty, and a byte that comes while nobody receives is lost.
 */
import type { Clock } from '#kernel/clock';
import { SerialPort } from '../silicon/serial-port.ts';
import { InterruptSource, type Interrupts } from './interrupts.ts';

/** UART0. */
export class Uart extends SerialPort {
  /** @param line the other end of the line: gets the bytes when the last has left. */
  constructor(clock: Clock, interrupts: Interrupts, line: (bytes: Uint8Array) => void) {
    super(clock, () => interrupts.raise(InterruptSource.UART0), line);
    interrupts.connect(InterruptSource.UART0, () => this.handleInterrupt());
  }
}
