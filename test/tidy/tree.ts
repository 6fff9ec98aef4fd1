// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The repository's files as the tidy tests see them.
 *
 * NON-TOCK: Tock checks its tree with scripts under `tools/ci`.
 */
import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, sources, walk } from '#tools/sources';

/** Folders at the root that are not ours: written by tools, or fetched. */
const FOREIGN = new Set(['node_modules', 'dist', 'coverage', '.git']);

/** Every file of the repository, as paths from its root. */
export const FILES: readonly string[] = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => !FOREIGN.has(entry.name))
  .flatMap((entry) => (entry.isDirectory() ? [...walk(entry.name)] : [entry.name]));

/** Every Markdown page. */
export const PAGES: readonly string[] = FILES.filter((path) => path.endsWith('.md'));

/** Every TypeScript file that is compiled, tests included. */
export const MODULES: readonly string[] = sources();

/** Every TypeScript file that is compiled, tests left out. */
export const SOURCES: readonly string[] = MODULES.filter((path) => !path.startsWith('test/'));

/** Text of a file; fails the test in plain words when it is missing. */
export function read(path: string): string {
  if (!existsSync(join(ROOT, path))) expect.fail(`${path} does not exist`);
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Whether a path from the root exists. */
export function exists(path: string): boolean {
  return existsSync(join(ROOT, path));
}

/**
 * Compares the section `<!-- NAME:begin -->` … `<!-- NAME:end -->` of a page with what the tree says.
 * `UPDATE_GOLDEN=1` writes it instead.
 */
export function expectSection(page: string, name: string, lines: readonly string[]): void {
  const text = read(page);
  const [begin, end] = [`<!-- ${name}:begin -->\n`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) expect.fail(`${page} has no section ${name}`);
  const body = lines.map((line) => `${line}\n`).join('');
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(join(ROOT, page), text.slice(0, from) + begin + body + text.slice(to));
    return;
  }
  const found = text
    .slice(from + begin.length, to)
    .split('\n')
    .slice(0, -1);
  expectNone(
    [
      ...lines.filter((line) => !found.includes(line)).map((line) => `missing: ${line}`),
      ...found.filter((line) => !lines.includes(line)).map((line) => `stale:   ${line}`),
    ],
    `the section ${name} of ${page} does not fit the tree; write it with UPDATE_GOLDEN=1 npm test`,
  );
  expect(found, `order of the section ${name} of ${page}`).to.deep.equal(lines);
}

/** Fails with a readable list when anything was found. */
export function expectNone(found: readonly string[], what: string): void {
  if (found.length > 0) expect.fail(`${what}:\n  ${found.join('\n  ')}`);
}
