// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `npm run mutate:store -- [TEXT]`: puts bugs into the stores one by one and sees whether the crash laboratory finds each.
 *
 * NON-TOCK: judges the laboratory. Works on a copy of `dist` in a folder of its own; ends with 1 when a bug (with TEXT in its
 * name) is not found, or when its text is no longer there exactly once.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, isFresh } from './build.js';
import { STORE_MUTATIONS } from './mutations/store.js';
import { ROOT } from './sources.js';

const CHILD_MILLISECONDS = 120_000;
const FOLDERS = ['kernel', 'libraries', 'lab/crash'];
const searchIn = (store) => `
import { firstViolation } from '#lab/crash/first-violation';
const { found, cuts } = firstViolation('${store}');
console.log(JSON.stringify({ verdict: found?.verdict, sentence: found?.sentence, cuts }));`;

/** A copy of what the laboratory needs; `imports` of package.json go on working there. */
export function makeCopy() {
  const copy = mkdtempSync(join(tmpdir(), 'tocksim-mutate-store-'));
  for (const folder of FOLDERS) {
    cpSync(join(ROOT, 'dist', folder), join(copy, 'dist', folder), { recursive: true });
  }
  copyFileSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Puts one bug in, lets the laboratory search, and takes it out: what was found, or `undefined`. */
export function search(copy, [store, file, , find, replacement]) {
  const path = join(copy, 'dist/libraries', file);
  const text = readFileSync(path, 'utf8');
  if (text.split(find).length !== 2) return { sentence: 'its text is not there once' };
  writeFileSync(
    path,
    text.replace(find, () => replacement),
  );
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', searchIn(store)],
    {
      cwd: copy,
      encoding: 'utf8',
      timeout: CHILD_MILLISECONDS,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  writeFileSync(path, text);
  return status === 0 ? JSON.parse(stdout) : { sentence: 'the laboratory broke off' };
}

function main(only = '') {
  if (!isFresh() && build('inherit') !== 0) return 2;
  const copy = makeCopy();
  try {
    const chosen = STORE_MUTATIONS.filter(([, file, bug]) => `${file}: ${bug}`.includes(only));
    const missed = chosen.filter((mutation) => {
      const { verdict, sentence, cuts } = search(copy, mutation);
      const [, file, bug] = mutation;
      const what = verdict === undefined ? `MISSED, ${sentence ?? ''}` : `${verdict}: ${sentence}`;
      console.log(`${file}: ${bug}: ${what} (${cuts ?? 0} cuts)`);
      return verdict === undefined;
    });
    console.log(`${chosen.length - missed.length} of ${chosen.length} found`);
    return chosen.length > 0 && missed.length === 0 ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) process.exitCode = main(process.argv[2]);
