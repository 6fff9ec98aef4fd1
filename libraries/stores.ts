// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every store, by name: what `--store` takes, in the order in which they are listed.
 *
 * NON-TOCK: the key-value driver, the crash laboratory, the studies and `inspect` know the stores from here alone.
 */
import { NAIVE } from './naive-store/definition.ts';
import { PERSISTENT, PERSISTENT_UPSTREAM } from './persistent-store/definition.ts';
import type { StoreDefinition } from './store/definition.ts';

/** All stores. */
export const STORES: readonly StoreDefinition[] = [PERSISTENT, PERSISTENT_UPSTREAM, NAIVE];

/** The store of a name, or undefined. */
export function storeOf(name: string): StoreDefinition | undefined {
  return STORES.find((store) => store.name === name);
}
