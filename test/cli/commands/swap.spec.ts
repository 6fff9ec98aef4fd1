// SPDX-License-Identifier: Apache-2.0 OR MIT
/** `tocksim swap`: tables, explained cells, JSON, traces, refusals. NON-TOCK. */
import { expect } from 'chai';
import { expectGolden } from '../../support/golden.ts';
import { scratch, tocksim } from '../support.ts';

interface Printed {
  readonly cells: readonly {
    readonly profile: string;
    readonly misbehaviour: number;
    readonly kind: string;
    readonly verdict: string;
    readonly when: string | null;
    readonly damage: readonly string[];
    readonly reason?: string;
  }[];
}

describe('tocksim swap', () => {
  const files = scratch();
  const lines = (text: string): string[] => text.trimEnd().split('\n');

  it('prints the matrix, 80 characters wide', async () => {
    const { code, out } = await tocksim('swap');
    expect(code).to.equal(0);
    expect(lines(out).filter((line) => line.length > 80)).to.deep.equal([]);
    expectGolden('swap.txt', out);
  });

  it('explains the cells of one row or one design, 80 characters wide', async () => {
    const { code, out } = await tocksim('swap', '--misbehaviour', '8', '--profile', 'e');
    expect(code).to.equal(0);
    expect(lines(out).filter((line) => line.length > 80)).to.deep.equal([]);
    expectGolden('swap-e-8.txt', out);
    const row = await tocksim('swap', '--misbehaviour', '1');
    expect(row.out.match(/, row 1: /g)).to.have.length(14);
    const design = await tocksim('swap', '--profile', '2.2');
    expect(design.out.match(/^G 2\.2, /gm)).to.have.length(38);
    expect((await tocksim('swap', '--profile', '2.1')).out).to.equal(design.out);
  });

  it('prints every cell as JSON', async () => {
    const { out } = await tocksim('swap', '--json');
    const { cells } = JSON.parse(out) as Printed;
    expect(cells).to.have.length(266);
    expect(cells[0]).to.include({
      profile: '1.x',
      misbehaviour: 1,
      kind: 'callback',
      verdict: 'unnoticed',
      when: null,
    });
    expect(cells[0]?.damage[0]).to.match(/^stale-upcall: process 0, driver 0x90004, upcall 0: /);
    for (const { verdict, reason } of cells) {
      expect(reason !== undefined).to.equal(verdict === 'not-applicable');
    }
  });

  it('--status prints what apps conclude from the numbers of each kernel', async () => {
    const { code, out } = await tocksim('swap', '--status');
    expect(code).to.equal(0);
    expect(lines(out).filter((line) => line.length > 80)).to.deep.equal([]);
    expect(out).to.match(/^ReturnCode app, FAIL +ok +ok +success +success +success$/m);
    const { rows } = JSON.parse((await tocksim('swap', '--status', '--json')).out) as {
      rows: readonly unknown[];
    };
    expect(rows).to.have.length(90);
  });

  it('the reaction decides how the board goes on', async () => {
    const row = ['swap', '--profile', 'e', '--misbehaviour', '2'];
    const panic = await tocksim(...row, '--reaction', 'panic');
    expect(panic.out).to.include('the board stops: driver 0x90004 gave back');
    expect((await tocksim(...row)).out).not.to.include('the board stops');
    const disable = await tocksim(...row, '--reaction', 'disable');
    expect(disable.out).to.include('refused: process');
  });

  it('writes the runs to a trace, each from its power-on', async () => {
    const path = files.path('runs.jsonl');
    const row = ['swap', '--profile', 'e', '--misbehaviour', '8', '--trace', path];
    expect((await tocksim(...row)).code).to.equal(0);
    const events = lines(files.read('runs.jsonl')).map(
      (line) => JSON.parse(line) as { event: string; reason?: string },
    );
    expect(events[0]?.event).to.equal('powerOn');
    expect(events.filter(({ event }) => event === 'powerOn')).to.have.length(4);
    expect(events.find(({ event }) => event === 'callbackViolation')?.reason).to.equal(
      'the callback of another number',
    );
  });

  it('refuses what there is not, in one line', async () => {
    const cases = [
      [['--profile', '2.00'], "unknown profile '2.00' (did you mean 2.0?)"],
      [['--reaction', 'pnaic'], "unknown reaction 'pnaic' (did you mean panic?)"],
      [['--misbehaviour', '20'], 'It must be a whole number from 1 to 19'],
      [['--trace', 'runs.csv'], 'runs.csv: the name of a trace ends in .jsonl, .json, .txt'],
      [['--trace', files.path('nowhere/runs.txt')], 'there is no folder'],
    ] as const;
    for (const [args, message] of cases) {
      const { code, out, err } = await tocksim('swap', ...args);
      expect([code, out]).to.deep.equal([2, '']);
      expect(lines(err)).to.have.length(1);
      expect(err).to.include(message);
    }
  });
});
