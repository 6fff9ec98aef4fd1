// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Pieces of help texts. NON-TOCK: the simulator's own command line. */

/** The part of a help that shows how it is done. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
