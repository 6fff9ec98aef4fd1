// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The honest capsule, and the cases of callback swaps as the laboratory shows them. NON-TOCK. */
import { expect } from 'chai';
import type { TraceRecord } from '#kernel/trace';
import { SWAP_DRIVER } from '#lab/swap/capsules/desk';
import { DESIGNS, type Design } from '#lab/swap/designs';
import { play, type Observations } from '#lab/swap/machine';
import type { Kind } from '#lab/swap/matrix';
import { MISBEHAVIOURS } from '#lab/swap/misbehaviours';

/** Upcalls that the script is owed: twelve pieces of work, two of them without a function subscribed. */
const UPCALLS = 10;
/** Exchanges of the script: two lend four things each, two things are lent anew three times, and taken back as often. */
const EXCHANGES = 2 * 4 + 3 * 2 + 3 * 2;

describe('An honest capsule', () => {
  for (const design of DESIGNS) {
    it(`leaves no damage and no report in ${design}, and does all its work`, () => {
      const records: TraceRecord[] = [];
      const onRecord = (record: TraceRecord): void => void records.push(record);
      const seen = play({ design, reaction: 'panic', capsule: {}, onRecord });
      expect(seen).to.deep.equal({
        confessions: [],
        inVain: [],
        reports: [],
        notices: [],
        damages: [],
        harm: [],
        compileError: undefined,
        panic: undefined,
      } satisfies Observations);
      const ours = records.filter(({ fields }) => fields['driver'] === SWAP_DRIVER);
      const delivered = ours.filter(({ event }) => event === 'upcallDelivered');
      expect(delivered).to.have.length(UPCALLS);
      const swaps = records.filter(
        ({ event, fields }) =>
          event === 'syscall' &&
          fields['r0'] === SWAP_DRIVER &&
          [1, 3].includes(Number(fields['class'])),
      );
      expect(swaps).to.have.length(EXCHANGES);
      expect(records.filter(({ event }) => event === 'processExited')).to.have.length(2);
    });
  }
});

/** The first attempt of a row. */
function seen(number: number, kind: Kind, design: Design, nth = 0): Observations {
  const side = MISBEHAVIOURS[number - 1]?.[kind];
  const attempts = typeof side === 'object' ? side.attempts : [];
  const capsule = attempts.filter(({ designs = DESIGNS }) => designs.includes(design))[nth];
  if (capsule === undefined) throw new Error('no such attempt');
  return play({ design, reaction: 'kill', capsule });
}

const kinds = ({ damages }: Observations): Set<string> => new Set(damages.map(({ kind }) => kind));

describe('Callback swaps, case by case', () => {
  it("F01 E: another process's callback for this one's is reported, and nobody is told of it", () => {
    const { reports, notices, damages } = seen(2, 'callback', 'e');
    expect(reports[0]?.what).to.equal('the driver gave back a callback of another process');
    expect(notices).to.deep.equal([]);
    expect(damages.map(({ kind }) => kind)).not.to.include('foreign-old-value');
  });

  it('F02 E: the callback of another number is reported', () => {
    const { reports } = seen(3, 'callback', 'e');
    expect(reports[0]?.what).to.equal('the driver gave back the callback of another number');
  });

  it('F05 E: slots exchanged by a command are reported at the next subscribe, not before', () => {
    const { confessions, reports } = seen(9, 'callback', 'e');
    expect(reports[0]?.what).to.equal('the driver gave back the callback of another number');
    expect(reports[0]?.time).to.be.greaterThan(confessions[0]?.time ?? Infinity);
  });

  it('F06 B: the kernel is silent about F02, and an app that compares is not', () => {
    const { reports, notices } = seen(3, 'callback', '2.0-dev');
    expect(reports).to.deep.equal([]);
    expect(notices[0]?.what).to.match(/^process 0: subscribe 1 gave back \(0x/);
  });

  it('F07 C: a null callback is accepted while another is held', () => {
    const { reports, notices } = seen(4, 'callback', 'c');
    expect(reports).to.deep.equal([]);
    expect(notices[0]?.what).to.match(/gave back \(0x0, 0x0\), not \(0x[1-9a-f]/);
  });

  it('F09 F, G: what waits to exchange callbacks is never asked to', () => {
    for (const design of ['2.0', '2.2'] as const) {
      const { inVain, confessions, damages } = seen(3, 'callback', design);
      expect([inVain, confessions, damages]).to.deep.equal([['subscribe'], [], []]);
    }
  });

  it('F10 A: a copy that is kept calls a function that the process has taken back', () => {
    const observed = seen(1, 'callback', '1.x');
    expect(kinds(observed)).to.include('stale-upcall');
    expect([observed.reports, observed.notices]).to.deep.equal([[], []]);
  });

  it('F11 2.0: the wrong buffer comes back, and the kernel does not notice', () => {
    const observed = seen(2, 'buffer', '2.0');
    expect(kinds(observed)).to.include('foreign-old-value');
    expect(observed.reports).to.deep.equal([]);
  });

  it('D31 2.0: a buffer that is kept is written after it was taken back, and the kernel does not notice', () => {
    const observed = seen(11, 'buffer', '2.0');
    expect(kinds(observed)).to.include('touched-buffer');
    expect(observed.reports).to.deep.equal([]);
  });

  it('F12 G: whatever the capsule would do, the exact pair before comes back', () => {
    for (const number of [2, 3, 4, 5, 6, 7, 8, 9]) {
      const { notices, damages } = seen(number, 'buffer', '2.2');
      expect([notices, damages]).to.deep.equal([[], []]);
    }
  });

  it('F14 any design: a flooded queue drops, and an upcall of another number is lost with it', () => {
    for (const design of DESIGNS) {
      const { damages } = seen(15, 'callback', design, 1);
      expect(damages.filter(({ kind }) => kind === 'dropped-upcall')).not.to.have.length(0);
      const lost = damages.filter(({ kind, number }) => kind === 'broken-promise' && number === 1);
      expect(lost).not.to.have.length(0);
    }
  });
});
