// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Types of the mutations, for the test that reads them.
 *
 * NON-TOCK: see `../mutate.js`.
 */

/** All mutations, in the order in which they are tried. */
export declare const MUTATIONS: readonly (readonly [
  file: string,
  check: string,
  find: string,
  replacement: string,
])[];
