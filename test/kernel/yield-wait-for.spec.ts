// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Yield-WaitFor: blocks for one upcall, whose arguments it returns instead of running it.
 *
 * NON-TOCK: tests of `syscalls.ts` and of the kernel loop.
 */
import { expect } from 'chai';
import { ProcessState } from '#kernel/process';
import { TaskKind } from '#kernel/upcall';
import type { Words } from '../support/raw-process.ts';
import { DRIVER, runAlone, Testbench } from '../support/testbench.ts';

const OTHER = 0x9001;

describe('Yield-WaitFor', () => {
  it('C14 a null event gives its three arguments, in r0 to r2, no variant', () => {
    runAlone(function* (process) {
      yield* process.command(DRIVER, 1, 0, 10);
      expect(yield* process.yieldWaitFor(DRIVER, 0)).to.deep.equal([10, 11, 12, 0]);
    });
  });

  it('C14 the arguments of a subscribed upcall, whose function is not called', () => {
    const calls: Words[] = [];
    runAlone(function* (process) {
      yield* process.subscribe(DRIVER, 0, process.recorder(calls), 9);
      yield* process.command(DRIVER, 1, 0, 10);
      expect((yield* process.yieldWaitFor(DRIVER, 0)).slice(0, 3)).to.deep.equal([10, 11, 12]);
    });
    expect(calls).to.deep.equal([]);
  });

  it('C17 takes the first match; what is before and after stays in order', () => {
    const bench = new Testbench();
    bench.addDriver(OTHER);
    const calls: Words[] = [];
    bench.spawn(function* (process) {
      const f = process.recorder(calls);
      for (const driver of [DRIVER, OTHER]) {
        for (const number of [0, 1]) yield* process.subscribe(driver, number, f);
      }
      yield* process.command(DRIVER, 1, 0, 10);
      yield* process.command(OTHER, 1, 1, 20);
      yield* process.command(DRIVER, 1, 1, 30);
      yield* process.command(DRIVER, 1, 1, 40);
      yield* process.command(DRIVER, 1, 0, 50);
      expect((yield* process.yieldWaitFor(DRIVER, 1))[0]).to.equal(30);
      for (let wait = 0; wait < 4; wait++) yield* process.yieldWait();
    });
    bench.run();
    expect(calls.map(([first]) => first)).to.deep.equal([10, 20, 40, 50]);
  });

  it('C19 blocks; another upcall neither wakes it nor runs; the matching one wakes it', () => {
    const bench = new Testbench();
    const calls: Words[] = [];
    const answers: number[] = [];
    const { process } = bench.spawn(function* (program) {
      yield* program.subscribe(DRIVER, 1, program.recorder(calls));
      answers.push((yield* program.yieldWaitFor(DRIVER, 0))[0]);
      yield* program.yieldWait();
    });
    expect(bench.run()).to.equal('asleep');
    bench.driver.schedule(process.processId, 1, 60);
    expect(process.ready()).to.equal(false);
    expect(bench.run()).to.equal('asleep');
    expect([process.state, calls.length]).to.deep.equal([ProcessState.YieldedFor, 0]);
    bench.driver.schedule(process.processId, 0, 50);
    expect(bench.run()).to.equal('finished');
    expect([answers, calls]).to.deep.equal([[50], [[60, 61, 62, 0]]]);
  });

  it('C21 profile 2.2: unsubscribing leaves a queued null event, which may satisfy it later (code)', () => {
    runAlone(function* (process) {
      yield* process.command(DRIVER, 1, 0, 10);
      yield* process.subscribe(DRIVER, 0, 0);
      expect((yield* process.yieldWaitFor(DRIVER, 0))[0]).to.equal(10);
    });
  });

  it('C21 profile 2.2-trd: the null event is gone with the subscription (text)', () => {
    const bench = new Testbench({ profile: '2.2-trd' });
    bench.spawn(function* (process) {
      yield* process.command(DRIVER, 1, 0, 10);
      yield* process.subscribe(DRIVER, 0, 0);
      yield* process.yieldWaitFor(DRIVER, 0);
      expect.fail('returned');
    });
    expect(bench.run()).to.equal('asleep');
  });

  it('C22 an IPC task on the same numbers is not taken', () => {
    const bench = new Testbench();
    const { process } = bench.spawn(function* (program) {
      yield* program.yieldWaitFor(DRIVER, 0);
    });
    bench.run();
    const task = { driverNum: DRIVER, subscribeNum: 0, pc: 0 };
    const words = { argument0: 1, argument1: 2, argument2: 3, argument3: 4 };
    process.enqueueTask({ kind: TaskKind.Ipc, ...task, ...words });
    expect(process.ready()).to.equal(false);
    expect(bench.run()).to.equal('asleep');
    expect(process.tasks.length).to.equal(1);
  });

  it('C25 with a queue full of others the event is lost, and the process stays blocked (#4773)', () => {
    const bench = new Testbench();
    const { process } = bench.spawn(function* (program) {
      yield* program.command(DRIVER, 0);
      yield* program.yieldWaitFor(DRIVER, 0);
    });
    bench.run();
    for (let value = 0; value < 9; value++) bench.driver.schedule(process.processId, 1, value);
    expect(bench.driver.schedule(process.processId, 0, 5)).to.deep.equal({
      ok: false,
      error: 'QueueFull',
    });
    expect(bench.run()).to.equal('asleep');
    expect(process.state).to.equal(ProcessState.YieldedFor);
  });

  it('C37 stopped while waiting, then the event, then resumed: the event arrives (#4039)', () => {
    const bench = new Testbench();
    const answers: number[] = [];
    const { process } = bench.spawn(function* (program) {
      answers.push((yield* program.yieldWaitFor(DRIVER, 0))[0]);
    });
    bench.run();
    process.stop();
    expect([process.state, process.stoppedFrom]).to.deep.equal([
      ProcessState.Stopped,
      ProcessState.YieldedFor,
    ]);
    bench.driver.schedule(process.processId, 0, 50);
    bench.run();
    expect(answers).to.deep.equal([]);
    process.resume();
    expect(bench.run()).to.equal('finished');
    expect(answers).to.deep.equal([50]);
  });

  it('traces what it returned', () => {
    const bench = new Testbench();
    const seen: unknown[] = [];
    bench.trace.on('waitForReturned', ({ fields }) => seen.push(fields));
    bench.spawn(function* (process) {
      yield* process.command(DRIVER, 1, 2, 10);
      yield* process.yieldWaitFor(DRIVER, 2);
    });
    bench.run();
    expect(seen).to.deep.equal([{ driver: DRIVER, subscribe: 2, arg0: 10, arg1: 11, arg2: 12 }]);
  });
});
