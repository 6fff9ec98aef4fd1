// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Ready processes in turn.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain } from '#boards/board';
import { RoundRobin } from '#capsules/system/scheduler/round-robin';
import type { Process } from '#kernel/process-standard';
import { ms } from '#kernel/time';
import { bench } from '../../../support/run-app.ts';

const fake = (ready: boolean): Process => ({ ready: () => ready }) as unknown as Process;

describe('RoundRobin', () => {
  it('takes ready processes in turn, each with 10 ms, and skips the others', () => {
    const [a, b, c] = [fake(true), fake(false), fake(true)];
    const scheduler = new RoundRobin();
    const chosen = [1, 2, 3].map(() => {
      const decision = scheduler.next([a, b, c, undefined]);
      scheduler.result('TimesliceExpired', ms(10));
      return [decision?.process, decision?.timeslice];
    });
    expect(chosen).to.deep.equal([
      [a, ms(10)],
      [c, ms(10)],
      [a, ms(10)],
    ]);
  });

  it('lets the chip sleep when none is ready', () => {
    expect(new RoundRobin().next([fake(false), undefined])).to.equal(undefined);
  });

  it('keeps what is left of a timeslice that kernel work interrupted', () => {
    const [a, b] = [fake(true), fake(true)];
    const scheduler = new RoundRobin();
    scheduler.next([a, b]);
    scheduler.result('KernelPreemption', ms(3));
    expect(scheduler.next([a, b])).to.deep.equal({ process: a, timeslice: ms(7) });
    scheduler.result('KernelPreemption', ms(2));
    expect(scheduler.next([a, b])).to.deep.equal({ process: a, timeslice: ms(5) });
    scheduler.result('TimesliceExpired', ms(5));
    expect(scheduler.next([a, b])).to.deep.equal({ process: b, timeslice: ms(10) });
  });

  it('shares the CPU between two spinning apps on a board', () => {
    const turns: string[] = [];
    const spin = (name: string): AppMain =>
      function* (tock) {
        for (let count = 0; count < 4; count++) {
          yield* tock.compute(ms(9.6));
          turns.push(name);
        }
        return 0;
      };
    const { board } = bench();
    const processes = ['a', 'b'].map((name) => board.load({ name, main: spin(name) }));
    board.run();
    expect(turns).to.deep.equal(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']);
    expect(processes[0]?.timesliceExpirationCount).to.be.greaterThan(2);
  });
});
