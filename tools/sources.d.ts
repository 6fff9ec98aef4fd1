// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Types of the file lister, for the tests that read the tree.
 *
 * NON-TOCK: the lister is plain JavaScript so that the build can use it.
 */

/** The repository's root, as an absolute path of the host. */
export const ROOT: string;

/** Yields every file under a folder, as paths from the root with `/`; nothing when it is missing. */
export function walk(folder: string): Generator<string, void, undefined>;

/** Every TypeScript source that the compiler takes, declaration files left out. */
export function sources(): string[];
