// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The main loop: interrupts before deferred calls before processes, timeslices, and how it ends.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { KernelPanic } from '#kernel/assert';
import { NRF52840_COSTS } from '#kernel/costs';
import { ErrorCode } from '#kernel/errorcode';
import { Kernel } from '#kernel/kernel';
import { identifierOf } from '#kernel/process';
import { CommandReturn } from '#kernel/syscall-driver';
import { ms, ns, us } from '#kernel/time';
import { DRIVER, Testbench } from '../support/testbench.ts';
import type { Code, RawProcess } from '../support/raw-process.ts';

function* waiting(process: RawProcess): Code {
  for (;;) yield* process.yieldWait();
}
function* spinning(process: RawProcess): Code {
  for (;;) yield* process.compute(ms(1));
}

describe('Kernel: how run ends', () => {
  it('without a process: finished', () => {
    expect(new Testbench().run()).to.equal('finished');
  });

  it('all processes dead: finished, though hardware events are still to come', () => {
    const bench = new Testbench();
    bench.spawn(function* () {});
    bench.interruptAt(ms(5), () => expect.fail('interrupt'));
    expect(bench.run()).to.equal('finished');
    expect(bench.clock.now).to.equal(0);
  });

  it('a process waits and no event is to come: asleep', () => {
    const bench = new Testbench();
    bench.spawn(waiting);
    expect(bench.run()).to.equal('asleep');
  });

  it('the instant comes: until, at that instant, asleep or spinning', () => {
    for (const main of [waiting, spinning]) {
      const bench = new Testbench();
      bench.spawn(main);
      expect(bench.run(ms(7.5))).to.equal('until');
      expect(bench.clock.now).to.equal(ms(7.5));
      expect(bench.run(ms(9))).to.equal('until');
      expect(bench.clock.now).to.equal(ms(9));
    }
  });

  it('the instant is now or past: until, at once, and no process runs', () => {
    for (const until of [0, 3]) {
      const bench = new Testbench();
      bench.clock.advance(ms(3));
      bench.spawn(function* () {
        expect.fail('ran');
      });
      expect(bench.run(ms(until))).to.equal('until');
      expect(bench.clock.now).to.equal(ms(3));
    }
  });

  it('the instant leaves no event behind when the board finished before', () => {
    const bench = new Testbench();
    bench.spawn(function* () {});
    expect(bench.run(ms(5))).to.equal('finished');
    expect(bench.clock.nextEvent).to.equal(Infinity);
  });

  it('somebody stopped it: until, at its next turn', () => {
    const bench = new Testbench();
    bench.interruptAt(ms(3), () => {
      bench.kernel.stop();
    });
    bench.spawn(spinning);
    expect(bench.run()).to.equal('until');
    expect(bench.clock.now).to.equal(ms(3));
  });

  it('goes on where it was', () => {
    const bench = new Testbench();
    const { process } = bench.spawn(function* (raw) {
      yield* raw.compute(ms(20));
      yield* raw.exit(0, 4);
    });
    expect(bench.run(ms(5))).to.equal('until');
    expect(bench.run()).to.equal('finished');
    expect([bench.clock.now, process.completionCode]).to.deep.equal([ms(20), 4]);
  });
});

