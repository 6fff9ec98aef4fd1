// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which peripherals raised an interrupt that is not serviced yet.
 *
 * NON-TOCK: hardware, the part of the NVIC that the chip's interrupt service sees. Lines are serviced in the order of their
 * numbers, as the NVIC does for equal priorities.
 */

/** Interrupt numbers of the nRF52840 (nrf52840.svd). */
export const InterruptLine = { UARTE0: 2, GPIOTE: 6, RTC1: 17 } as const;
/** One of them. */
export type InterruptLine = (typeof InterruptLine)[keyof typeof InterruptLine];

export class Interrupts {
  private pending = 0;
  private readonly handlers: ((() => void) | undefined)[] = [];

  /** Names the bottom half of a line. */
  connect(line: InterruptLine, handler: () => void): void {
    this.handlers[line] = handler;
  }

  /** Hardware raises a line; it stays raised until serviced. */
  raise(line: InterruptLine): void {
    this.pending |= 1 << line;
  }

  hasPending(): boolean {
    return this.pending !== 0;
  }

  /** Runs the bottom half of each raised line, lowest number first. */
  service(): void {
    while (this.pending !== 0) {
      const line = 31 - Math.clz32(this.pending & -this.pending);
      this.pending &= ~(1 << line);
      this.handlers[line]?.();
    }
  }
}
