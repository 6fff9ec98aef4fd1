// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Drivers of each age under the kernels that serve them.
 *
 * NON-TOCK: tests. Sources: tock-2.0-dev of early 2021, #2282, #2445, #2462, 2.0.
 */
import { expect } from 'chai';
import { KernelPanic } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import { CommandReturn } from '#kernel/syscall-driver';
import { ProcessState } from '#kernel/process';
import { AncientDriver, MiddleDriver } from '../support/callback-drivers.ts';
import type { Words } from '../support/raw-process.ts';
import { DRIVER, Testbench } from '../support/testbench.ts';

import { OLD, OldBench, run } from '../support/old-bench.ts';
const SIGNED = 2 ** 32;

describe('A driver of 2.0', () => {
  it('holds its buffers itself, and the kernel holds its upcalls', () => {
    const calls: Words[] = [];
    const bench = new Testbench({ profile: '2.0' });
    bench.drivers.set(OLD, new MiddleDriver(bench.kernel, OLD));
    let words: Words | undefined;
    const { process } = bench.spawn(function* (raw) {
      yield* raw.allowRw(OLD, 0, raw.ram(16), 3);
      yield* raw.subscribe(OLD, 0, raw.recorder(calls), 6);
      yield* raw.command(OLD, 1, 0xab);
      yield* raw.yieldWait();
      words = yield* raw.allowRw(OLD, 0, 0, 0);
      yield* raw.command(OLD, 1, 0xcd);
    });
    bench.run();
    expect(calls).to.deep.equal([[3, 0, 0, 6]]);
    expect(words?.slice(0, 3)).to.deep.equal([130, process.ramStart + 16, 3]);
    expect([...process.ram.subarray(15, 20)]).to.deep.equal([0, 0xab, 0xab, 0xab, 0]);
  });

  it('a kind of allow that it does not have is NOSUPPORT with an echo', () => {
    const bench = new Testbench({ profile: '2.0' });
    bench.drivers.set(OLD, new MiddleDriver(bench.kernel, OLD));
    let words: Words | undefined;
    bench.spawn(function* (raw) {
      words = yield* raw.allowRo(OLD, 0, raw.ram(16), 3);
    });
    bench.run();
    expect(words?.slice(0, 2)).to.deep.equal([2, ErrorCode.NOSUPPORT]);
    expect(words?.[3]).to.equal(3);
  });
});

for (const profile of ['1.x', '2.0-dev'] as const) {
  describe(`A driver of 1.x under profile ${profile}`, () => {
    const bench = (): { bench: Testbench; driver: AncientDriver } => {
      const made = new Testbench({ profile });
      const driver = new AncientDriver();
      made.drivers.set(OLD, driver);
      return { bench: made, driver };
    };

    it('answers with one signed number in r0, and leaves the other registers', () => {
      const { bench: board } = bench();
      const seen: Words[] = [];
      board.spawn(function* (raw) {
        seen.push(yield* raw.subscribe(OLD, 0, raw.ram(0), 77));
        seen.push(yield* raw.subscribe(OLD, 1, raw.ram(0), 77));
        seen.push(yield* raw.command(OLD, 2, 42));
        seen.push(yield* raw.allowRw(OLD, 0, raw.ram(0), 4));
        seen.push(yield* raw.allowRo(OLD, 0, raw.ram(0), 4));
      });
      board.run();
      const refused = SIGNED - ErrorCode.NOSUPPORT;
      expect(seen.map(([r0]) => r0)).to.deep.equal([0, refused, 42, 0, refused]);
      expect(seen[0]?.[3]).to.equal(77);
    });

    it('F10 calls a function that the process took back long ago', () => {
      const { bench: board, driver } = bench();
      const calls: Words[] = [];
      board.spawn(function* (raw) {
        yield* raw.subscribe(OLD, 0, raw.recorder(calls), 5);
        const kept = driver.callback;
        yield* raw.subscribe(OLD, 0, 0);
        expect(driver.callback, 'none is what it was given').to.equal(undefined);
        driver.callback = kept;
        yield* raw.command(OLD, 1, 3);
        yield* raw.yieldWait();
      });
      board.run();
      expect(calls).to.deep.equal([[3, 0, 0, 5]]);
    });

    it('a subscribe drops what is queued, whatever the driver says to it', () => {
      const { bench: board } = bench();
      const calls: Words[] = [];
      board.spawn(function* (raw) {
        yield* raw.subscribe(OLD, 0, raw.recorder(calls), 5);
        yield* raw.command(OLD, 1, 3);
        yield* raw.subscribe(OLD, 0, 0);
        yield* raw.yieldNoWait();
      });
      board.run();
      expect(calls).to.deep.equal([]);
    });

    it('address 0 takes a buffer back; a slice that was kept reaches the bytes also after death', () => {
      const { bench: board, driver } = bench();
      let kept: AncientDriver['slice'];
      const { process } = board.spawn(function* (raw) {
        yield* raw.allowRw(OLD, 0, raw.ram(8), 2);
        kept = driver.slice;
        yield* raw.allowRw(OLD, 0, 0, 0);
      });
      board.run();
      expect(driver.slice).to.equal(undefined);
      expect(process.isActive()).to.equal(false);
      kept?.bytes.set([9, 8]);
      expect([...process.ram.subarray(8, 10)]).to.deep.equal([9, 8]);
    });
  });
}

