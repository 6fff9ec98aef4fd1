// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Timeslices: how long a process runs, and what the scheduler is told.
 *
 * NON-TOCK: tests of the kernel loop; the schedulers have their own.
 */
import { expect } from 'chai';
import { ProcessState } from '#kernel/process';
import { CommandReturn } from '#kernel/syscall-driver';
import { ms, us } from '#kernel/time';
import type { Code, RawProcess } from '../support/raw-process.ts';
import { DRIVER, Testbench, TestScheduler } from '../support/testbench.ts';

function* waiting(process: RawProcess): Code {
  for (;;) yield* process.yieldWait();
}
function* spinning(process: RawProcess): Code {
  for (;;) yield* process.compute(ms(1));
}

describe('Kernel: timeslices', () => {
  it('a spinning process gets 10 ms at a time, and others run in between (round_robin.rs)', () => {
    const bench = new Testbench();
    const seen: number[] = [];
    const { process } = bench.spawn(spinning);
    bench.spawn(function* (raw) {
      for (let turn = 0; turn < 3; turn++) {
        seen.push(bench.clock.now);
        yield* raw.compute(ms(9.5));
      }
    });
    bench.run(ms(60));
    // 9.5 ms are a whole slice: with 0.5 ms left a process is not run.
    expect(seen.length).to.be.at.least(2);
    expect(seen[0]).to.be.within(ms(9.5), ms(10));
    expect(process.timesliceExpirationCount).to.be.at.least(2);
  });

  it('a process with 500 us left, or less, is not run; with more it is (kernel.rs)', () => {
    for (const [first, expired] of [
      [9499, false],
      [9500, true],
      [9501, true],
    ] as const) {
      const bench = new Testbench();
      const expirations: number[] = [];
      bench.trace.on('timesliceExpired', ({ t }) => expirations.push(t));
      bench.spawn(function* (raw) {
        yield* raw.compute(us(first));
        yield* raw.memop(2);
      });
      bench.run();
      expect(expirations, `${first}`).to.deep.equal(expired ? [us(first)] : []);
    }
  });

  it('tells the scheduler why and for how long', () => {
    const scheduler = new TestScheduler();
    const bench = new Testbench({ scheduler });
    bench.interruptAt(ms(2), () => {});
    bench.spawn(function* (raw) {
      yield* raw.compute(ms(3));
      yield* raw.yieldNoWait();
      yield* raw.compute(ms(12));
    });
    bench.run();
    expect(scheduler.results).to.deep.equal([
      ['KernelPreemption', ms(2)],
      ['TimesliceExpired', ms(8)],
      ['StoppedFaulted', ms(5)],
    ]);
  });

  it('without a timeslice a process runs until it yields, and no time is reported', () => {
    const scheduler = new TestScheduler('none');
    const bench = new Testbench({ scheduler });
    const { process } = bench.spawn(function* (raw) {
      yield* raw.compute(ms(500));
      yield* raw.yieldWait();
    });
    bench.run();
    expect(scheduler.results).to.deep.equal([['NoWorkLeft', undefined]]);
    expect(process.timesliceExpirationCount).to.equal(0);
  });

  it('stopped from an interrupt: the scheduler hears Stopped', () => {
    const scheduler = new TestScheduler();
    const bench = new Testbench({ scheduler });
    const { process } = bench.spawn(spinning);
    bench.driver.onCommand = () => {
      process.stop();
      return CommandReturn.success();
    };
    bench.spawn(waiting);
    bench.interruptAt(ms(1), () => {
      process.stop();
    });
    expect(bench.run()).to.equal('asleep');
    expect(process.state).to.equal(ProcessState.Stopped);
  });

  it('a process that its own command stops goes no further, and goes on when resumed', () => {
    const scheduler = new TestScheduler();
    const bench = new Testbench({ scheduler });
    const { process } = bench.spawn(function* (raw) {
      const [r0, r1] = yield* raw.command(DRIVER, 1);
      yield* raw.exit(0, r0 === 129 ? r1 : 0);
    });
    bench.driver.onCommand = () => {
      process.stop();
      return CommandReturn.successU32(6);
    };
    expect(bench.run()).to.equal('asleep');
    expect(scheduler.results.map(([reason]) => reason)).to.deep.equal(['Stopped']);
    process.resume();
    expect(bench.run()).to.equal('finished');
    expect(process.completionCode).to.equal(6);
  });
});
