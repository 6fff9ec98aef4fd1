// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Each cell of the matrix, by its name.
 *
 * NON-TOCK: tests. What is expected follows from the rules of the designs (`kernel/callback-rules.ts`) and from the
 * discussion; where these two differ, doc/CALLBACK-OWNERSHIP.md says why.
 */
import { expect } from 'chai';
import { DESIGNS, LETTERS } from '#lab/swap/designs';
import { judge, KINDS, runCell, runMatrix, type Cell, type Kind } from '#lab/swap/matrix';
import { MISBEHAVIOURS } from '#lab/swap/misbehaviours';
import type { Observations } from '#lab/swap/machine';
import { kindOf, markOf } from '#lab/swap/report';

/**
 * P prevented, D detected at once, d detected at the next subscribe, U seen only by userspace, ✗ unnoticed,
 * · not applicable. Behind it: a kind of damage that each cell with U or ✗ has to show, and each with d, which
 * comes too late.
 */
const EXPECTED: Readonly<Record<Kind, string>> = {
  callback: `
          A B C D E F G
      1   ✗ ✗ ✗ P P P P   stale-upcall
      2   · U D D D P P   foreign-old-value
      3   · U U U D P P   wrong-old-value
      4   · U U U D P P   wrong-old-value
      5   · U U D D P P   wrong-refusal
      6   · U U P P P P   wrong-old-value
      7   ✗ U U P P P P   stale-upcall
      8   ✗ U U U U P P   stale-upcall|wrong-old-value
      9   ✗ U U U d P P   broken-promise
      10  ✗ U d d d P P   broken-promise
      11  · · · · · · ·
      12  · · · · · · ·
      13  U U U U U D D   refused
      14  ✗ ✗ ✗ ✗ ✗ ✗ ✗   unpromised-upcall
      15  ✗ ✗ ✗ ✗ ✗ ✗ ✗   broken-promise
      16  ✗ ✗ ✗ ✗ ✗ ✗ ✗   unpromised-upcall
      17  · · · · · · ·
      18  ✗ ✗ ✗ ✗ ✗ ✗ ✗   broken-promise
      19  · · · · · U U   refused`,
  buffer: `
          A B C D E F G
      1   ✗ P P P P P P   touched-buffer
      2   · U U U U U P   foreign-old-value
      3   · U U U U U P   wrong-old-value
      4   · U U U U U P   wrong-old-value
      5   · U U U U U P   wrong-refusal
      6   · P P P P P P
      7   ✗ P P P P P P   touched-buffer
      8   ✗ U U U U U P   wrong-bytes
      9   ✗ U U U U U P   touched-buffer
      10  ✗ U U U U U P   wrong-bytes
      11  ✗ U U U U U P   touched-buffer
      12  ✗ U U U U U P   wrong-bytes
      13  U U U U U U D   refused
      14  · · · · · · ·
      15  · · · · · · ·
      16  ✗ ✗ ✗ ✗ ✗ ✗ ✗   wrong-bytes
      17  ✗ ✗ ✗ ✗ ✗ ✗ ✗   broken-promise
      18  · · · · · · ·
      19  · · · · · · U   refused`,
};

interface Expected {
  readonly marks: readonly string[];
  readonly damage: readonly string[];
}

/** The rows of a table by their numbers. */
function rowsOf(kind: Kind): Map<number, Expected> {
  const lines = EXPECTED[kind].trim().split('\n').slice(1);
  return new Map(
    lines.map((line) => {
      const [number, ...words] = line.trim().split(/\s+/);
      const marks = words.slice(0, DESIGNS.length);
      return [Number(number), { marks, damage: words[DESIGNS.length]?.split('|') ?? [] }];
    }),
  );
}

const CELLS = new Map(runMatrix().map((cell) => [nameOf(cell), cell]));

function nameOf({ kind, misbehaviour, design }: Cell): string {
  return `${kind}, row ${misbehaviour.number}, design ${LETTERS[design]} (${design})`;
}

for (const kind of KINDS) {
  const rows = rowsOf(kind);
  describe(`Swap matrix, ${kind}s`, () => {
    for (const misbehaviour of MISBEHAVIOURS) {
      const { number, title } = misbehaviour;
      for (const [index, design] of DESIGNS.entries()) {
        const name = `${kind}, row ${number}, design ${LETTERS[design]} (${design})`;
        const { marks, damage } = rows.get(number) ?? { marks: [], damage: [] };
        const mark = marks[index] ?? '';
        it(`${name}: ${mark} when the capsule ${title}`, () => {
          const cell = CELLS.get(name);
          if (cell === undefined) throw new Error('the matrix has no such cell');
          expect(markOf(cell)).to.equal(mark);
          expectDamage(cell, mark, damage);
        });
      }
    }
  });
}

