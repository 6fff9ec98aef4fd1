// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Yield in its three variants, for each profile.
 *
 * NON-TOCK: tests of `syscalls.ts` and of the kernel loop.
 */
import { expect } from 'chai';
import { ProcessState } from '#kernel/process';
import { ms } from '#kernel/time';
import { DRIVER, runAlone, Testbench } from '../support/testbench.ts';
import type { Code, RawProcess, Words } from '../support/raw-process.ts';

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

  for (const profile of ['2.0', '2.1', '2.2-trd'] as const) {
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

describe('Yield variants that do not exist', () => {
  for (const [profile, variant, faults] of [
    ['2.0', 7, false],
    ['2.0', 2, false],
    ['2.1', 7, false],
    ['2.1', 2, false],
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

describe('Yield-Wait and the flag byte (#3738)', () => {
  for (const [profile, expected] of [
    ['2.0', 1],
    ['2.1', 1],
    ['2.2', 0xee],
    ['2.2-trd', 0xee],
  ] as const) {
    it(`profile ${profile}: r1 is ${expected === 1 ? 'written through, though no flag was asked for' : 'left alone'}`, () => {
      const bench = new Testbench({ profile });
      const { process } = bench.spawn(function* (program) {
        program.mem.write(program.ram(16), Uint8Array.of(0xee));
        yield* program.trap(0, 1, program.ram(16));
      });
      bench.run();
      expect(process.ram[16]).to.equal(expected);
    });
  }
});
