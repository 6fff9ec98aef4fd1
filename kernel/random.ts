// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Seeded chance. Every random choice in a simulation comes from one of these, handed in.
 *
 * NON-TOCK. Generator: xorshift32 (Marsaglia 2003, shifts 13, 17, 5), seeded through a splitmix32 step
 * so that neighbouring seeds do not give neighbouring streams.
 */
export class Random {
  private state: number;

  constructor(seed: number) {
    let mixed = (seed + 0x9e3779b9) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97) >>> 0;
    this.state = (mixed ^ (mixed >>> 15)) >>> 0 || 1;
  }

  /** The next 32 random bits, as an unsigned number (never 0). */
  u32(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor((this.u32() / 0x1_0000_0000) * limit);
  }
}
