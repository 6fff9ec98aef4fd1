// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The names of system call drivers for people to read.
 *
 * NON-TOCK: Tock's `driver.rs` names numbers for code; the names here are its words in kebab case.
 */
import { DriverNum } from '#capsules/core/driver';

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(DriverNum).map(([name, driverNum]) => [driverNum, kebabCase(name)]),
);

/** `ReadWriteAllow` as `read-write-allow`. */
export function kebabCase(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

/** The driver's name, or its number as `0x50003` when nobody here knows it. */
export function driverName(driverNum: number): string {
  return NAMES.get(driverNum) ?? `0x${(driverNum >>> 0).toString(16).padStart(5, '0')}`;
}
