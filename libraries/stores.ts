// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every store, by name: what `--store` takes, in the order in which they are listed.
 *
 * NON-TOCK: the key-value driver, the crash laboratory, the studies and `inspect` know the stores from here alone.
 */
import { CFSTORE, CFSTORE_LITERAL } from './cfstore/definition.ts';
import { CFSTORE_HEAP, CFSTORE_HEAP_LITERAL } from './cfstore/heap/definition.ts';
import { CFSTORE_RING } from './cfstore/ring/definition.ts';
import { CFSTORE_SPARES } from './cfstore/spares/definition.ts';
import { NAIVE } from './naive-store/definition.ts';
import { NOODLE, NOODLE_FIRST, NOODLE_LITERAL } from './noodle/definition.ts';
import { PERSISTENT, PERSISTENT_UPSTREAM } from './persistent-store/definition.ts';
import {
  SEQUENTIAL_MAP,
  SEQUENTIAL_MAP_LITERAL,
  SEQUENTIAL_QUEUE,
  SEQUENTIAL_QUEUE_LITERAL,
} from './sequential-storage/definition.ts';
import type { StoreDefinition } from './store/definition.ts';
import { TICKV, TICKV_LITERAL } from './tickv/definition.ts';
import { TEP_BLOCK } from './tinyos/block-definition.ts';
import { TEP_CONFIG, TEP_CONFIG_LITERAL, TEP_CONFIG_LOG } from './tinyos/config-definition.ts';
import type { Geometry } from './store/storage.ts';
import {
  TEP_LOG,
  TEP_LOG_LINEAR,
  TEP_LOG_LINEAR_LITERAL,
  TEP_LOG_LITERAL,
} from './tinyos/log-definition.ts';
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
  SEQUENTIAL_MAP,
  SEQUENTIAL_MAP_LITERAL,
  SEQUENTIAL_QUEUE,
  SEQUENTIAL_QUEUE_LITERAL,
  TICKV,
  TICKV_LITERAL,
  NOODLE,
  NOODLE_LITERAL,
  NOODLE_FIRST,
  TOCK_LOG,
  TOCK_LOG_LITERAL,
  TOCK_LOG_LINEAR,
  TOCK_LOG_LINEAR_LITERAL,
  TEP_BLOCK,
  TEP_CONFIG,
  TEP_CONFIG_LOG,
  TEP_CONFIG_LITERAL,
  TEP_LOG,
  TEP_LOG_LITERAL,
  TEP_LOG_LINEAR,
  TEP_LOG_LINEAR_LITERAL,
  CFSTORE,
  CFSTORE_LITERAL,
  CFSTORE_SPARES,
  CFSTORE_RING,
  CFSTORE_HEAP,
  CFSTORE_HEAP_LITERAL,
  NAIVE,
];

/** The units that stores program unless they say otherwise, bytes. */
const WORDS: readonly number[] = [4];

/** The store of a name, or undefined. */
export function storeOf(name: string): StoreDefinition | undefined {
  return STORES.find((store) => store.name === name);
}

/**
 * Why a store cannot live on a flash, as `refuses` says it, or because it programs words more often than they endure, or less
 * than the flash can program.
 */
export function whyNot(store: StoreDefinition, geometry: Geometry): string | undefined {
  const { programsPerWord } = store.claim;
  const { wordSizes = WORDS } = store;
  if (!wordSizes.includes(geometry.wordSize)) {
    return `programs units of ${wordSizes.join(' or ')} bytes, and ${geometry.wordSize} is the least`;
  }
  if (programsPerWord > geometry.maxWordWrites) {
    return `programs words ${programsPerWord} times, and ${geometry.maxWordWrites} is the limit`;
  }
  return store.refuses(geometry);
}
