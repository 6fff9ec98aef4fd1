// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What the kernel asks of a chip: its interrupts. Mirrors `kernel/src/platform/chip.rs`. */
export interface Chip {
  hasPendingInterrupts(): boolean;
  /** Runs the bottom half of each pending interrupt, in a fixed order. */
  servicePendingInterrupts(): void;
}
