// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A process that is a generator: calls, nesting, CPU time, faults.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain } from '#boards/board';
import { ProcessState } from '#kernel/process';
import { ms, us } from '#kernel/time';
import { bench, runApp } from '../../support/run-app.ts';

const ALARM = 0;

describe('ScriptBoundary', () => {
  it('starts with (program start, RAM start, RAM size, app break) and 32 accessible bytes (tock facts §1.1)', () => {
    const { process } = runApp(function* (tock) {
      const { memory } = tock.machine;
      expect(memory.appStart).to.equal(memory.flashStart + 128);
      expect(memory.ram.length).to.equal(memory.ramEnd - memory.ramStart);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('C12 runs an upcall that yields itself nested, and unwinds in order', () => {
    const order: string[] = [];
    const { process } = runApp(function* (tock) {
      const frequency = yield* tock.alarm.frequency();
      yield* tock.alarm.setRelative(frequency / 100, function* () {
        order.push('outer begins');
        yield* tock.alarm.setRelative(frequency / 100, () => {
          order.push('inner');
        });
        yield* tock.yieldWait();
        order.push('outer ends');
      });
      yield* tock.yieldWait();
      order.push('main');
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(order).to.deep.equal(['outer begins', 'inner', 'outer ends', 'main']);
  });

  it('C01 passes three arguments and appdata exactly', () => {
    const { process } = runApp(function* (tock) {
      const seen: number[][] = [];
      yield* tock.subscribe(ALARM, 0, (...args) => seen.push(args), 0xdead_beef);
      yield* tock.command(ALARM, 5, 1000);
      yield* tock.yieldWait();
      expect(seen).to.have.lengthOf(1);
      expect(seen[0]?.slice(2)).to.deep.equal([0, 0xdead_beef]);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('spends CPU time that the time slice can interrupt: all of it, and no more', () => {
    const { board } = bench();
    const spent: number[] = [];
    const process = board.load({
      name: 'busy',
      main: function* (tock) {
        const before = board.clock.now;
        yield* tock.compute(ms(35));
        spent.push(board.clock.now - before);
        return 0;
      },
    });
    board.run();
    expect(spent).to.deep.equal([ms(35)]);
    expect(process.timesliceExpirationCount).to.equal(3);
  });

  it('a throw is a fault with its message, and other processes go on', () => {
    const { board, text } = bench();
    const bad = board.load({
      name: 'bad',
      main: function* () {
        throw new Error('a hole in the roof');
      },
    });
    board.load({
      name: 'good',
      main: function* (tock) {
        yield* tock.console.print('fine');
        return 0;
      },
    });
    expect(board.run()).to.equal('finished');
    expect([bad.state, bad.faultReason]).to.deep.equal([
      ProcessState.Faulted,
      'a hole in the roof',
    ]);
    expect(text()).to.equal('fine');
  });

  it('a throw inside an upcall is a fault, too', () => {
    const { process } = runApp(function* (tock) {
      yield* tock.alarm.setRelative(100, () => {
        throw new Error('in the upcall');
      });
      yield* tock.yieldWait();
      return 0;
    });
    expect(process.faultReason).to.equal('in the upcall');
  });

  it('C30 a stack pointer outside its memory when an upcall is due: the process faults, the kernel lives', () => {
    const { process, board } = runApp(function* (tock) {
      yield* tock.alarm.setRelative(100, () => undefined);
      tock.machine.stackPointer = tock.machine.memory.ramEnd + 64;
      yield* tock.yieldWait();
      return 0;
    });
    expect(process.state).to.equal(ProcessState.Faulted);
    expect(process.faultReason).to.match(/stack pointer/);
    expect(board.clock.now).to.be.below(ms(20));
  });

  it('a call to an address in its memory that is no function is a fault that says where', () => {
    const { process } = runApp(function* (tock) {
      const { memory } = tock.machine;
      yield* tock.trap(1, ALARM, 0, memory.appStart + 0x400, 0);
      yield* tock.command(ALARM, 5, 100);
      yield* tock.yieldWait();
      return 0;
    });
    expect(process.faultReason).to.equal('0x40480 was called, where no function is');
  });

  it('C29 a yield variant that does not exist is a fault', () => {
    const { process } = runApp(function* (tock) {
      yield* tock.trap(0, 7, 0, 0, 0);
      return 0;
    });
    expect(process.state).to.equal(ProcessState.Faulted);
  });

  it('a class that does not exist is a fault (libtock-c 0xbd test)', () => {
    const { process } = runApp(function* (tock) {
      yield* tock.trap(0xbd, 0, 0, 0, 0);
      return 0;
    });
    expect(process.faultReason).to.match(/189/);
  });

  it('E11 restarts afresh: variables of main are new, the restart is counted', () => {
    let starts = 0;
    const app: AppMain = function* (tock) {
      let x = 1;
      x += starts++;
      if (starts < 3) yield* tock.exitRestart(0);
      return x === starts ? 0 : 1;
    };
    const { process } = runApp(app);
    expect([process.restartCount, process.completionCode]).to.deep.equal([2, 0]);
  });

  it('E27 an exit inside an upcall ends the process; what was queued behind it never runs', () => {
    const { process } = runApp(function* (tock) {
      yield* tock.alarm.setRelative(100, function* () {
        yield* tock.exitTerminate(42);
      });
      yield* tock.yieldWait();
      return 1;
    });
    expect(process.completionCode).to.equal(42);
  });

  it('charges 85 µs for each system call on this board', () => {
    const { board, process } = runApp(function* (tock) {
      for (let count = 0; count < 100; count++) yield* tock.command(ALARM, 0);
      return 0;
    });
    expect(board.clock.now).to.be.at.least(us(85 * process.syscallCount));
  });

  it('refuses a completion code that is no whole number', () => {
    const { process } = runApp(function* () {
      return 'zero' as unknown as number;
    });
    expect(process.faultReason).to.match(/main returned zero/);
  });
});
