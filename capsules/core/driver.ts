// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The numbers by which userspace names system call drivers.
 *
 * Mirrors `capsules/core/src/driver.rs`. NON-TOCK: 0x50010 is this project's own.
 */
export const DriverNum = {
  Alarm: 0x00000,
  Console: 0x00001,
  LowLevelDebug: 0x00008,
  PersistentStore: 0x50010,
} as const;
export type DriverNum = (typeof DriverNum)[keyof typeof DriverNum];
