// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One pin of a port: an output that a lamp hangs on, or an input whose edges interrupt.
 *
 * NON-TOCK: what the GPIO ports of all chips have in common. An edge latches its pin; several edges before
 * the interrupt is serviced are one call, as on the parts.
 */
import { assert } from '#kernel/assert';
import type * as hil from '#kernel/hil';

type Edge = Parameters<hil.gpio.InterruptPin['enableInterrupts']>[0];

/** Who sees the level of an output pin: a lamp. */
export interface Watcher {
  feel(high: boolean): void;
}

/** One pin. An input until it is made an output; low at reset. */
export class Pin implements hil.gpio.InterruptPin {
  private output = false;
  private latch = false;
  private outside = false;
  private edge: Edge | undefined;
  private pending = false;
  private client: hil.gpio.Client | undefined;
  private watcher: Watcher | undefined;

  /** @param raise raises the interrupt line that this pin is on. */
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

/** The pins of a chip, by number. */
export class Port {
  protected readonly pins: readonly Pin[];

  /** @param raise raises the interrupt line of the pin with that number. */
  constructor(count: number, raise: (index: number) => void) {
    this.pins = Array.from({ length: count }, (_, index) => new Pin(() => raise(index)));
  }

  /** A pin by its number; panics when the chip has none. */
  pin(index: number): Pin {
    const pin = this.pins[index];
    assert(pin !== undefined, `the chip has no pin ${index}`);
    return pin;
  }
}
