// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `npm run bench`: measures every row, prints the table, and ends with 1 when a figure is missed.
 *
 * NON-TOCK: speed of the simulator on the host.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BOARD_ROWS } from './board.ts';
import { CLOCK_ROWS } from './clock.ts';
import { CRASH_ROWS } from './crash.ts';
import { FLASH_ROWS } from './flash.ts';
import { KERNEL_ROWS } from './kernel.ts';
import { LIFETIME_ROWS } from './lifetime.ts';
import { PERSISTENT_STORE_ROWS } from './persistent-store.ts';
import { measure, type BenchResult, type BenchRow } from './row.ts';
import { STORE_ROWS } from './stores.ts';
import { STUDY_ROWS } from './study.ts';
import { SWAP_ROWS } from './swap.ts';
import { toJson, toMarkdown, toText, type Host } from './table.ts';

/** Every module of rows, in the order of the table. */
const ROWS: readonly BenchRow[] = [
  ...FLASH_ROWS,
  ...KERNEL_ROWS,
  ...SWAP_ROWS,
  ...BOARD_ROWS,
  ...STUDY_ROWS,
  ...PERSISTENT_STORE_ROWS,
  ...STORE_ROWS,
  ...CRASH_ROWS,
  ...CLOCK_ROWS,
];

const OPTIONS = {
  json: { type: 'boolean', default: false },
  markdown: { type: 'boolean', default: false },
  long: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  row: { type: 'string', default: '' },
} as const;

const USAGE = 'usage: npm run bench -- [--json] [--markdown] [--long] [--only TEXT]';
const PAGE = join(import.meta.dirname, '../../doc/BENCH.md');

interface Options {
  readonly json: boolean;
  readonly markdown: boolean;
  readonly long: boolean;
  readonly only: string;
  /** For the process of one row. */
  readonly row: string;
}

function main(): number {
  const options = readOptions();
  return options?.row ? measureHere(options.row) : measureAll(options);
}

function measureAll(options: Options | undefined): number {
  const rows = rowsFor(options);
  if (options === undefined || rows.length === 0) {
    process.stderr.write(`${USAGE}, TEXT being part of a row's name\n`);
    return 2;
  }
  const results = rows.map(measureAloud);
  const host: Host = {
    node: process.versions.node,
    processor: cpus()[0]?.model.trim() ?? 'an unknown processor',
  };
  process.stdout.write(options.json ? toJson(results, host) : toText(results, host));
  if (options.markdown) writeFileSync(PAGE, toMarkdown(results, host));
  return results.every(({ reached }) => reached) ? 0 : 1;
}

function rowsFor(options: Options | undefined): BenchRow[] {
  if (options === undefined) return [];
  const { long, only } = options;
  const all = long ? [...ROWS, ...LIFETIME_ROWS] : ROWS;
  return all.filter((row) => row.name.includes(only));
}

function readOptions(): Options | undefined {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch {
    return undefined;
  }
}

/** Each row in a process of its own: what one teaches the compiler would slow the next. */
function measureAloud(row: BenchRow, index: number, rows: readonly BenchRow[]): BenchResult {
  process.stderr.write(`[${index + 1}/${rows.length}] ${row.name}\n`);
  const args = [import.meta.filename, '--row', row.name];
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert(status === 0, `the row "${row.name}" broke off`);
  const { median, reached } = JSON.parse(stdout) as Omit<BenchResult, 'row'>;
  return { row, median, reached };
}

/** What such a process does. */
function measureHere(name: string): number {
  const row = [...ROWS, ...LIFETIME_ROWS].find((each) => each.name === name);
  if (row === undefined) return 2;
  const { median, reached } = measure(row);
  process.stdout.write(JSON.stringify({ median, reached }));
  return 0;
}

process.exitCode = main();
