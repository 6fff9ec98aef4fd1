// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The stores that the laboratory knows, by name.
 *
 * NON-TOCK: `--store` of `tocksim crash`.
 */
import type { StoreAdapter } from '../store-adapter.ts';
import { NAIVE } from './naive.ts';
import { PERSISTENT, PERSISTENT_UPSTREAM } from './persistent.ts';

/** Every adapter, in the order in which they are listed. */
export const ADAPTERS: readonly StoreAdapter[] = [PERSISTENT, PERSISTENT_UPSTREAM, NAIVE];

/** The adapter of a name, or undefined. */
export function adapterOf(name: string): StoreAdapter | undefined {
  return ADAPTERS.find((adapter) => adapter.name === name);
}
