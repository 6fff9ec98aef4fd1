// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Golden files: a text that was read once by a person, and that must not change unnoticed.
 *
 * NON-TOCK: `UPDATE_GOLDEN=1 npm test` rewrites them, and the change is then read in the diff.
 */
import { expect } from 'chai';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '#tools/sources';

/** Where golden files are, and whether they are rewritten. */
export interface GoldenPlace {
  /** Folder of the golden files, from the repository's root. */
  readonly folder: string;
  /** Whether the file is written instead of compared. */
  readonly update: boolean;
}

const DEFAULT_PLACE: GoldenPlace = {
  folder: 'test/golden',
  update: process.env['UPDATE_GOLDEN'] === '1',
};

/** Fails at the first line in which `text` differs from the golden file `name`. */
export function expectGolden(name: string, text: string, place = DEFAULT_PLACE): void {
  const path = join(ROOT, place.folder, name);
  if (place.update) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return;
  }
  if (!existsSync(path)) {
    expect.fail(`${place.folder}/${name} is missing; write it with UPDATE_GOLDEN=1 npm test`);
  }
  const difference = firstDifference(readFileSync(path, 'utf8').replaceAll('\r\n', '\n'), text);
  if (difference !== undefined) expect.fail(`${place.folder}/${name}${difference}`);
}

/** Names the first line that differs, `undefined` when none does. */
function firstDifference(golden: string, actual: string): string | undefined {
  if (golden === actual) return undefined;
  const [expected, found] = [golden.split('\n'), actual.split('\n')];
  const index = expected.findIndex((line, at) => line !== found[at]);
  const at = index === -1 ? expected.length : index;
  const show = (line: string | undefined): string =>
    line === undefined ? '(the end)' : JSON.stringify(line);
  return [
    `:${at + 1} differs`,
    `  golden: ${show(expected[at])}`,
    `  now:    ${show(found[at])}`,
    `  (${expected.length} lines golden, ${found.length} now; UPDATE_GOLDEN=1 npm test rewrites it)`,
  ].join('\n');
}