describe('Kernel: order of work', () => {
  it('E22 interrupts before deferred calls before processes', () => {
    const bench = new Testbench();
    const order: string[] = [];
    const call = bench.deferredCalls.create();
    call.register({
      handleDeferredCall: () => {
        order.push('deferred call');
        bench.chip.raise(() => order.push('second interrupt'));
        call.isPending();
      },
    });
    const last = bench.deferredCalls.create();
    last.register({ handleDeferredCall: () => order.push('later deferred call') });
    bench.spawn(function* () {
      order.push('process');
    });
    call.set();
    last.set();
    bench.chip.raise(() => order.push('interrupt'));
    bench.run();
    expect(order).to.deep.equal([
      'interrupt',
      'deferred call',
      'second interrupt',
      'later deferred call',
      'process',
    ]);
  });

  it('an interrupt is serviced between two system calls of a process', () => {
    const bench = new Testbench();
    const order: string[] = [];
    bench.driver.onCommand = (num) => {
      order.push(`command ${num}`);
      if (num === 1) bench.chip.raise(() => order.push('interrupt'));
      return CommandReturn.success();
    };
    bench.spawn(function* (process) {
      for (const num of [1, 2]) yield* process.command(DRIVER, num);
    });
    bench.run();
    expect(order).to.deep.equal(['command 1', 'interrupt', 'command 2']);
  });

  it('a deferred call that a command sets is served before the process goes on', () => {
    const bench = new Testbench();
    const order: string[] = [];
    const call = bench.deferredCalls.create();
    call.register({ handleDeferredCall: () => order.push('deferred') });
    bench.driver.onCommand = (num) => {
      order.push(`command ${num}`);
      call.set();
      return CommandReturn.success();
    };
    bench.spawn(function* (process) {
      for (const num of [1, 2]) yield* process.command(DRIVER, num);
    });
    bench.run();
    expect(order).to.deep.equal(['command 1', 'deferred', 'command 2', 'deferred']);
  });

  it('an event that a command schedules for the present instant comes before the next instruction', () => {
    const bench = new Testbench();
    const order: string[] = [];
    bench.driver.onCommand = (num) => {
      order.push(`command ${num}`);
      bench.interruptAt(bench.clock.now, () => order.push('interrupt'));
      return CommandReturn.success();
    };
    bench.spawn(function* (process) {
      for (const num of [1, 2]) yield* process.command(DRIVER, num);
    });
    bench.run();
    expect(order).to.deep.equal(['command 1', 'interrupt', 'command 2', 'interrupt']);
  });

  it('an interrupt breaks into a computation at its own instant', () => {
    const bench = new Testbench();
    const seen: number[] = [];
    bench.interruptAt(us(1234), () => seen.push(bench.clock.now));
    bench.spawn(function* (process) {
      yield* process.compute(ms(5));
      seen.push(bench.clock.now);
    });
    bench.run();
    expect(seen).to.deep.equal([us(1234), ms(5)]);
  });

  it('an interrupt that falls due inside a system call is serviced right after it', () => {
    const bench = new Testbench({ costs: NRF52840_COSTS });
    const seen: [string, number][] = [];
    bench.interruptAt(us(40), () => seen.push(['interrupt', bench.clock.now]));
    bench.spawn(function* (process) {
      yield* process.command(DRIVER, 0);
      seen.push(['process', bench.clock.now]);
    });
    bench.run();
    expect(seen).to.deep.equal([
      ['interrupt', us(85)],
      ['process', us(85)],
    ]);
  });

  it('asleep until an interrupt wakes a process; time jumps', () => {
    const bench = new Testbench();
    const woken: number[] = [];
    const { process } = bench.spawn(function* (raw) {
      const f = raw.function(() => {
        woken.push(bench.clock.now);
        return undefined;
      });
      yield* raw.subscribe(DRIVER, 0, f);
      yield* raw.yieldWait();
    });
    bench.interruptAt(ms(3_600_000), () => bench.driver.schedule(process.processId, 0, 0));
    expect(bench.run()).to.equal('finished');
    expect(woken).to.deep.equal([ms(3_600_000)]);
  });
});

