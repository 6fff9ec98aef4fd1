// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs the cells of a sweep on worker threads.
 *
 * NON-TOCK: the host's cores. What comes out is in the order of the cells, and the same for any number of threads.
 */
import { Err, Ok, type Result } from '#kernel/result';
import type { CheckedLine } from '../../run/workload.ts';
import { Workers } from '../../workers.ts';
import type { Cell } from './cell.ts';
import type { Figures } from './figures.ts';
import type * as worker from './worker.ts';

/** How cells are run. */
export interface RunCellsOptions {
  /** Worker threads. */
  readonly jobs: number;
  /** Told a few times a second how many lines of all cells are done. */
  readonly onProgress?: (linesDone: number) => void;
}

const WORKER = new URL('./worker.js', import.meta.url);
const TICK_MILLISECONDS = 200;

/** The figures of every cell; or what the kernel panicked with in the first of those where it did. */
export async function runCells(
  cells: readonly Cell[],
  lines: readonly CheckedLine[],
  { jobs, onProgress }: RunCellsOptions,
): Promise<Result<Figures[], string>> {
  const workers = new Workers<typeof worker>(WORKER, Math.min(jobs, cells.length));
  const progress = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const ticker = setInterval(() => {
    onProgress?.(Atomics.load(new Int32Array(progress), 0));
  }, TICK_MILLISECONDS);
  try {
    const tasks = cells.map((cell) => cellTask(cell, lines, progress));
    const outcomes = await workers.all('runCellTask', tasks);
    return inOrder(cells, outcomes);
  } finally {
    clearInterval(ticker);
    await workers.end();
  }
}

/** The cell without what cannot cross threads. */
function cellTask(
  cell: Cell,
  lines: readonly CheckedLine[],
  progress: SharedArrayBuffer,
): worker.CellTask {
  const { board, ...part } = cell.part;
  return { cell: { ...cell, part }, hasBoard: board !== undefined, lines, progress };
}

function inOrder(
  cells: readonly Cell[],
  outcomes: readonly worker.CellOutcome[],
): Result<Figures[], string> {
  const figures: Figures[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const cell = cells[index];
    if (!outcome.ok) return Err(outcome.error);
    if (cell !== undefined) figures.push({ ...outcome.value, cell });
  }
  return Ok(figures);
}
