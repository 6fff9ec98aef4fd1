// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `npm run mutate`: takes the kernel's checks away one by one and sees whether a test fails.
 *
 * NON-TOCK: judges the tests. Works on a copy of `dist/kernel` and its tests in a folder of its own;
 * ends with 1 when a mutation survives, when its text is no longer there exactly once, or when the
 * time that it may take is over.
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
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { isFresh, build } from './build.js';
import { MUTATIONS } from './mutations/index.js';
import { ROOT } from './sources.js';

const BUDGET_SECONDS = 420;
/** A mutation may make a test loop for ever: that is noticed, too. */
const CHILD_MILLISECONDS = 20_000;
const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');

const FOLDERS = ['kernel', 'test/kernel', 'test/support'];

/** Copies what the kernel's tests need; `imports` of package.json go on working there. */
function makeCopy() {
  const copy = mkdtempSync(join(tmpdir(), 'tocksim-mutate-'));
  for (const folder of FOLDERS) {
    cpSync(join(ROOT, 'dist', folder), join(copy, 'dist', folder), { recursive: true });
  }
  copyFileSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
  for (const name of ['node_modules', 'tools']) symlinkSync(join(ROOT, name), join(copy, name));
  return copy;
}

/** Tests that try at random are left out: a mutation must be noticed every time. */
const OPTIONS = ['--no-config', '--bail', '--ignore', '**/hostile.spec.js'];

/** Runs the kernel's tests until the first failure; says whether all passed. */
function passes(copy) {
  const { status } = spawnSync(
    process.execPath,
    ['--max-old-space-size=512', MOCHA, ...OPTIONS, 'dist/test/kernel/**/*.spec.js'],
    { cwd: copy, stdio: 'ignore', timeout: CHILD_MILLISECONDS, killSignal: 'SIGKILL' },
  );
  return status === 0;
}

/** Applies one mutation, runs the tests and undoes it. */
function judge(copy, [file, , find, replacement]) {
  const path = join(copy, 'dist/kernel', file);
  const text = readFileSync(path, 'utf8');
  if (text.split(find).length !== 2) return 'not found once';
  writeFileSync(
    path,
    text.replace(find, () => replacement),
  );
  const survived = passes(copy);
  writeFileSync(path, text);
  return survived ? 'survived' : 'killed';
}

function judgeAll(copy, only) {
  const counts = { killed: 0, survived: 0, 'not found once': 0 };
  const start = performance.now();
  for (const mutation of MUTATIONS) {
    const [file, check] = mutation;
    if (only !== undefined && !`${file}: ${check}`.includes(only)) continue;
    if (performance.now() - start > BUDGET_SECONDS * 1e3) {
      console.log(`the ${BUDGET_SECONDS} s are over`);
      return { ...counts, overtime: 1 };
    }
    const verdict = judge(copy, mutation);
    counts[verdict]++;
    if (verdict !== 'killed') console.log(`${verdict}: ${file}: ${check}`);
  }
  const seconds = ((performance.now() - start) / 1e3).toFixed(0);
  console.log(`${counts.killed} killed, ${counts.survived} survived, in ${seconds} s`);
  return counts;
}

function main() {
  if (!isFresh() && build('inherit') !== 0) return 2;
  const copy = makeCopy();
  try {
    if (!passes(copy)) {
      console.log('the tests fail without a mutation');
      return 1;
    }
    const { killed, ...bad } = judgeAll(copy, process.argv[2]);
    return killed > 0 && Object.values(bad).every((count) => count === 0) ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

process.exitCode = main();
