// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Each process's alarm (cases J01–J04).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain } from '#boards/board';
import { ErrorCode } from '#kernel/errorcode';
import { ms } from '#kernel/time';
import { bench, runApp } from '../../support/run-app.ts';

const ALARM = 0;
const FREQUENCY = 32_768 * 256;

describe('Alarm driver', () => {
  it('exists; command 4 and unknown ones are NOSUPPORT (case A14)', () => {
    const { process } = runApp(function* (tock) {
      expect((yield* tock.command(ALARM, 0)).isSuccess()).to.equal(true);
      expect((yield* tock.command(ALARM, 4, 1)).failure()).to.equal(ErrorCode.NOSUPPORT);
      expect((yield* tock.command(ALARM, 99)).failure()).to.equal(ErrorCode.NOSUPPORT);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('shows the 24-bit counter left-justified: 8,388,608 ticks a second', () => {
    const { process } = runApp(function* (tock) {
      expect(yield* tock.alarm.frequency()).to.equal(FREQUENCY);
      expect((yield* tock.alarm.now()) % 256).to.equal(0);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('J01 relative: answers now + dt; the upcall carries (now ≥ expiry, expiry, 0) and fires on time', () => {
    const { process, board } = runApp(function* (tock) {
      const before = yield* tock.alarm.now();
      const got: number[] = [];
      yield* tock.subscribe(
        ALARM,
        0,
        (now, expiry, zero, appdata) => {
          got.push(now, expiry, zero, appdata);
        },
        77,
      );
      const expiry = (yield* tock.command(ALARM, 5, FREQUENCY / 10)).successU32() ?? 0;
      expect(expiry - before).to.be.within(FREQUENCY / 10, FREQUENCY / 10 + FREQUENCY / 1000);
      yield* tock.yieldWait();
      expect(got.slice(1)).to.deep.equal([expiry, 0, 77]);
      expect(got[0]).to.be.at.least(expiry);
      expect((got[0] ?? 0) - expiry).to.be.below(FREQUENCY / 1000);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(board.clock.now).to.be.within(ms(100), ms(115));
  });

  it('J02 stop answers ALREADY when none is set, and a stopped alarm never fires', () => {
    const { process } = runApp(function* (tock) {
      expect((yield* tock.command(ALARM, 3)).failure()).to.equal(ErrorCode.ALREADY);
      let fired = 0;
      yield* tock.alarm.setRelative(FREQUENCY / 100, () => fired++);
      expect((yield* tock.command(ALARM, 3)).isSuccess()).to.equal(true);
      expect((yield* tock.command(ALARM, 3)).failure()).to.equal(ErrorCode.ALREADY);
      yield* tock.compute(ms(50));
      expect(yield* tock.yieldNoWait()).to.equal(false);
      return fired;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('J04 serves several processes by (reference, dt), the earliest first, each its own', () => {
    const order: string[] = [];
    const sleeper = (name: string, milliseconds: number): AppMain =>
      function* (tock) {
        yield* tock.alarm.sleep(milliseconds);
        order.push(name);
        return 0;
      };
    const { board } = bench();
    board.load({ name: 'late', main: sleeper('late', 90) });
    board.load({ name: 'early', main: sleeper('early', 30) });
    board.load({ name: 'middle', main: sleeper('middle', 60) });
    expect(board.run()).to.equal('finished');
    expect(order).to.deep.equal(['early', 'middle', 'late']);
  });

  it('fires at once when the expiration has passed already, also across the wrap of the counter', () => {
    const { process, board } = runApp(function* (tock) {
      const now = yield* tock.alarm.now();
      let fired = 0;
      yield* tock.alarm.setAbsolute((now - 1000) >>> 0, 500, () => fired++);
      yield* tock.yieldWait();
      return fired === 1 ? 0 : 1;
    });
    expect(process.completionCode).to.equal(0);
    expect(board.clock.now).to.be.below(ms(15));
  });

  it('waits longer than its counter counts: 20 minutes over a 512 s counter, to the millisecond', () => {
    const { board, process } = runApp(function* (tock) {
      yield* tock.alarm.sleep(20 * 60_000);
      return 0;
    });
    expect(process.completionCode).to.equal(0);
    expect(board.clock.now - ms(20 * 60_000)).to.be.within(0, ms(12));
  });

  it('goes on for others when a process dies with its alarm set', () => {
    const { board } = bench();
    const dying = board.load({
      name: 'dying',
      main: function* (tock) {
        yield* tock.alarm.setRelative(FREQUENCY / 100, () => undefined);
        return 3;
      },
    });
    const other = board.load({
      name: 'other',
      main: function* (tock) {
        yield* tock.alarm.sleep(50);
        return 0;
      },
    });
    expect(board.run()).to.equal('finished');
    expect([dying.completionCode, other.completionCode]).to.deep.equal([3, 0]);
  });

  it('B16 an alarm that fired while the app was busy dies with the unsubscribe (libtock-c callback_remove_test01)', () => {
    const { process } = runApp(function* (tock) {
      let fired = 0;
      yield* tock.alarm.setRelative(FREQUENCY / 100, () => fired++);
      yield* tock.compute(ms(50));
      yield* tock.subscribe(ALARM, 0, null);
      expect(yield* tock.yieldNoWait()).to.equal(false);
      return fired;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('J01 rounds a time between two ticks of the counter up, so that no alarm is early (alarm.rs)', () => {
    const { process } = runApp(function* (tock) {
      for (const odd of [1, 255]) {
        const before = yield* tock.alarm.now();
        const expiry = (yield* tock.command(ALARM, 5, 0x1000 + odd)).successU32() ?? 0;
        expect(expiry % 256).to.equal(0);
        expect((expiry - before) % 256).to.equal(0);
        expect(expiry - before).to.be.at.least(0x1100);
      }
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('J01 absolute: rounds the sum of reference and dt up, not each of them (alarm.rs)', () => {
    const { process } = runApp(function* (tock) {
      const now = yield* tock.alarm.now();
      const expiries: number[] = [];
      for (const [reference, dt] of [
        [0, 0x10_0000],
        [0x80, 0x10_0080],
        [0xff, 0x10_0002],
        [0xff, 0x10_0001],
      ] as const) {
        const set = yield* tock.command(ALARM, 6, (now + reference) >>> 0, dt);
        expiries.push((set.successU32() ?? 0) - now);
      }
      expect(expiries).to.deep.equal([0x10_0000, 0x10_0100, 0x10_0200, 0x10_0100]);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('J01 fires after nearly the whole range when a process asks for 2^32 - 1 ticks', () => {
    const { process, board } = runApp(function* (tock) {
      let fired = 0;
      yield* tock.alarm.setRelative(0xffff_ffff, () => fired++);
      yield* tock.yieldWait();
      return fired === 1 ? 0 : 1;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(board.clock.now).to.be.within(ms(511_990), ms(512_020));
  });

  it('wraps the expiration at 2^32 as userspace counts', () => {
    const { process } = runApp(function* (tock) {
      const set = yield* tock.command(ALARM, 6, 0xffff_ff00, 0x300);
      expect(set.successU32()).to.equal(0x200);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('C34 yield-for-with-timeout times out exactly once and leaves no alarm (libtock-c yield_for_with_timeout_test)', () => {
    const { process, board } = runApp(function* (tock) {
      expect(yield* tock.alarm.yieldForWithTimeout(() => false, 500)).to.equal(false);
      expect((yield* tock.alarm.stop()).ok).to.equal(false);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(board.clock.now).to.be.within(ms(500), ms(515));
  });
});
