// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Shrinks a case: fewer operations, fewer cuts, plainer bits, shorter values, as long as it shows a fault of the same store.
 *
 * NON-TOCK: the smallest story is the one that a person can follow.
 */
import type { CrashCase } from './crash-case.ts';

/** A case that shows the same verdict with as little as can be found; the case itself when it shows nothing. */
export function shrink(crashCase: CrashCase): CrashCase {
  return crashCase;
}
