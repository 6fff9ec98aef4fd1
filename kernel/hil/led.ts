// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Interface for a light. Mirrors `kernel/src/hil/led.rs`. */
export interface Led {
  init(): void;
  on(): void;
  off(): void;
  toggle(): void;
  /** Whether it is lit. */
  read(): boolean;
}
