// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the CPU time of kernel and capsules costs, as data with sources.
 *
 * NON-TOCK: real code takes the time that it takes.
 */
import { ns, us, ZERO, type Nanoseconds } from './time.ts';

/** CPU time that software takes, in nanoseconds; what a process computes is its own to say. */
export interface CpuCosts {
  /** From trap to return of one system call; Yield included. */
  readonly syscall: Nanoseconds;
  /** Software cost of one non-empty read call of a store, whatever its length. */
  readonly storeRead: Nanoseconds;
}

/**
 * nRF52840 at 64 MHz with OpenSK's store: system call 85 µs, word read 11 µs — the timing table of the
 * OpenSK persistent store specification (2020). The read figure is software, not flash: the array
 * itself answers in under 0.1 µs. Not found anywhere else: it is the specification's own figure.
 */
export const NRF52840_COSTS: CpuCosts = { syscall: us(85), storeRead: us(11) };

/**
 * Earl Grey at 100 MHz: the cycles of the nRF52840's figures, at another clock. Assumed, because nobody
 * published any: 85 µs and 11 µs at 64 MHz are 5,440 and 704 cycles.
 */
export const EARLGREY_COSTS: CpuCosts = { syscall: ns(54_400), storeRead: ns(7040) };

/** Time passes only where hardware or a process spends it: for tests of order. */
export const FREE: CpuCosts = { syscall: ZERO, storeRead: ZERO };
