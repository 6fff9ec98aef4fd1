// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Upstream's flaws in the capsules that every board has, by capsule.
 *
 * NON-TOCK: what can be had back by name.
 */
import { CONSOLE_FLAWS } from '#capsules/core/console';
import { RNG_DRIVER_FLAWS } from '#capsules/core/rng';
import { VIRTUAL_FLASH_FLAWS } from '#capsules/core/virtualizers/virtual-flash';
import { APP_FLASH_FLAWS } from '#capsules/extra/app-flash-driver';
import { KV_DRIVER_FLAWS } from '#capsules/extra/kv-driver';
import { NONVOLATILE_STORAGE_FLAWS } from '#capsules/extra/nonvolatile-storage-driver';
import { TO_PAGES_FLAWS } from '#capsules/extra/nonvolatile-to-pages';
import { KERNEL_FLAWS } from '#kernel/awaited-upcall';
import { IPC_FLAWS } from '#kernel/ipc';

/** The flaws of each capsule: name, and what it does. */
export const FLAWS = {
  console: CONSOLE_FLAWS,
  rng: RNG_DRIVER_FLAWS,
  virtualFlash: VIRTUAL_FLASH_FLAWS,
  toPages: TO_PAGES_FLAWS,
  kv: KV_DRIVER_FLAWS,
  appFlash: APP_FLASH_FLAWS,
  nonvolatileStorage: NONVOLATILE_STORAGE_FLAWS,
  ipc: IPC_FLAWS,
  kernel: KERNEL_FLAWS,
} as const;

/** All of them. */
export const CAPSULE_FLAWS: Readonly<Record<string, string>> = Object.assign(
  {},
  ...Object.values(FLAWS),
) as Record<string, string>;

/** Those flaws of a capsule or a chip that were asked for by name. */
export function flawsOf<Name extends string>(
  flaws: Readonly<Record<Name, string>>,
  wanted: readonly string[],
): ReadonlySet<Name> {
  const names = Object.keys(flaws) as Name[];
  return new Set(names.filter((name) => wanted.includes(name)));
}
