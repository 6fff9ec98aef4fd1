// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Random subsets of the bits of a word: what an operation that was cut short has moved.
 *
 * NON-TOCK: physics.
 */
import type { Random } from '#kernel/random';

const STEPS = 256;

/**
 * Draws a mask in which each bit is 1 with probability `fraction`, rounded to 1/256; 0 gives no bit
 * and 1 every bit, without a draw.
 */
export function randomSubset(random: Random, fraction: number): number {
  const parts = Math.round(Math.min(Math.max(fraction, 0), 1) * STEPS);
  if (parts === STEPS) return 0xffff_ffff;
  // The binary digits of the probability, least first: an OR is a half more, an AND half as much.
  let mask = 0;
  for (let digits = parts | STEPS; digits > 1; digits >>>= 1) {
    if (mask === 0 && (digits & 1) === 0) continue;
    mask = (digits & 1) === 1 ? mask | random.u32() : mask & random.u32();
  }
  return mask >>> 0;
}
