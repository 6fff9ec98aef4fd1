// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a worker thread does: one run of a sweep.
 *
 * NON-TOCK: the pool of `lab/workers.ts` calls its function by name. Boards are functions and do not cross threads:
 * a worker finds a part's board by the part's name.
 */
import { KernelPanic } from '#kernel/assert';
import { Err, Ok, type Result } from '#kernel/result';
import type { CheckedLine } from '../../run/workload.ts';
import type { Cell } from './cell.ts';
import { runCell, type Figures } from './figures.ts';
import { PARTS, type StudyPart } from './parts.ts';

/** A run, as it crosses threads. */
export interface CellTask {
  readonly cell: Cell;
  readonly hasBoard: boolean;
  readonly lines: readonly CheckedLine[];
  /** One word that counts the lines done by all workers. */
  readonly progress: SharedArrayBuffer;
}

/** What came of it; or what the kernel panicked with outside the workload. */
export type CellOutcome = Result<Omit<Figures, 'cell'>, string>;

/** Runs a cell. */
export function runCellTask({ cell, hasBoard, lines, progress }: CellTask): CellOutcome {
  const done = new Int32Array(progress);
  let told = 0;
  const tell = (linesDone: number): void => {
    Atomics.add(done, 0, linesDone - told);
    told = linesDone;
  };
  try {
    const { cell: _, ...figures } = runCell(hasBoard ? onBoard(cell) : cell, lines, tell);
    return Ok(figures);
  } catch (error) {
    if (error instanceof KernelPanic) return Err(error.message);
    throw error;
  }
}

function onBoard(cell: Cell): Cell {
  const board = PARTS[cell.part.id]?.board;
  if (board === undefined) return cell;
  const part: StudyPart = { ...cell.part, board };
  return { ...cell, part };
}
