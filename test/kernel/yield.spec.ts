// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Yield in its three variants, for each profile.
 *
 * NON-TOCK: tests of `syscalls.ts` and of the kernel loop.
 */
import { expect } from 'chai';
import { ProcessState } from '#kernel/process';
import { TaskKind } from '#kernel/upcall';
import { ms } from '#kernel/time';
import { DRIVER, runAlone, Testbench } from '#test/support/testbench';
import type { Code, RawProcess, Words } from '#test/support/raw-process';

const OTHER = 0x9001;

/** Yields without waiting; the flag byte that the kernel wrote, 0xee when it wrote none. */
function* noWaitFlag(process: RawProcess): Code<number | undefined> {
  const flag = process.ram(0);
  process.mem.write(flag, Uint8Array.of(0xee));
  yield* process.yieldNoWait(flag);
  return process.mem.read(flag, 1)?.[0];
}

describe('Yield-NoWait', () => {
  it('C04 with nothing queued returns, flag 0 (TRD 104 §4.1)', () => {
    expect(runAlone(noWaitFlag)).to.equal(0);
  });

  it('C05 with an upcall queued runs it, one, flag 1', () => {
    const calls: Words[] = [];
    runAlone(function* (process) {
      yield* process.subscribe(DRIVER, 0, process.recorder(calls));
      yield* process.command(DRIVER, 1, 0, 10);
      yield* process.command(DRIVER, 1, 0, 20);
      expect(yield* noWaitFlag(process)).to.equal(1);
    });
    expect(calls).to.deep.equal([[10, 11, 12, 0]]);
  });

  it('C06 with flag address 0: no write, no error', () => {
    runAlone(function* (process) {
      const before = process.mem.ram.slice();
      yield* process.yieldNoWait(0);
      expect(process.mem.ram).to.deep.equal(before);
    });
  });

  it('C07 with a flag outside the RAM below the break: ignored, other memory intact', () => {
    runAlone(function* (process) {
      const { appBreak, ramStart, ramEnd, appStart } = process.mem;
      const before = process.mem.ram.slice();
      for (const address of [appBreak, ramStart - 1, ramEnd - 1, appStart, 0xffff_ffff]) {
        yield* process.yieldNoWait(address);
      }
      expect(process.mem.ram).to.deep.equal(before);
    });
  });

  it('C16 profile 2.2, nothing but a null event: flag 1, then the process blocks (code)', () => {
    const bench = new Testbench();
    const { process } = bench.spawn(function* (program) {
      yield* program.command(DRIVER, 1, 0, 10);
      yield* program.yieldNoWait(program.ram(0));
      expect.fail('returned');
    });
    expect(bench.run()).to.equal('asleep');
    expect(process.ram[0]).to.equal(1);
    expect(process.tasks.length).to.equal(0);
  });

  for (const profile of ['2.1', '2.2-trd'] as const) {
    it(`C16 profile ${profile}, nothing but a null event: flag 0, and control returns`, () => {
      runAlone(
        function* (process) {
          yield* process.command(DRIVER, 1, 0, 10);
          expect(yield* noWaitFlag(process)).to.equal(0);
        },
        { profile },
      );
    });
  }

  it('C16 profile 2.2-trd: a null event before an upcall: flag 1, and the upcall runs', () => {
    const calls: Words[] = [];
    runAlone(
      function* (process) {
        yield* process.command(DRIVER, 1, 1, 5);
        yield* process.subscribe(DRIVER, 0, process.recorder(calls));
        yield* process.command(DRIVER, 1, 0, 10);
        expect(yield* noWaitFlag(process)).to.equal(1);
      },
      { profile: '2.2-trd' },
    );
    expect(calls).to.deep.equal([[10, 11, 12, 0]]);
  });
});

describe('Yield-Wait', () => {
  it('C09 blocks on an empty queue; a later upcall wakes it once (TRD 104 §4.1)', () => {
    const bench = new Testbench();
    const calls: Words[] = [];
    let returned = 0;
    const { process } = bench.spawn(function* (program) {
      yield* program.subscribe(DRIVER, 0, program.recorder(calls));
      for (;;) {
        yield* program.yieldWait();
        returned++;
      }
    });
    expect(bench.run()).to.equal('asleep');
    expect([returned, process.state]).to.deep.equal([0, ProcessState.Yielded]);
    bench.driver.schedule(process.processId, 0, 10);
    expect(bench.run()).to.equal('asleep');
    expect([returned, calls.length]).to.deep.equal([1, 1]);
  });

  it('C10 with two queued runs one upcall for each call', () => {
    const order: string[] = [];
    runAlone(function* (process) {
      const f = process.function((value) => {
        order.push(`upcall ${value}`);
        return undefined;
      });
      yield* process.subscribe(DRIVER, 0, f);
      yield* process.command(DRIVER, 1, 0, 10);
      yield* process.command(DRIVER, 1, 0, 20);
      for (const turn of [1, 2]) {
        yield* process.yieldWait();
        order.push(`after ${turn}`);
      }
    });
    expect(order).to.deep.equal(['upcall 10', 'after 1', 'upcall 20', 'after 2']);
  });

  it('C12 an upcall may wait itself: the inner one runs inside, and both unwind in order', () => {
    const order: string[] = [];
    runAlone(function* (process) {
      const f = process.function(function* (value) {
        order.push(`enter ${value}`);
        if (value === 10) yield* process.yieldWait();
        order.push(`leave ${value}`);
      });
      yield* process.subscribe(DRIVER, 0, f);
      yield* process.command(DRIVER, 1, 0, 10);
      yield* process.command(DRIVER, 1, 0, 20);
      yield* process.yieldWait();
      order.push('after');
    });
    expect(order).to.deep.equal(['enter 10', 'enter 20', 'leave 20', 'leave 10', 'after']);
  });

  it('C15 profile 2.2: a null event is consumed and the process goes on blocking (code)', () => {
    const bench = new Testbench();
    const { process } = bench.spawn(function* (program) {
      yield* program.command(DRIVER, 1, 0, 10);
      yield* program.yieldWait();
      expect.fail('returned');
    });
    expect(bench.run()).to.equal('asleep');
    expect(process.tasks.length).to.equal(0);
  });

  it('C15 an upcall after the null event is run', () => {
    const calls: Words[] = [];
    runAlone(function* (process) {
      yield* process.command(DRIVER, 1, 0, 10);
      yield* process.subscribe(DRIVER, 1, process.recorder(calls));
      yield* process.command(DRIVER, 1, 1, 20);
      yield* process.yieldWait();
    });
    expect(calls).to.deep.equal([[20, 21, 22, 0]]);
  });
});

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

describe('Yield variants that do not exist', () => {
  for (const [profile, variant, faults] of [
    ['2.1', 7, true],
    ['2.1', 2, true],
    ['2.2', 3, true],
    ['2.2', 0xffff_ffff, true],
    ['2.2-trd', 7, false],
  ] as const) {
    it(`C29 profile ${profile}, variant ${variant}: ${faults ? 'the process faults' : 'returns'}`, () => {
      const bench = new Testbench({ profile });
      const { process } = bench.spawn(function* (program) {
        yield* program.compute(ms(1));
        yield* program.trap(0, variant, 1, 2);
        yield* program.exit(0, 6);
      });
      bench.run();
      if (faults) {
        expect(process.state).to.equal(ProcessState.Faulted);
        expect(process.faultReason).to.contain(`variant ${variant} `).and.to.contain(profile);
      } else expect(process.completionCode).to.equal(6);
    });
  }
});
