// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lists the repository's own files.
 *
 * NON-TOCK: shared by the build and the launcher.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, wherever the command was started. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Walks a folder of the repository and yields paths from its root, `/` between the parts. */
export function* walk(folder) {
  if (!existsSync(join(ROOT, folder))) return;
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

/** Every TypeScript source that `tsconfig.json` names. */
export function sources() {
  const { include } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  const paths = include.flatMap((folder) => [...walk(folder)]);
  return paths.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
}

/** Tells one state of the sources from another: a count and the newest change. */
export function fingerprint(paths) {
  const times = [...paths, 'tsconfig.json', 'package.json'].map(
    (path) => statSync(join(ROOT, path)).mtimeMs,
  );
  return `${paths.length} ${times.reduce((newest, time) => Math.max(newest, time), 0)}\n`;
}
