// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Looks at the tree, and writes a plan into it: all of it or nothing.
 *
 * NON-TOCK: part of `npm run new`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../sources.js';
import { UsageError } from './names.js';

/** What a plan can ask. */
export const tree = {
  exists: (path) => existsSync(join(ROOT, path)),
  list: (folder) => orRefuse(folder, () => readdirSync(join(ROOT, folder))),
  read: (path) => orRefuse(path, () => readFileSync(join(ROOT, path), 'utf8')),
};

function orRefuse(path, look) {
  try {
    return look();
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${error.code}): is this a checkout of tocksim?`);
  }
}

/**
 * Writes texts by path: `created` where nothing is, `changed` over what is there. When one cannot be
 * written, what was written before is undone.
 */
export function commit(created, changed) {
  const undo = [];
  try {
    for (const [path, text] of created) create(join(ROOT, path), text, undo);
    for (const [path, text] of changed) change(join(ROOT, path), text, undo);
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw new UsageError(`nothing was written: ${error.message}`);
  }
}

function create(file, text, undo) {
  const made = mkdirSync(dirname(file), { recursive: true });
  if (made !== undefined) undo.push(() => rmSync(made, { recursive: true }));
  writeFileSync(file, text, { flag: 'wx' });
  undo.push(() => rmSync(file, { force: true }));
}

function change(file, text, undo) {
  const before = readFileSync(file);
  undo.push(() => writeFileSync(file, before));
  writeFileSync(file, text);
}
