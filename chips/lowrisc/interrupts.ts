// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The interrupt sources of the OpenTitan chip Earl Grey.
 *
 * Mirrors `chips/earlgrey/src/interrupts.rs`, `chips/earlgrey/src/plic.rs`. The sources of a peripheral are
 * neighbours, and one bottom half serves them all; so each peripheral has one number here, its first.
 */
import { InterruptLines } from '../silicon/interrupt-lines.ts';

/** First source of each peripheral at the platform-level interrupt controller. */
export const InterruptSource = {
  UART0: 1,
  GPIO: 33,
  RV_TIMER: 124,
  FLASH_CTRL: 159,
  CSRNG: 173,
} as const;
/** One of them. */
export type InterruptSource = (typeof InterruptSource)[keyof typeof InterruptSource];

/** The sources of one chip: all have one priority, so the lowest number is served first. */
export class Interrupts extends InterruptLines<InterruptSource> {}
