// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The names of system call drivers for people to read.
 *
 * NON-TOCK: Tock's `driver.rs` names numbers for code; the names here are its words in kebab case.
 */

const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00000, 'alarm'],
  [0x00001, 'console'],
  [0x00002, 'led'],
  [0x00003, 'button'],
  [0x00008, 'low-level-debug'],
  [0x50010, 'persistent-store'],
]);

/** The driver's name, or its number as `0x50003` when nobody here knows it. */
export function driverName(driverNum: number): string {
  return NAMES.get(driverNum) ?? `0x${(driverNum >>> 0).toString(16).padStart(5, '0')}`;
}
