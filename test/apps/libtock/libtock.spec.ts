// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * System calls and memory as an app sees them.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain, BoardOptions } from '#boards/board';
import { ErrorCode } from '#kernel/errorcode';
import { ProcessState } from '#kernel/process';
import { PROFILES } from '#kernel/profile';
import { ms } from '#kernel/time';
import { runApp } from '../../support/run-app.ts';

const ALARM = 0;
const CONSOLE = 1;
const ABSENT = 0xbad0;

function check(main: AppMain, options: BoardOptions = {}): void {
  const { process } = runApp(main, options);
  expect(process.completionCode, process.faultReason).to.equal(0);
}

describe('Libtock', () => {
  it('A12 an absent driver answers NODEVICE; A14 an unknown command NOSUPPORT', () => {
    check(function* (tock) {
      expect((yield* tock.command(ABSENT, 0)).failure()).to.equal(ErrorCode.NODEVICE);
      expect((yield* tock.command(CONSOLE, 99)).failure()).to.equal(ErrorCode.NOSUPPORT);
      return 0;
    });
  });

  it('B01 B02 subscribe gives back the pair before, and a refused one the pair passed', () => {
    check(function* (tock) {
      const [f, g] = [(): number => 1, (): number => 2];
      expect(yield* tock.subscribe(ALARM, 0, f, 11)).to.deep.equal({ ok: true, value: [0, 0] });
      const second = yield* tock.subscribe(ALARM, 0, g, 22);
      expect(second.ok && second.value[1]).to.equal(11);
      expect(yield* tock.subscribe(ABSENT, 0, f)).to.deep.equal({
        ok: false,
        error: ErrorCode.NODEVICE,
      });
      return 0;
    });
  });

  it('frees the address of a function that was swapped out, and keeps one subscribed again', () => {
    check(function* (tock) {
      const { functions } = tock.machine;
      const f = (): number => 1;
      yield* tock.subscribe(ALARM, 0, f);
      const address = functions.add(f);
      yield* tock.subscribe(ALARM, 0, f);
      expect(functions.get(address)).to.equal(f);
      yield* tock.subscribe(ALARM, 0, null);
      expect(functions.get(address)).to.equal(undefined);
      return 0;
    });
  });

  it('D01 allow swaps like subscribe; un-allow gives the buffer back', () => {
    check(function* (tock) {
      const a = yield* tock.bufferOf(new Uint8Array(16));
      const b = yield* tock.bufferOf(new Uint8Array(8));
      const swap = function* (buffer: typeof a | null) {
        const swapped = yield* tock.allowReadWrite(CONSOLE, 1, buffer);
        return swapped.ok && swapped.value;
      };
      expect(yield* swap(a)).to.deep.equal([0, 0]);
      expect(yield* swap(b)).to.deep.equal([a.address, 16]);
      expect(yield* swap(null)).to.deep.equal([b.address, 8]);
      return 0;
    });
  });

  it('D32 a userspace-readable allow on a driver without it is NOSUPPORT', () => {
    check(function* (tock) {
      const buffer = yield* tock.bufferOf(new Uint8Array(4));
      const lent = yield* tock.allowUserspaceReadable(CONSOLE, 0, buffer);
      return !lent.ok && lent.error === (ErrorCode.NOSUPPORT as number) ? 0 : 1;
    });
  });

  it('C04 C05 yield-no-wait says whether an upcall ran', () => {
    check(function* (tock) {
      expect(yield* tock.yieldNoWait()).to.equal(false);
      let ran = 0;
      yield* tock.alarm.setRelative(100, () => ran++);
      yield* tock.compute(ms(1));
      expect(yield* tock.yieldNoWait()).to.equal(true);
      expect(ran).to.equal(1);
      return 0;
    });
  });

  it('waits for an upcall without running it in 2.2, and by subscribing in 2.1: the same results', () => {
    for (const profile of [PROFILES['2.2'], PROFILES['2.1'], PROFILES['2.2-trd']]) {
      check(
        function* (tock) {
          const written = yield* tock.console.print('hello');
          expect(written).to.deep.equal({ ok: true, value: 5 });
          yield* tock.alarm.sleep(10);
          return 0;
        },
        { profile },
      );
    }
  });

  it('D24 D26 hands out RAM until there is none, takes it back, and hands it out again', () => {
    check(function* (tock) {
      const take = function* () {
        const buffers = [];
        for (;;) {
          const buffer = yield* tock.malloc(500);
          if (!buffer.ok) return buffers;
          buffers.push(buffer.value);
        }
      };
      const first = yield* take();
      expect(first.length).to.be.greaterThan(10);
      const addresses = new Set(first.map(({ address }) => address));
      expect(addresses.size).to.equal(first.length);
      for (const buffer of first) tock.free(buffer);
      expect((yield* take()).length).to.equal(first.length);
      return 0;
    });
  });

  it('a buffer that is handed out again is zero', () => {
    check(function* (tock) {
      const dirty = yield* tock.bufferOf(new Uint8Array(32).fill(7));
      tock.free(dirty);
      const clean = yield* tock.malloc(32);
      return clean.ok && clean.value.bytes.every((byte) => byte === 0) ? 0 : 1;
    });
  });

  it('D25 reading grants, writing flash, and reading past flash each fault the process', () => {
    const reads = [
      (tock: Parameters<AppMain>[0]) => tock.read8(tock.machine.memory.ramEnd - 1),
      (tock: Parameters<AppMain>[0]) => {
        tock.write8(tock.machine.memory.flashStart, 1);
      },
      (tock: Parameters<AppMain>[0]) => tock.read8(tock.machine.memory.flashEnd),
      (tock: Parameters<AppMain>[0]) => tock.read8(tock.machine.memory.appBreak),
    ];
    for (const read of reads) {
      const { process } = runApp(function* (tock) {
        yield* tock.alarm.now();
        read(tock);
        return 0;
      });
      expect(process.state).to.equal(ProcessState.Faulted);
      expect(process.faultReason).to.match(/outside the process/);
    }
  });

  it('reads its own flash and RAM', () => {
    check(function* (tock) {
      const { memory } = tock.machine;
      const buffer = yield* tock.bufferOf(Uint8Array.of(9));
      expect(tock.read8(buffer.address)).to.equal(9);
      tock.write8(buffer.address, 10);
      expect(buffer.bytes[0]).to.equal(10);
      expect(tock.read8(memory.appStart)).to.equal(0xff);
      return 0;
    });
  });
});