describe('Yield in 1.x', () => {
  it('always waits, whatever stands in r0', () => {
    const bench = new Testbench({ profile: '1.x' });
    const { process } = bench.spawn(function* (raw) {
      yield* raw.yieldNoWait();
    });
    expect(bench.run()).to.equal('asleep');
    expect(process.state).to.equal(ProcessState.Yielded);
  });
});

describe('Drivers of other ages', () => {
  it('a driver that the kernel of a profile does not serve panics at the first call, with both ages', () => {
    for (const profile of ['1.x', '2.0', '2.1', '2.2'] as const) {
      expect(() => run(new OldBench(profile), (raw) => raw.command(OLD, 0))).to.throw(
        KernelPanic,
        `interface of 2.0-dev, which the kernel of profile ${profile} does not serve`,
      );
    }
  });

  it('every kernel serves a driver of today, and holds callbacks and buffers for it', () => {
    for (const profile of ['1.x', '2.0-dev', 'c', 'd', 'e', '2.0'] as const) {
      const calls: Words[] = [];
      const bench = new Testbench({ profile });
      bench.spawn(function* (raw) {
        yield* raw.subscribe(DRIVER, 0, raw.recorder(calls), 3);
        yield* raw.command(DRIVER, 1, 0, 7);
        yield* raw.yieldWait();
      });
      bench.run();
      expect(calls, profile).to.deep.equal([[7, 8, 9, 3]]);
    }
  });

  it('#2445 a factory comes to each driver before the first instruction of each life of a process', () => {
    const bench = new OldBench('d');
    let lives = 0;
    bench.spawn(function* (raw) {
      expect(bench.old.factories.size).to.equal(++lives);
      yield* raw.exit(lives === 1 ? 1 : 0, 0);
    });
    bench.run();
    expect(lives).to.equal(2);
  });

  it('#2445 no other profile hands factories out, and only drivers of the time get one', () => {
    for (const profile of ['2.0-dev', 'c', 'e'] as const) {
      const bench = new OldBench(profile);
      run(bench, (raw) => raw.command(OLD, 0));
      expect(bench.old.factories.size, profile).to.equal(0);
    }
    const bench = new OldBench('d');
    let asked = 0;
    Object.assign(bench.driver, { processStarted: () => asked++ });
    run(bench, (raw) => raw.command(OLD, 0));
    expect([asked, bench.old.factories.size]).to.deep.equal([0, 1]);
  });

  it('#2445 a factory makes a null callback as often as it is asked to', () => {
    const bench = new OldBench('d');
    run(bench, function* (raw) {
      const [factory] = bench.old.factories.values();
      expect(factory?.callback(1)).to.include({ pc: 0, appdata: 0 });
      expect(factory?.callback(1)).to.include({ pc: 0, appdata: 0 });
      yield* raw.command(OLD, 0);
    });
  });

  it("a status in an upcall of today's driver goes out in the numbers of the time", () => {
    for (const [profile, word] of [
      ['1.x', SIGNED - ErrorCode.BUSY],
      ['2.0-dev', SIGNED - ErrorCode.BUSY],
      ['e', ErrorCode.BUSY],
      ['2.2', ErrorCode.BUSY],
    ] as const) {
      const calls: Words[] = [];
      const bench = new Testbench({ profile });
      const grant = bench.kernel.createGrant(0xabc, {
        upcalls: 2,
        allowRo: 0,
        allowRw: 0,
        size: 0,
        create: () => undefined,
        statusUpcalls: [1],
      });
      bench.drivers.set(0xabc, {
        allocateGrant: (id) => grant.enter(id, () => undefined),
        command: (_, __, ___, id) => {
          grant.enter(id, (____, kernel) => {
            kernel.scheduleUpcall(0, [ErrorCode.BUSY, 0, 0]);
            kernel.scheduleUpcall(1, [ErrorCode.BUSY, 0, 0]);
          });
          return CommandReturn.success();
        },
      });
      bench.spawn(function* (raw) {
        const f = raw.recorder(calls);
        yield* raw.subscribe(0xabc, 0, f);
        yield* raw.subscribe(0xabc, 1, f);
        yield* raw.command(0xabc, 1);
        yield* raw.yieldWait();
        yield* raw.yieldWait();
      });
      bench.run();
      expect(
        calls.map(([r0]) => r0),
        profile,
      ).to.deep.equal([ErrorCode.BUSY, word]);
    }
  });

  it('#2462 the factory of a grant mints each number once', () => {
    const bench = new Testbench({ profile: 'e' });
    const twice = bench.kernel.createGrant(0xabc, {
      upcalls: 0,
      allowRo: 0,
      allowRw: 0,
      size: 0,
      create: (factory) => [factory.callback(1), factory.callback(1)],
    });
    const { process } = bench.spawn(function* (raw) {
      yield* raw.yieldWait();
    });
    expect(() => twice.enter(process.processId, () => undefined)).to.throw(
      KernelPanic,
      'minted twice',
    );
  });
});
