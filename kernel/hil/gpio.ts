// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Interface for an input pin with an interrupt. Mirrors the part of `kernel/src/hil/gpio.rs` that buttons need. */
export interface Client {
  /** The pin changed in a way that the interrupt was enabled for. */
  fired(): void;
}

/** An input pin that can interrupt. */
export interface InterruptPin {
  setClient(client: Client): void;
  /** The level of the pin. */
  read(): boolean;
  enableInterrupts(edge: 'rising' | 'falling' | 'either'): void;
  disableInterrupts(): void;
  isPending(): boolean;
}
