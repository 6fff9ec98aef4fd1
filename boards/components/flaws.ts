// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Upstream's flaws in the capsules that every board has, by capsule.
 *
 * NON-TOCK: what can be had back by name.
 */
import { RNG_DRIVER_FLAWS } from '#capsules/core/rng';
import { VIRTUAL_FLASH_FLAWS } from '#capsules/core/virtualizers/virtual-flash';
import { KV_DRIVER_FLAWS } from '#capsules/extra/kv-driver';

/** The flaws of each capsule: name, and what it does. */
export const FLAWS = {
  rng: RNG_DRIVER_FLAWS,
  virtualFlash: VIRTUAL_FLASH_FLAWS,
  kv: KV_DRIVER_FLAWS,
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
