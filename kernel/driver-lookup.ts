// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which driver serves a call, among drivers of any age.
 *
 * NON-TOCK: each release of Tock knew the interfaces of its own time.
 */
import { panic } from './assert.ts';
import { CallbackFactory } from './callback.ts';
import { CALLBACK_RULES } from './callback-rules.ts';
import type { AnyDriver } from './driver.ts';
import type { Kernel } from './kernel.ts';
import type { KernelResources } from './platform/platform.ts';
import type { Process } from './process-standard.ts';

/** The driver of a number; none when it was disabled. One that the kernel's profile cannot serve panics. */
export function findDriver(
  kernel: Kernel,
  { syscallDriverLookup }: KernelResources,
  driverNum: number,
): AnyDriver | undefined {
  const driver = syscallDriverLookup.driver(driverNum);
  if (driver === undefined || kernel.enforcement.isDisabled(driverNum)) return undefined;
  const { name, interfaces } = kernel.profile;
  if ('interface' in driver && !interfaces.includes(driver.interface)) {
    panic(
      `driver 0x${driverNum.toString(16)} has the interface of ${driver.interface}, which the kernel of profile ${name} does not serve`,
    );
  }
  return driver;
}

/** #2445: before the first instruction of a process each driver makes what it will hold for it. */
export function handOutFactories(
  kernel: Kernel,
  { syscallDriverLookup }: KernelResources,
  { processId }: Process,
): void {
  const { callbacks } = kernel.profile;
  if (callbacks === 'kernel' || CALLBACK_RULES[callbacks].factory !== 'at-start') return;
  for (const [driverNum, driver] of syscallDriverLookup.all?.() ?? []) {
    if (!('interface' in driver) || driver.interface !== '2.0-dev') continue;
    driver.processStarted?.(processId, new CallbackFactory(kernel, processId, driverNum, false));
  }
}
