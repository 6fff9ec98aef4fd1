// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Pages about who owns callbacks, and what a status is: what the runs say.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { judgement, statusRows } from '#lab/swap/return-code';
import { returnCodesPage, statusTable } from '#lab/swap/return-code-page';
import { userspaceCostsMarkdown } from '#lab/swap/userspace-costs';
import { userspaceEffectsMarkdown, userspaceMarkdown } from '#lab/swap/userspace-effects';
import { expectGolden } from '../../support/golden.ts';

describe('Pages of the laboratory of swaps', () => {
  it('the page about ReturnCodes has a cell for each observation', () => {
    const rows = statusRows();
    const cells = (['upcall', 'command'] as const).flatMap((path) =>
      statusTable(path, rows)
        .trimEnd()
        .split('\n')
        .slice(2)
        .flatMap((line) => line.split(' | ').slice(2))
        .map((cell) => cell.replace(/ \|$/, '')),
    );
    expect(cells.toSorted()).to.deep.equal(rows.map(judgement).toSorted());
  });

  it('doc/RETURN-CODES.md is current', () => {
    expectGolden('RETURN-CODES.md', returnCodesPage(), {
      folder: 'doc',
      update: process.env['UPDATE_GOLDEN'] === '1',
    });
  });

  it('the section about userspace has both tables', () => {
    const section = userspaceMarkdown();
    expect(section).to.include(userspaceEffectsMarkdown()).and.include(userspaceCostsMarkdown());
  });
});
