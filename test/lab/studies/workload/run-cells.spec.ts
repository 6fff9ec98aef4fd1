// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Cells on worker threads, against the same cells here.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Cell } from '#lab/studies/workload/cell';
import { runCell } from '#lab/studies/workload/figures';
import { runCells } from '#lab/studies/workload/run-cells';
import { bundled, part } from './support.ts';

const LINES = bundled('fido-tour');

describe('runCells', () => {
  const usual = { pages: 4, store: 'persistent', level: 'board', hil: 'byte' } as const;
  const { board: _, ...sameName } = part('earlgrey');
  const cells: readonly Cell[] = [
    { ...usual, part: part('earlgrey') },
    { ...usual, part: part('nrf52840'), hil: 'blocking' },
    // A part of the user's own that is called as one of ours has no board for that.
    { ...usual, part: sameName },
    { ...usual, part: part('nrf52840'), pages: 3 },
  ];

  for (const jobs of [1, 3]) {
    it(`gives what each cell gives by itself, in their order, with ${jobs}`, async () => {
      const figures = await runCells(cells, LINES, { jobs });
      expect(figures).to.deep.equal({
        ok: true,
        value: cells.map((cell) => runCell(cell, LINES)),
      });
    });
  }
});
