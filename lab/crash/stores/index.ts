// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The stores that the laboratory knows, by name.
 *
 * NON-TOCK: `--store` of `tocksim crash`.
 */
import type { StoreDefinition } from '#libraries/store/definition';
import { STORES } from '#libraries/stores';
import type { StoreAdapter } from '../store-adapter.ts';
import { blockAdapter } from './block-adapter.ts';
import { logAdapter } from './log-adapter.ts';
import { mapAdapter } from './map-adapter.ts';
import { PERSISTENT, PERSISTENT_UPSTREAM } from './persistent.ts';

/** Stores whose operations, specification or auditor are more than their definition tells. */
const OWN: readonly StoreAdapter[] = [PERSISTENT, PERSISTENT_UPSTREAM];

/** Every adapter, in the order of `STORES`. */
export const ADAPTERS: readonly StoreAdapter[] = STORES.map(
  (definition) => OWN.find(({ name }) => name === definition.name) ?? adapter(definition),
);

function adapter(definition: StoreDefinition): StoreAdapter {
  switch (definition.kind) {
    case 'map':
      return mapAdapter(definition);
    case 'log':
      return logAdapter(definition);
    case 'block':
      return blockAdapter(definition);
  }
}

/** The adapter of a name, or undefined. */
export function adapterOf(name: string): StoreAdapter | undefined {
  return ADAPTERS.find((each) => each.name === name);
}
