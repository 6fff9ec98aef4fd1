// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Upcalls: queued in order, delivered with exact words, lost only when the queue is full.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { GrantKernelData } from '#kernel/grant';
import { ProcessState } from '#kernel/process';
import { Err, Ok } from '#kernel/result';
import { CommandReturn } from '#kernel/syscall-driver';
import { ms } from '#kernel/time';
import { UPCALL_RING_SLOTS } from '#kernel/upcall';
import { DRIVER, runAlone, Testbench } from '../support/testbench.ts';
import type { Words } from '../support/raw-process.ts';

describe('Upcalls: delivery', () => {
  it('C01 three upcalls run in the order of scheduling, arguments and appdata exact (TRD 104 §4.1)', () => {
    const calls: Words[] = [];
    runAlone(function* (process) {
      yield* process.subscribe(DRIVER, 2, process.recorder(calls), 0xffff_fffe);
      for (const first of [10, 20, 0xffff_ff00]) yield* process.command(DRIVER, 1, 2, first);
      for (let wait = 0; wait < 3; wait++) yield* process.yieldWait();
    });
    expect(calls).to.deep.equal([
      [10, 11, 12, 0xffff_fffe],
      [20, 21, 22, 0xffff_fffe],
      [0xffff_ff00, 0xffff_ff01, 0xffff_ff02, 0xffff_fffe],
    ]);
  });

  it('C01 negative and large arguments arrive as 32 bits', () => {
    const calls: Words[] = [];
    runAlone(function* (process, bench) {
      yield* process.subscribe(DRIVER, 0, process.recorder(calls));
      yield* process.command(DRIVER, 0);
      bench.driver.schedule(bench.kernel.processes[0]?.processId as never, 0, -1);
      yield* process.yieldWait();
    });
    expect(calls).to.deep.equal([[0xffff_ffff, 0, 1, 0]]);
  });

  it('C02 resubscribing with other appdata drops what was scheduled for the old', () => {
    const calls: Words[] = [];
    runAlone(function* (process) {
      const f = process.recorder(calls);
      yield* process.subscribe(DRIVER, 0, f, 1);
      yield* process.command(DRIVER, 1, 0, 3);
      yield* process.subscribe(DRIVER, 0, f, 2);
      yield* process.yieldNoWait();
    });
    expect(calls).to.deep.equal([]);
  });

  it('C01 no upcall runs while the process does not yield', () => {
    const calls: Words[] = [];
    runAlone(function* (process) {
      yield* process.subscribe(DRIVER, 0, process.recorder(calls));
      yield* process.command(DRIVER, 1, 0, 10);
      yield* process.compute(ms(50));
      yield* process.command(DRIVER, 0);
      yield* process.memop(2);
      expect(calls).to.deep.equal([]);
    });
  });

  it('C30 no room on the stack for the call: the process faults, the kernel lives', () => {
    const bench = new Testbench();
    const { process, raw } = bench.spawn(function* (program) {
      yield* program.subscribe(DRIVER, 0, program.recorder([]));
      yield* program.command(DRIVER, 1, 0, 10);
      raw.stackPointerIsBad = true;
      yield* program.yieldWait();
      expect.fail('went on');
    });
    const other = bench.spawn(function* (program) {
      yield* program.exit(0, 8);
    });
    expect(bench.run()).to.equal('finished');
    expect(process.state).to.equal(ProcessState.Faulted);
    expect(process.faultReason).to.contain('stack pointer');
    expect(other.process.completionCode).to.equal(8);
  });

  it('C30 no room for the start function: the same', () => {
    const bench = new Testbench();
    const { process, raw } = bench.spawn(function* (program) {
      yield* program.exit(0, 0);
    });
    raw.stackPointerIsBad = true;
    expect(bench.run()).to.equal('finished');
    expect(process.state).to.equal(ProcessState.Faulted);
  });
});

