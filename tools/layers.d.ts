// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Types of the import table, for the tests that read it.
 *
 * NON-TOCK: the table is plain JavaScript so that lint can load it without a build.
 */

/** One row of the import table. */
export interface Layer {
  readonly owns: string;
  readonly folders: readonly string[];
  readonly packages: readonly string[];
  readonly host: boolean;
}

/** The import table, by folder. */
export const LAYERS: Readonly<Record<string, Layer>>;

/** The folders whose code runs inside virtual time. */
export const SIMULATION: readonly string[];

/** Says what is wrong with an import, or `undefined` when it is allowed. */
export function judgeImport(file: string, specifier: string): string | undefined;

/** Names the source module behind an import without its extension; `undefined` for a package. */
export function importedModule(file: string, specifier: string): string | undefined;
