// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Types of the bugs for the stores, for the test that reads them.
 *
 * NON-TOCK: see `../mutate-store.js`.
 */

/** All bugs, in the order in which they are tried. */
export declare const STORE_MUTATIONS: readonly (readonly [
  store: string,
  file: string,
  bug: string,
  find: string,
  replacement: string,
])[];
