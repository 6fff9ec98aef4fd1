// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which peripherals raised an interrupt that is not serviced yet.
 *
 * NON-TOCK: hardware, the part of an interrupt controller that the chip's interrupt service sees: the NVIC
 * or the PLIC with equal priorities. Both serve the lowest number first.
 */

/** The lines of one controller; `Line` is the union of their numbers. */
export class InterruptLines<Line extends number> {
  /** Few at a time, in any order. */
  private readonly raised: Line[] = [];
  private readonly handlers: ((() => void) | undefined)[] = [];

  /** Names the bottom half of a line. */
  connect(line: Line, handler: () => void): void {
    this.handlers[line] = handler;
  }

  /** Hardware raises a line; it stays raised until serviced. */
  raise(line: Line): void {
    if (!this.raised.includes(line)) this.raised.push(line);
  }

  hasPending(): boolean {
    return this.raised.length !== 0;
  }

  /** Runs the bottom half of each raised line, lowest number first, also of those raised meanwhile. */
  service(): void {
    for (let line = this.takeLowest(); line !== undefined; line = this.takeLowest()) {
      this.handlers[line]?.();
    }
  }

  private takeLowest(): Line | undefined {
    const { raised } = this;
    const latest = raised.pop();
    if (latest === undefined) return undefined;
    let lowest = latest;
    for (let at = 0; at < raised.length; at++) {
      const line = raised[at];
      if (line === undefined || line > lowest) continue;
      raised[at] = lowest;
      lowest = line;
    }
    return lowest;
  }
}
