// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The numbers by which userspace names system call drivers.
 *
 * Mirrors `capsules/core/src/driver.rs`. NON-TOCK: 0x50010 to 0x50013 are this project's own.
 */
export const DriverNum = {
  Alarm: 0x00000,
  Console: 0x00001,
  Led: 0x00002,
  Button: 0x00003,
  LowLevelDebug: 0x00008,
  Ipc: 0x10000,
  Rng: 0x40001,
  AppFlash: 0x50000,
  NvmStorage: 0x50001,
  Kv: 0x50003,
  PersistentStore: 0x50010,
  Flash: 0x50011,
  ConfigStorage: 0x50012,
  Cfstore: 0x50013,
} as const;
export type DriverNum = (typeof DriverNum)[keyof typeof DriverNum];
