// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which peripherals raised an interrupt that is not serviced yet.
 *
 * NON-TOCK: hardware, the part of an interrupt controller that the chip's interrupt service sees: the NVIC
 * or the PLIC with equal priorities. Both serve the lowest number first.
 */

/** The lines of one controller; `Line` is the union of their numbers. */
export class InterruptLines<Line extends number> {
  private readonly raised = new Set<Line>();
  private readonly handlers: ((() => void) | undefined)[] = [];

  /** Names the bottom half of a line. */
  connect(line: Line, handler: () => void): void {
    this.handlers[line] = handler;
  }

  /** Hardware raises a line; it stays raised until serviced. */
  raise(line: Line): void {
    this.raised.add(line);
  }

  hasPending(): boolean {
    return this.raised.size !== 0;
  }

  /** Runs the bottom half of each raised line, lowest number first, also of those raised meanwhile. */
  service(): void {
    for (let line = this.lowest(); line !== undefined; line = this.lowest()) {
      this.raised.delete(line);
      this.handlers[line]?.();
    }
  }

  private lowest(): Line | undefined {
    let lowest: Line | undefined;
    for (const line of this.raised) if (lowest === undefined || line < lowest) lowest = line;
    return lowest;
  }
}
