// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Dispatch: classes, drivers, filter, exit.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { NRF52840_COSTS } from '#kernel/costs';
import { ErrorCode } from '#kernel/errorcode';
import { ProcessState } from '#kernel/process';
import { SyscallClass } from '#kernel/syscall';
import { CommandReturn } from '#kernel/syscall-driver';
import { us } from '#kernel/time';
import { ABSENT, DRIVER, runAlone, Testbench } from '../support/testbench.ts';
import type { Words } from '../support/raw-process.ts';

describe('Command', () => {
  it('A12 to an absent driver, also command 0: Failure NODEVICE, two words (TRD 104 §4.3)', () => {
    const answers = runAlone(function* (process) {
      return [
        yield* process.command(ABSENT, 0, 0xaa, 0xbb),
        yield* process.command(0xffff_ffff, 7, 0xaa, 0xbb),
      ];
    });
    expect(answers).to.deep.equal([
      [0, 11, 0xaa, 0xbb],
      [0, 11, 0xaa, 0xbb],
    ]);
  });

  it('A14 command 0 of a present driver succeeds, an unknown one gets its NOSUPPORT', () => {
    const answers = runAlone(function* (process) {
      return [yield* process.command(DRIVER, 0), yield* process.command(DRIVER, 99)];
    });
    expect(answers.map(([r0, r1]) => [r0, r1])).to.deep.equal([
      [128, 0],
      [0, 10],
    ]);
  });

  it('A19 each of the ten variants reaches the process word for word', () => {
    const returns = [
      CommandReturn.failure(ErrorCode.FAIL),
      CommandReturn.failureU32(ErrorCode.BUSY, 11),
      CommandReturn.failureU32U32(ErrorCode.ALREADY, 11, 12),
      CommandReturn.failureU64(ErrorCode.OFF, 0x0000_000c_0000_000bn),
      CommandReturn.success(),
      CommandReturn.successU32(11),
      CommandReturn.successU32U32(11, 12),
      CommandReturn.successU64(0x0000_000c_0000_000bn),
      CommandReturn.successU32U32U32(11, 12, 13),
      CommandReturn.successU32U64(11, 0x0000_000d_0000_000cn),
    ];
    const answers = runAlone(function* (process, bench) {
      bench.driver.onCommand = (num) => returns[num] ?? CommandReturn.success();
      const all: Words[] = [];
      // What r1 to r3 held stays where the variant has no word: (command, 0xaa, 0xbb).
      for (const num of returns.keys()) all.push(yield* process.command(DRIVER, num, 0xaa, 0xbb));
      return all;
    });
    expect(answers).to.deep.equal([
      [0, 1, 0xaa, 0xbb],
      [1, 2, 11, 0xbb],
      [2, 3, 11, 12],
      [3, 4, 11, 12],
      [128, 4, 0xaa, 0xbb],
      [129, 11, 0xaa, 0xbb],
      [130, 11, 12, 0xbb],
      [131, 11, 12, 0xbb],
      [132, 11, 12, 13],
      [133, 11, 12, 13],
    ]);
  });

  it('hands number and both arguments to the driver, with the id of the process', () => {
    runAlone(function* (process, bench) {
      const calls: number[][] = [];
      bench.driver.onCommand = (...args) => {
        calls.push(args);
        return CommandReturn.success();
      };
      yield* process.command(DRIVER, 1, 0xffff_ffff, 3);
      expect(calls).to.deep.equal([[1, 0xffff_ffff, 3, bench.kernel.processes[0]?.processId]]);
    });
  });

  it('counts system calls and charges each its time: 85 us (TS-12)', () => {
    const bench = new Testbench({ costs: NRF52840_COSTS });
    const { process } = bench.spawn(function* (raw) {
      yield* raw.command(DRIVER, 0);
      yield* raw.memop(2);
      yield* raw.yieldNoWait();
    });
    bench.run();
    expect(process.syscallCount).to.equal(4); // and the exit
    expect(bench.clock.now).to.equal(us(4 * 85));
  });
});

describe('A class that does not exist', () => {
  it('profile 2.0 has no class 7, userspace-readable allow: the process faults', () => {
    for (const profile of ['2.0', '2.1'] as const) {
      const bench = new Testbench({ profile });
      const { process } = bench.spawn(function* (raw) {
        yield* raw.allowReadable(DRIVER, 0, raw.ram(0), 4);
      });
      bench.run();
      expect(process.faultReason?.includes('class 7 '), profile).to.equal(
        profile === '2.0' ? true : undefined,
      );
    }
  });

  for (const unknown of [8, 0xbd, 0xffff_ffff]) {
    it(`${unknown}: the process faults, the kernel lives (arch: undecodable)`, () => {
      const bench = new Testbench();
      const { process } = bench.spawn(function* (raw) {
        yield* raw.trap(unknown);
        expect.fail('went on');
      });
      const other = bench.spawn(function* (raw) {
        yield* raw.command(DRIVER, 0);
        yield* raw.exit(0, 7);
      });
      expect(bench.run()).to.equal('finished');
      expect(process.state).to.equal(ProcessState.Faulted);
      expect(process.faultReason).to.contain(`class ${unknown} `);
      expect(other.process.completionCode).to.equal(7);
    });
  }
});

