// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Units of virtual time. A duration or an instant is a branded number of nanoseconds.
 *
 * NON-TOCK: Tock counts ticks and has no common unit; alarms still count ticks (`hil/time.ts`).
 */

declare const unit: unique symbol;

/** Nanoseconds, exact up to 2^53 (104 days since power-on; see `clock.ts` for the epoch). */
export type Nanoseconds = number & { readonly [unit]: 'ns' };

export const ns = (count: number): Nanoseconds => count as Nanoseconds;
export const us = (count: number): Nanoseconds => (count * 1e3) as Nanoseconds;
export const ms = (count: number): Nanoseconds => (count * 1e6) as Nanoseconds;
export const seconds = (count: number): Nanoseconds => (count * 1e9) as Nanoseconds;

export const ZERO = ns(0);
export const FOREVER = ns(Infinity);
