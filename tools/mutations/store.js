// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Bugs for the stores, each of which loses, mixes or leaks something when power is cut; the crash laboratory must find each.
 *
 * NON-TOCK: see `../mutate-store.js`.
 */
import { PERSISTENT_BUGS } from './persistent-store.js';

/** A store, the folder of `dist/libraries` that it is in, and bugs by file of that. */
const STORES = [['persistent', 'persistent-store', PERSISTENT_BUGS]];

/** Each as [store, path in `dist/libraries`, what the bug is, text that occurs once, what takes its place]. */
export const STORE_MUTATIONS = STORES.flatMap(([store, folder, bugs]) =>
  Object.entries(bugs).flatMap(([file, mutations]) =>
    mutations.map((mutation) => [store, `${folder}/${file}`, ...mutation]),
  ),
);