describe('System call filter', () => {
  const { Subscribe, Command, ReadWriteAllow, ReadOnlyAllow } = SyscallClass;

  for (const syscallClass of [Subscribe, Command, ReadWriteAllow, ReadOnlyAllow, 7]) {
    it(`A20 class ${syscallClass} refused: Failure with the filter's error, not the class's variant`, () => {
      const bench = new Testbench({ filter: { filterSyscall: () => ErrorCode.NODEVICE } });
      let answer: Words | undefined;
      bench.spawn(function* (process) {
        answer = yield* process.trap(syscallClass, DRIVER, 0, 0xaa, 0xbb);
      });
      bench.run();
      expect(answer).to.deep.equal([0, 11, 0xaa, 0xbb]);
      expect(bench.driver.commands).to.deep.equal([]);
    });
  }

  it('A21 yield, memop and exit are never asked about', () => {
    const bench = new Testbench({ filter: { filterSyscall: () => expect.fail('asked') } });
    const { process } = bench.spawn(function* (raw) {
      yield* raw.yieldNoWait();
      expect((yield* raw.memop(2)).slice(0, 2)).to.deep.equal([129, raw.mem.ramStart]);
      yield* raw.exit(0, 3);
    });
    bench.run();
    expect(process.completionCode).to.equal(3);
  });

  it('A22 sees process, class and words, and what it lets pass reaches the driver', () => {
    const asked: unknown[] = [];
    const bench = new Testbench({
      filter: {
        filterSyscall: (process, syscallClass, registers) => {
          asked.push([process.name, syscallClass, ...registers.subarray(0, 4)]);
          return registers[1] === 5 ? ErrorCode.NODEVICE : undefined;
        },
      },
    });
    let answers: Words[] = [];
    bench.spawn(function* (process) {
      answers = [yield* process.command(DRIVER, 5, 1, 2), yield* process.command(DRIVER, 0, 3, 4)];
    });
    bench.run();
    expect(answers.map(([r0, r1]) => [r0, r1])).to.deep.equal([
      [0, 11],
      [128, 0],
    ]);
    expect(asked).to.deep.equal([
      ['app0', 2, DRIVER, 5, 1, 2],
      ['app0', 2, DRIVER, 0, 3, 4],
    ]);
  });

  it('A20 a refusal is in the trace', () => {
    const bench = new Testbench({ filter: { filterSyscall: () => ErrorCode.NODEVICE } });
    const seen: unknown[] = [];
    bench.trace.on('syscallFiltered', ({ fields }) => seen.push(fields));
    bench.spawn(function* (process) {
      yield* process.command(DRIVER, 5);
    });
    bench.run();
    expect(seen).to.deep.equal([{ class: 2, driver: DRIVER, error: 11 }]);
  });
});

describe('Exit', () => {
  it('E10 variant 0 ends the process with its code; it is not scheduled again (TRD 104 §4.7)', () => {
    const bench = new Testbench();
    const { process } = bench.spawn(function* (raw) {
      yield* raw.exit(0, 5);
      expect.fail('went on');
    });
    expect(bench.run()).to.equal('finished');
    expect(bench.run()).to.equal('finished');
    expect([process.state, process.completionCode]).to.deep.equal([ProcessState.Terminated, 5]);
    expect(process.ready()).to.equal(false);
  });

  it('E11 variant 1 starts the process again: fresh functions, new id, one restart more', () => {
    const bench = new Testbench();
    const ids: number[] = [];
    const { process, raw } = bench.spawn(function* (program) {
      ids.push(process.processId);
      yield* program.exit(ids.length < 3 ? 1 : 0, 9);
    });
    bench.run();
    expect(new Set(ids).size).to.equal(3);
    expect([process.restartCount, process.completionCode]).to.deep.equal([2, 9]);
    expect(raw.calls.map(({ pc }) => pc)).to.deep.equal(new Array(3).fill(process.appStart));
  });

  it('E12 an unknown variant: Failure NOSUPPORT, and the process goes on', () => {
    const answer = runAlone(function* (process) {
      return yield* process.exit(2, 5);
    });
    expect(answer.slice(0, 2)).to.deep.equal([0, 10]);
  });

  it('E27 inside an upcall: the process ends, queued upcalls vanish', () => {
    const bench = new Testbench();
    const calls: number[] = [];
    const { process } = bench.spawn(function* (raw) {
      const last = raw.function(function* (value) {
        calls.push(value);
        yield* raw.exit(0, 4);
      });
      yield* raw.subscribe(DRIVER, 0, last);
      for (const value of [10, 20, 30]) yield* raw.command(DRIVER, 1, 0, value);
      for (;;) yield* raw.yieldWait();
    });
    expect(bench.run()).to.equal('finished');
    expect(calls).to.deep.equal([10]);
    expect(process.completionCode).to.equal(4);
    expect(process.tasks.length).to.equal(0);
  });
});
