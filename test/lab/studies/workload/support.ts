// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The bundled year, and one run of it. NON-TOCK: tests. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '#kernel/assert';
import type { Cell } from '#lab/studies/workload/cell';
import { runCell, type Figures } from '#lab/studies/workload/figures';
import { PARTS, type StudyPart } from '#lab/studies/workload/parts';
import { readWorkload } from '#lab/studies/workload/read';
import type { CheckedLine } from '#lab/run/workload';
import { ROOT } from '#tools/sources';

/** A bundled workload. */
export function bundled(name: string): readonly CheckedLine[] {
  const read = readWorkload(
    '.jsonl',
    readFileSync(join(ROOT, `data/workloads/${name}.jsonl`), 'utf8'),
  );
  assert(read.ok, `${name} is bad`);
  return read.value;
}

/** A part by its name. */
export function part(name: string): StudyPart {
  const found = PARTS[name];
  assert(found !== undefined, `there is no part ${name}`);
  return found;
}

/** Runs lines on an nRF52840 at the storage interface, where a test does not want it otherwise. */
export function run(lines: readonly CheckedLine[], cell: Partial<Cell>): Figures {
  const usual: Cell = {
    part: part('nrf52840'),
    pages: 20,
    store: 'persistent',
    level: 'storage',
    hil: 'byte',
  };
  return runCell({ ...usual, ...cell }, lines);
}

/** SHA-256 of a run's pages, in hexadecimal. */
export function hashOf({ lived }: Figures): string {
  return createHash('sha256').update(lived.image).digest('hex');
}
