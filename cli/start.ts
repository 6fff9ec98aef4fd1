// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `npm start`: the demonstration, with progress.
 *
 * NON-TOCK: Tock has no simulator to demonstrate.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demonstrate } from '#lab/demo/demonstration';
import { parseWorkload, type CheckedLine } from '#lab/run/workload';

const WORKLOADS = join(import.meta.dirname, '../../data/workloads');

function workload(name: string): readonly CheckedLine[] {
  const parsed = parseWorkload(readFileSync(join(WORKLOADS, name), 'utf8'));
  if (!parsed.ok) throw new Error(`${name}: ${parsed.error}`);
  return parsed.value;
}

/** One line on a terminal's stderr, overwritten. */
function progress(act: string, share: number): void {
  if (!process.stderr.isTTY) return;
  const done = share >= 1;
  process.stderr.write(done ? '\r\x1b[K' : `\r${act}: ${Math.floor(100 * share)} %`);
}

const good = demonstrate({
  firstDay: workload('fido-first-day.jsonl'),
  year: workload('fido-year.jsonl'),
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  progress,
});
process.exitCode = good ? 0 : 1;
