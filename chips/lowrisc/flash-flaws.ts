// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flaws of upstream's flash controller driver, by name.
 *
 * Mirrors `chips/lowrisc/src/flash_ctrl.rs`: found by reading it against the chip's documents. None was
 * tried on hardware.
 */

/** Flaws of upstream's driver that can be had back by name. */
export const FLASH_CTRL_FLAWS = {
  'flash-ctrl-region-size':
    'MP_REGION.SIZE is written at bit 10 instead of bit 9: each region is twice as long',
  'flash-ctrl-errors-lost':
    'of all error codes only the protection fault reaches the client: the rest complete as success',
  'flash-ctrl-prog-empty-always':
    'PROG_EMPTY is enabled for erasures, too, and the handler masks all first: with FIFO interrupts of status type an erasure never completes',
  'flash-ctrl-region-0-shared':
    'the driver configures region 0 for itself at its first operation: the region that the board has for its code',
} as const;

/** The name of one of them. */
export type FlashCtrlFlaw = keyof typeof FLASH_CTRL_FLAWS;
