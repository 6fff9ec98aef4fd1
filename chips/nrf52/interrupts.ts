// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The interrupt lines of the nRF52840.
 *
 * NON-TOCK: hardware, the part of the NVIC that the chip's interrupt service sees. Lines are serviced in the
 * order of their numbers, as the NVIC does for equal priorities.
 */
import { InterruptLines } from '../silicon/interrupt-lines.ts';

/** Interrupt numbers of the nRF52840 (nrf52840.svd). */
export const InterruptLine = { UARTE0: 2, GPIOTE: 6, RNG: 13, RTC1: 17 } as const;
/** One of them. */
export type InterruptLine = (typeof InterruptLine)[keyof typeof InterruptLine];

/** The lines of one chip. */
export class Interrupts extends InterruptLines<InterruptLine> {}
