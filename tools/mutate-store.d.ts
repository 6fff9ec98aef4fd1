// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Types of the search for bugs put into the store, for the test that runs some.
 *
 * NON-TOCK: see `mutate-store.js`.
 */
import type { STORE_MUTATIONS } from './mutations/store.js';

/** A folder with a copy of what the laboratory needs; the caller removes it. */
export declare function makeCopy(): string;

/** Puts one bug in, lets the laboratory search, and takes it out: what was found. */
export declare function search(
  copy: string,
  mutation: (typeof STORE_MUTATIONS)[number],
): { readonly verdict?: string; readonly sentence?: string; readonly cuts?: number };
