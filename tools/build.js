// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Compiles the project into `dist`, so that `dist` holds what the sources hold and nothing else.
 *
 * NON-TOCK: an incremental `tsc` leaves the output of deleted sources behind, and mocha would run
 * it; and it does not notice when an output was deleted.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fingerprint, ROOT, sources, walk } from './sources.js';

const STAMP = join(ROOT, 'dist/.built');

/** Says whether `dist` was built from the sources as they are now. */
export function isFresh() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint(sources());
}

/** Builds and returns the compiler's exit code; its messages go to `stdio`. */
export function build(stdio) {
  const paths = sources();
  const state = fingerprint(paths);
  sweep(paths);
  rmSync(STAMP, { force: true });
  const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  const { status } = spawnSync(process.execPath, [tsc, '-p', ROOT], { stdio });
  if (status === 0) {
    mkdirSync(join(ROOT, 'dist'), { recursive: true });
    writeFileSync(STAMP, state);
  }
  return status ?? 1;
}

function sweep(paths) {
  const outputs = new Set(paths.map((path) => `dist/${path.slice(0, -'.ts'.length)}`));
  const present = new Set();
  for (const path of walk('dist')) {
    const match = /^(.+?)\.(js|js\.map|d\.ts)$/.exec(path);
    if (match === null) continue;
    if (outputs.has(match[1])) present.add(path);
    else rmSync(join(ROOT, path));
  }
  const complete = [...outputs].every((output) => present.has(`${output}.js`));
  if (!complete) rmSync(join(ROOT, 'dist/.tsbuildinfo'), { force: true });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = build('inherit');
}
