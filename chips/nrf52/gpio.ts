// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Pins: outputs that lamps hang on, inputs whose edges interrupt.
 *
 * Mirrors `chips/nrf52/src/gpio.rs`. An edge latches its pin and raises GPIOTE; several edges of one pin
 * before the interrupt is serviced are one call, as on the part.
 */
import { assert } from '#kernel/assert';
import type * as hil from '#kernel/hil';
import { InterruptLine, type Interrupts } from './interrupts.ts';

/** P0.00 to P0.31 and P1.00 to P1.15, from nrf52840.svd. */
const PINS = 48;

type Edge = Parameters<hil.gpio.InterruptPin['enableInterrupts']>[0];

/** Who sees the level of an output pin: a lamp. */
export interface Watcher {
  feel(high: boolean): void;
}

export class Gpio {
  private readonly pins: readonly GpioPin[];

  constructor(interrupts: Interrupts) {
    const raise = (): void => interrupts.raise(InterruptLine.GPIOTE);
    this.pins = Array.from({ length: PINS }, () => new GpioPin(raise));
    interrupts.connect(InterruptLine.GPIOTE, () => this.handleInterrupt());
  }

  /** A pin by its number: P0.n is n, P1.n is 32 + n. */
  pin(index: number): GpioPin {
    const pin = this.pins[index];
    assert(pin !== undefined, `the chip has no pin ${index}`);
    return pin;
  }

  private handleInterrupt(): void {
    for (const pin of this.pins) pin.handleInterrupt();
  }
}

/** One pin. An input until it is made an output; low at reset. */
export class GpioPin implements hil.gpio.InterruptPin {
  private output = false;
  private latch = false;
  private outside = false;
  private edge: Edge | undefined;
  private pending = false;
  private client: hil.gpio.Client | undefined;
  private watcher: Watcher | undefined;

  constructor(private readonly raise: () => void) {}

  setClient(client: hil.gpio.Client): void {
    this.client = client;
  }

  read(): boolean {
    return this.output ? this.latch : this.outside;
  }

  enableInterrupts(edge: Edge): void {
    this.edge = edge;
  }

  /** Stops interrupts; one that is latched and not serviced yet is dropped. */
  disableInterrupts(): void {
    this.edge = undefined;
    this.pending = false;
  }

  isPending(): boolean {
    return this.pending;
  }

  /** From now on the pin drives its wire, with the level set last. */
  makeOutput(): void {
    this.output = true;
    this.tell();
  }

  set(): void {
    this.latch = true;
    this.tell();
  }

  clear(): void {
    this.latch = false;
    this.tell();
  }

  toggle(): void {
    this.latch = !this.latch;
    this.tell();
  }

  /** Hangs a lamp on the wire. */
  connect(watcher: Watcher): void {
    this.watcher = watcher;
    this.tell();
  }

  /** The world outside pulls the wire: a button. */
  drive(high: boolean): void {
    const before = this.read();
    this.outside = high;
    if (this.read() === before) return;
    if (this.edge !== 'either' && this.edge !== (high ? 'rising' : 'falling')) return;
    this.pending = true;
    this.raise();
  }

  /** Bottom half, called by the port. */
  handleInterrupt(): void {
    if (!this.pending) return;
    this.pending = false;
    this.client?.fired();
  }

  private tell(): void {
    if (this.output) this.watcher?.feel(this.latch);
  }
}
