// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Bugs for the stores, each of which loses, mixes or leaks something when power is cut; the crash laboratory must find each.
 *
 * NON-TOCK: see `../mutate-store.js`.
 */
import { CFSTORE_BUGS, CFSTORE_HEAP_BUGS } from './cfstore.js';
import { PERSISTENT_BUGS } from './persistent-store.js';
import { TEP_CONFIG_BUGS, TEP_CONFIG_LOG_BUGS, TEP_LOG_BUGS } from './tinyos.js';

/** A store, the folder of `dist/libraries` that it is in, and bugs by file of that. */
const STORES = [
  ['persistent', 'persistent-store', PERSISTENT_BUGS],
  ['cfstore', 'cfstore', CFSTORE_BUGS],
  ['cfstore-heap', 'cfstore/heap', CFSTORE_HEAP_BUGS],
  ['tep-log', 'tinyos', TEP_LOG_BUGS],
  ['tep-config', 'tinyos', TEP_CONFIG_BUGS],
  ['tep-config-log', 'tinyos', TEP_CONFIG_LOG_BUGS],
];

/** Each as [store, path in `dist/libraries`, what the bug is, text that occurs once, what takes its place]. */
export const STORE_MUTATIONS = STORES.flatMap(([store, folder, bugs]) =>
  Object.entries(bugs).flatMap(([file, mutations]) =>
    mutations.map((mutation) => [store, `${folder}/${file}`, ...mutation]),
  ),
);
