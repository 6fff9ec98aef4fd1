// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Units of virtual time. A duration or an instant is a branded number of nanoseconds.
 *
 * NON-TOCK: Tock counts ticks and has no common unit; alarms still count ticks (`hil/time.ts`).
 */

declare const unit: unique symbol;

/** Nanoseconds, exact up to 2^53 (104 days since power-on; see `clock.ts` for the epoch). */
export type Nanoseconds = number & { readonly [unit]: 'ns' };

/** Nanoseconds. */
export const ns = (count: number): Nanoseconds => count as Nanoseconds;
/** Microseconds, as nanoseconds. */
export const us = (count: number): Nanoseconds => (count * 1e3) as Nanoseconds;
/** Milliseconds, as nanoseconds. */
export const ms = (count: number): Nanoseconds => (count * 1e6) as Nanoseconds;
/** Seconds, as nanoseconds. */
export const seconds = (count: number): Nanoseconds => (count * 1e9) as Nanoseconds;

/** Power-on. */
export const ZERO = ns(0);
/** Later than every instant: no event is due. */
export const FOREVER = ns(Infinity);