/** Damage of one of some kinds where it is due, and none where there can be none. */
function expectDamage(cell: Cell, mark: string, kinds: readonly string[]): void {
  const seen = cell.damage.map(kindOf);
  if (mark === 'P' || mark === '·') expect(seen).to.deep.equal([]);
  else if (mark !== 'D') expect(seen).to.include.oneOf([...kinds]);
  if (mark === '·') expect(cell.reason).to.match(/\w/);
}

describe('Swap matrix', () => {
  it('has seven designs, nineteen misbehaviours, two kinds', () => {
    expect(CELLS.size).to.equal(7 * 19 * 2);
    expect(MISBEHAVIOURS.map(({ number }) => number)).to.deep.equal(
      Array.from({ length: 19 }, (_, index) => index + 1),
    );
  });

  it('is the same each time', () => {
    expect(runMatrix({ designs: ['e'] }).map(({ damage }) => damage)).to.deep.equal(
      [...CELLS.values()].filter(({ design }) => design === 'e').map(({ damage }) => damage),
    );
  });

  it('the compiler refuses a capsule before any process suffers more than a refusal', () => {
    const outcomes = [...CELLS.values()].flatMap((cell) => cell.outcomes);
    for (const { seen } of outcomes.filter(({ seen: { compileError } }) => compileError)) {
      expect(seen.damages.filter(({ kind }) => kind !== 'refused')).to.deep.equal([]);
      expect(seen.harm).to.deep.equal([]);
    }
  });

  it('a method that is waiting in vain is never called', () => {
    const waiting = [...CELLS.values()]
      .flatMap(({ outcomes }) => outcomes)
      .filter(({ seen }) => seen.inVain.length > 0);
    expect(waiting).to.have.length(7 + 7 + 9);
    for (const { seen } of waiting) expect(seen.confessions).to.deep.equal([]);
  });

  it('a row is detected under each reaction; a panic stops the board', () => {
    const misbehaviour = MISBEHAVIOURS[1];
    if (misbehaviour === undefined) throw new Error('no row 2');
    for (const reaction of ['panic', 'kill', 'disable'] as const) {
      const cell = runCell({ design: 'e', misbehaviour, kind: 'callback', reaction });
      expect([cell.verdict, cell.when]).to.deep.equal(['detected', 'at once']);
      expect(cell.outcomes[0]?.seen.panic !== undefined).to.equal(reaction === 'panic');
    }
  });
});

describe('Verdicts', () => {
  const attempt = { name: 'does it' };
  const damage = { slot: 0, driverNum: 1, number: 0, loan: 'upcall', text: '' } as const;
  const stale = { ...damage, kind: 'stale-upcall' } as const;
  const refused = { ...damage, kind: 'refused' } as const;
  const at = (time: number): { what: string; time: number } => ({ what: 'it', time });
  const nothing: Observations = {
    confessions: [at(5)],
    inVain: [],
    reports: [],
    notices: [],
    damages: [],
    harm: [],
    compileError: undefined,
    panic: undefined,
  };
  const verdict = (seen: Partial<Observations>): (string | null)[] => {
    const outcome = judge(attempt, { ...nothing, ...seen });
    return [outcome.verdict, outcome.when];
  };

  it('an attempt without damage was prevented', () => {
    expect(verdict({})).to.deep.equal(['prevented', 'by construction']);
    expect(verdict({ compileError: 'no' })).to.deep.equal(['prevented', 'by construction']);
  });

  it('a capsule that never had an occasion proves nothing: the run is refused', () => {
    expect(() => verdict({ confessions: [] })).to.throw('had no occasion');
    expect(() => verdict({ inVain: ['subscribe'] })).to.throw('had no occasion');
    expect(verdict({ inVain: ['subscribe'], confessions: [] })[0]).to.equal('prevented');
  });

  it('a report in the call of the misdeed is at once, any later one at the next subscribe', () => {
    expect(verdict({ reports: [at(5)] })).to.deep.equal(['detected', 'at once']);
    expect(verdict({ reports: [at(6)] })).to.deep.equal(['detected', 'at next subscribe']);
  });

  it('damage is unnoticed unless an app notices, and a refusal tells only of itself', () => {
    expect(verdict({ damages: [stale] })[0]).to.equal('unnoticed');
    expect(verdict({ harm: ['wrong-bytes: '] })[0]).to.equal('unnoticed');
    expect(verdict({ damages: [stale], notices: [at(7)] })[0]).to.equal('userspace');
    expect(verdict({ damages: [refused] })[0]).to.equal('userspace');
    expect(verdict({ damages: [refused, stale] })[0]).to.equal('unnoticed');
    expect(verdict({ damages: [refused], harm: ['wrong-bytes: '] })[0]).to.equal('unnoticed');
  });
});