describe('Upcalls: scheduling', () => {
  /** What scheduling `count` upcalls by one command gave, for a process that subscribed or not. */
  function flood(count: number, subscribed = true): { bench: Testbench; results: unknown[] } {
    const bench = new Testbench();
    const results: unknown[] = [];
    bench.driver.onCommand = (_num, _arg1, _arg2, id) => {
      for (let value = 0; value < count; value++) {
        results.push(bench.driver.schedule(id, 0, value));
      }
      return CommandReturn.success();
    };
    bench.spawn(function* (process) {
      if (subscribed) yield* process.subscribe(DRIVER, 0, process.recorder([]));
      yield* process.command(DRIVER, 7);
    });
    bench.run();
    return { bench, results };
  }

  it('F14 nine fit; the tenth is lost, refused to the capsule, counted and traced (ring of ten)', () => {
    const { bench, results } = flood(11);
    expect(UPCALL_RING_SLOTS).to.equal(10);
    expect(results.slice(0, 9)).to.deep.equal(new Array(9).fill(Ok()));
    expect(results.slice(9)).to.deep.equal([Err('QueueFull'), Err('QueueFull')]);
    expect(bench.kernel.processes[0]?.droppedUpcallCount).to.equal(2);
  });

  it('F14 the new one is lost, not the oldest', () => {
    const calls: Words[] = [];
    const dropped: unknown[] = [];
    runAlone(function* (process, bench) {
      bench.trace.on('upcallDropped', ({ fields }) => dropped.push(fields));
      yield* process.subscribe(DRIVER, 0, process.recorder(calls));
      for (let value = 0; value < 12; value++) yield* process.command(DRIVER, 1, 0, value);
      for (let wait = 0; wait < 9; wait++) yield* process.yieldWait();
    });
    expect(calls.map(([first]) => first)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(dropped).to.deep.equal(new Array(3).fill({ driver: DRIVER, subscribe: 0 }));
  });

  it('C24 before its first instruction eight upcalls fit beside the start of the process', () => {
    const bench = new Testbench();
    const { process } = bench.spawn(function* () {});
    const results = Array.from({ length: 9 }, () => bench.driver.schedule(process.processId, 0, 0));
    expect(results).to.deep.equal([...new Array<unknown>(8).fill(Ok()), Err('QueueFull')]);
  });

  it('C26 a number that the grant does not have: InvalidSubscribeNum, nothing queued', () => {
    const bench = new Testbench();
    const { process } = bench.spawn(function* () {});
    for (const number of [4, -1, 0.5, NaN, 2 ** 32]) {
      expect(bench.driver.schedule(process.processId, number, 0)).to.deep.equal(
        Err('InvalidSubscribeNum'),
      );
    }
    expect(process.tasks.length).to.equal(1);
  });

  for (const [profile, queued] of [
    ['2.0', 0],
    ['2.1', 0],
    ['2.2', 1],
    ['2.2-trd', 1],
  ] as const) {
    it(`C14 profile ${profile}: a null upcall is Ok and takes ${queued} slots (#3577)`, () => {
      const bench = new Testbench({ profile });
      const { process } = bench.spawn(function* (program) {
        yield* program.command(DRIVER, 0);
        yield* program.yieldWait();
      });
      bench.run();
      expect(bench.driver.schedule(process.processId, 0, 5)).to.deep.equal(Ok());
      expect(process.tasks.length).to.equal(queued);
    });
  }

  it('C27 a stopped process takes upcalls, and runs them when resumed', () => {
    const bench = new Testbench();
    const calls: Words[] = [];
    const { process } = bench.spawn(function* (program) {
      yield* program.subscribe(DRIVER, 0, program.recorder(calls));
      yield* program.yieldWait();
    });
    expect(bench.run()).to.equal('asleep');
    process.stop();
    expect(bench.driver.schedule(process.processId, 0, 5)).to.deep.equal(Ok());
    expect(bench.run()).to.equal('asleep');
    expect(calls).to.deep.equal([]);
    process.resume();
    expect(bench.run()).to.equal('finished');
    expect(calls).to.deep.equal([[5, 6, 7, 0]]);
  });

  for (const profile of ['2.0', '2.1', '2.2'] as const) {
    it(`E15 profile ${profile}: what the kernel holds of a life that is over schedules nothing`, () => {
      const bench = new Testbench({ profile });
      const { process } = bench.spawn(function* (program) {
        yield* program.command(DRIVER, 0);
        yield* program.yieldWait();
      });
      let kept: GrantKernelData | undefined;
      bench.driver.kernelData(process.processId, (kernel) => (kept = kernel));
      process.terminate(undefined);
      expect(kept?.scheduleUpcall(0, [1, 2, 3])).to.deep.equal(Err('KernelError'));
      process.start();
      expect(kept?.scheduleUpcall(0, [1, 2, 3])).to.deep.equal(Err('KernelError'));
      expect(process.tasks.length).to.equal(1);
    });
  }

  it('C20 an unrelated upcall after the awaited one does not put the process back to sleep (#5195)', () => {
    const bench = new Testbench();
    const answers: Words[] = [];
    const { process } = bench.spawn(function* (program) {
      yield* program.subscribe(DRIVER, 1, program.recorder([]));
      answers.push(yield* program.yieldWaitFor(DRIVER, 0));
    });
    bench.run();
    bench.driver.schedule(process.processId, 0, 50);
    bench.driver.schedule(process.processId, 1, 60);
    expect(process.ready()).to.equal(true);
    expect(bench.run()).to.equal('finished');
    expect(answers.map((words) => words.slice(0, 3))).to.deep.equal([[50, 51, 52]]);
  });
});
