// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The page about callback ownership: current, and complete about its differences. NON-TOCK. */
import { expect } from 'chai';
import { DIFFERENCES, isAsSaid, STATEMENTS, statementOf } from '#lab/swap/expected';
import { DESIGNS } from '#lab/swap/designs';
import { runMatrix } from '#lab/swap/matrix';
import { MISBEHAVIOURS } from '#lab/swap/misbehaviours';
import { page, unexplained } from '#lab/swap/page';
import { expectGolden } from '../../support/golden.ts';

const CELLS = runMatrix();

describe('The page about callback ownership', () => {
  it('is what the runs make of it', () => {
    const update = process.env['UPDATE_GOLDEN'] === '1';
    expectGolden('CALLBACK-OWNERSHIP.md', page(CELLS), { folder: 'doc', update });
  });

  it('explains each difference between what was said and what was seen, and nothing else', () => {
    expect(unexplained(CELLS)).to.deep.equal([]);
  });

  it('notices a difference without an explanation, and an explanation without a difference', () => {
    const [difference] = DIFFERENCES;
    const cells = CELLS.filter(
      ({ kind, misbehaviour: { number }, design }) =>
        !(
          kind === difference?.kind &&
          number === difference.number &&
          difference.designs.includes(design)
        ),
    );
    expect(unexplained(cells)).to.deep.equal(['no difference: row 2, callback, 2.0-dev']);
    const [cell] = CELLS.filter((one) => one.kind === 'callback' && one.design === '2.2');
    if (cell === undefined) throw new Error('no such cell');
    const changed = CELLS.map((one) =>
      one === cell ? { ...cell, verdict: 'unnoticed' as const } : one,
    );
    expect(unexplained(changed)).to.deep.equal(['not explained: row 1, callback, 2.2']);
  });

  it('says something about each row, once, in seven designs', () => {
    expect(STATEMENTS.map(({ number }) => number)).to.deep.equal(
      MISBEHAVIOURS.map(({ number }) => number),
    );
    for (const { says } of STATEMENTS) expect(says).to.have.length(DESIGNS.length);
  });

  it('reads a statement by its letters, not by its remarks', () => {
    const cell = CELLS.find(
      ({ kind, misbehaviour, design }) =>
        kind === 'callback' && misbehaviour.number === 9 && design === 'e',
    );
    if (cell === undefined) throw new Error('no such cell');
    expect(statementOf('callback', 9, 'e')).to.equal('D at next subscribe');
    expect(isAsSaid(cell)).to.equal(true);
    expect(isAsSaid({ ...cell, when: 'at once' })).to.equal(false);
    expect(isAsSaid({ ...cell, verdict: 'prevented' })).to.equal(false);
    expect(statementOf('buffer', 1, 'e')).to.equal(undefined);
  });
});
