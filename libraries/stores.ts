// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every store, by name: what `--store` takes, in the order in which they are listed.
 *
 * NON-TOCK: the key-value driver, the crash laboratory, the studies and `inspect` know the stores from here alone.
 */
import { NAIVE } from './naive-store/definition.ts';
import { PERSISTENT, PERSISTENT_UPSTREAM } from './persistent-store/definition.ts';
import type { StoreDefinition } from './store/definition.ts';
import {
  TOCK_LOG,
  TOCK_LOG_LINEAR,
  TOCK_LOG_LINEAR_LITERAL,
  TOCK_LOG_LITERAL,
} from './tock-log/definition.ts';

/** All stores. */
export const STORES: readonly StoreDefinition[] = [
  PERSISTENT,
  PERSISTENT_UPSTREAM,
  NAIVE,
  TOCK_LOG,
  TOCK_LOG_LITERAL,
  TOCK_LOG_LINEAR,
  TOCK_LOG_LINEAR_LITERAL,
];

/** The store of a name, or undefined. */
export function storeOf(name: string): StoreDefinition | undefined {
  return STORES.find((store) => store.name === name);
}