describe('Kernel: processes', () => {
  it('E10 takes the first empty slot, then that of a terminated process; a faulted one keeps its own', () => {
    const bench = new Testbench({ maxProcesses: 2 });
    const first = bench.spawn(function* (raw) {
      yield* raw.exit(0, 5);
    });
    bench.spawn(function* (raw) {
      yield* raw.fault('on purpose');
    });
    expect(bench.trySpawn(waiting)).to.deep.equal({ ok: false, error: 'NoProcessSlot' });
    bench.run();
    const third = bench.spawn(waiting);
    expect(third.process.slot).to.equal(0);
    expect(identifierOf(third.process.processId)).to.equal(2);
    expect(bench.kernel.process(first.process.processId)).to.equal(undefined);
    expect(bench.trySpawn(waiting).ok).to.equal(false);
  });

  it('I11 RAM that holds kernel data and first break: fits; a byte less: NotEnoughMemory', () => {
    const bench = new Testbench();
    // Ring of ten tasks of 32 bytes, the process record, 8 bytes for the one grant.
    const kernelBytes = 10 * 32 + 416 + 8;
    const options = { initialAppBreak: 32 };
    expect(bench.trySpawn(waiting, { ...options, ramSize: kernelBytes + 31 })).to.deep.equal({
      ok: false,
      error: 'NotEnoughMemory',
    });
    expect(bench.trySpawn(waiting, { ...options, ramSize: kernelBytes + 32 }).ok).to.equal(true);
  });

  it('has 1 to 64 slots, 4 when nothing is said', () => {
    const { clock, deferredCalls } = new Testbench();
    for (const maxProcesses of [0, 65, -1, 1.5]) {
      expect(() => new Kernel({ clock, deferredCalls, maxProcesses })).to.throw(KernelPanic);
    }
    expect(new Kernel({ clock, deferredCalls, maxProcesses: 64 }).processes.length).to.equal(64);
    expect(new Kernel({ clock, deferredCalls }).processes.length).to.equal(4);
  });

  it('E16 a process that its own command restarts begins at its start, not at the answer', () => {
    const bench = new Testbench();
    const lives: number[] = [];
    const { process, raw } = bench.spawn(function* (program, ...words) {
      lives.push(words[1]);
      if (lives.length === 1) {
        yield* program.command(DRIVER, 1);
        expect.fail('went on');
      }
    });
    bench.driver.onCommand = () => {
      process.tryRestart(undefined);
      return CommandReturn.failure(ErrorCode.FAIL);
    };
    expect(bench.run()).to.equal('finished');
    expect(lives).to.deep.equal([process.ramStart, process.ramStart]);
    expect(raw.calls.length).to.equal(2);
  });

  it('E07 a process that dies in the middle leaves the others their upcalls and grants', () => {
    const bench = new Testbench();
    const done: string[] = [];
    const victim = bench.spawn(waiting);
    const survivors = ['a', 'b'].map((name) =>
      bench.spawn(function* (raw) {
        yield* raw.subscribe(DRIVER, 0, raw.recorder([]), 1);
        yield* raw.yieldWait();
        const [, pc, appdata] = yield* raw.subscribe(DRIVER, 0, 0);
        done.push(`${name} ${pc === 0 ? '' : 'upcall'} ${appdata}`);
      }),
    );
    bench.interruptAt(ms(1), () => {
      victim.process.terminate(undefined);
      for (const { process } of survivors) bench.driver.schedule(process.processId, 0, 9);
    });
    expect(bench.run()).to.equal('finished');
    expect(done).to.deep.equal(['a upcall 1', 'b upcall 1']);
  });
});

describe('Kernel: determinism', () => {
  /** Three processes, interrupts and a fault: the whole trace of it. */
  function trace(): string {
    const bench = new Testbench({ costs: NRF52840_COSTS });
    const lines: string[] = [];
    bench.trace.on('record', (record) => lines.push(JSON.stringify(record)));
    const { process } = bench.spawn(function* (raw) {
      yield* raw.subscribe(DRIVER, 0, raw.recorder([]), 7);
      for (let turn = 0; turn < 20; turn++) yield* raw.yieldWait();
    });
    bench.spawn(function* (raw) {
      yield* raw.subscribe(DRIVER, 0, raw.recorder([]), 8);
      for (let turn = 0; turn < 50; turn++) {
        yield* raw.compute(us(700));
        yield* raw.command(DRIVER, 1, 0, turn);
        yield* raw.yieldNoWait(raw.ram(0));
      }
      yield* raw.fault('enough');
    });
    bench.spawn(spinning);
    for (let tick = 1; tick < 30; tick++) {
      bench.interruptAt(ns(tick * 1_234_567), () =>
        bench.driver.schedule(process.processId, 0, tick),
      );
    }
    bench.run(ms(200));
    return lines.join('\n');
  }

  it('two runs of the same board give the same trace, byte for byte', () => {
    const first = trace();
    expect(first.split('\n').length).to.be.greaterThan(300);
    expect(trace()).to.equal(first);
  });
});
