// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Numbers on the console (case J07).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { LowLevelDebug, type DebugApp } from '#capsules/core/low-level-debug';
import type { Grant } from '#kernel/grant';
import { makeProcessId } from '#kernel/process';
import { Err } from '#kernel/result';
import { CommandReturn } from '#kernel/syscall-driver';
import { FakePort } from '../../support/fake-port.ts';
import { bench, runApp } from '../../support/run-app.ts';

describe('Low-level debug driver', () => {
  it("J07 says alert codes and words, each line with the process's number", () => {
    const { board, text } = bench();
    board.load({
      name: 'first',
      main: function* (tock) {
        yield* tock.alarm.sleep(100);
        return 0;
      },
    });
    board.load({
      name: 'second',
      main: function* (tock) {
        yield* tock.debug.alert(1);
        yield* tock.debug.print1(42);
        yield* tock.debug.print2(1, 0xffff_ffff);
        yield* tock.alarm.sleep(50);
        return 0;
      },
    });
    board.run();
    expect(text().split('\n')).to.deep.equal([
      'LowLevelDebug: App 0x1 alert code 0x1',
      'LowLevelDebug: App 0x1 prints 0x2a',
      'LowLevelDebug: App 0x1 prints 0x1 0xffffffff',
      '',
    ]);
  });

  it('J07 keeps four messages that wait; a fifth turns the fourth into a count of two, a sixth of three', () => {
    const wait = 4;
    for (const lost of [0, 2, 3, 16]) {
      const total = 1 + wait + Math.max(0, lost - 1);
      const { text } = runApp(function* (tock) {
        for (let count = 0; count < total; count++) yield* tock.command(8, 2, count);
        yield* tock.alarm.sleep(200);
        return 0;
      });
      const lines = text.trimEnd().split('\n');
      const prints = [0, 1, 2, 3].map((word) => `LowLevelDebug: App 0x0 prints 0x${word}`);
      const last =
        lost === 0
          ? 'LowLevelDebug: App 0x0 prints 0x4'
          : `LowLevelDebug: Dropped 0x${lost.toString(16)} entries for app 0x0`;
      expect(lines).to.deep.equal([...prints, last]);
    }
  });

  it('J07 sends what waits of the process in the lowest slot first (mod.rs)', () => {
    const { board, text } = bench();
    for (const name of ['first', 'second']) {
      board.load({
        name,
        main: function* (tock) {
          yield* tock.debug.print1(1);
          yield* tock.debug.print1(2);
          yield* tock.alarm.sleep(100);
          return 0;
        },
      });
    }
    board.run();
    const apps = [...text().matchAll(/App (0x\d) prints (0x\d)/g)].map((line) => line.slice(1));
    expect(apps).to.deep.equal([
      ['0x0', '0x1'],
      ['0x0', '0x2'],
      ['0x1', '0x1'],
      ['0x1', '0x2'],
    ]);
  });

  it('prints the longest lines whole', () => {
    const { text } = runApp(function* (tock) {
      yield* tock.debug.print2(0xffff_ffff, 0xffff_ffff);
      yield* tock.alarm.sleep(50);
      return 0;
    });
    expect(text).to.equal('LowLevelDebug: App 0x0 prints 0xffffffff 0xffffffff\n');
  });

  it('answers Success to a process without room for the queue, and says that a message is lost', () => {
    const uart = new FakePort();
    const grant = { processIds: () => [], enter: () => Err('OutOfMemory') };
    const driver = new LowLevelDebug(uart, grant as unknown as Grant<DebugApp>);
    const id = makeProcessId(3, 1);
    for (const word of [1, 2]) {
      expect(driver.command(2, word, 0, id)).to.equal(CommandReturn.success());
    }
    uart.finish();
    uart.finish();
    expect(uart.sent).to.deep.equal([
      'LowLevelDebug: App 0x3 prints 0x1\n',
      'LowLevelDebug: grant init failed\n',
    ]);
  });

  it('has no other commands', () => {
    const { process } = runApp(function* (tock) {
      const answers = [
        (yield* tock.command(8, 0)).isSuccess(),
        (yield* tock.command(8, 4)).failure(),
      ];
      return answers[0] === true && answers[1] === 10 ? 0 : 1;
    });
    expect(process.completionCode).to.equal(0);
  });
});
