// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Numbers on the console (case J07).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
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
      'LowLevelDebug: App 1 status code 0x1 (panic)',
      'LowLevelDebug: App 1 prints 0x2a',
      'LowLevelDebug: App 1 prints 0x1 0xffffffff',
      '',
    ]);
  });

  it('J07 counts messages that its queue has no room for, and says so', () => {
    const { text, process } = runApp(function* (tock) {
      for (let count = 0; count < 20; count++) yield* tock.debug.print1(count);
      yield* tock.alarm.sleep(200);
      return 0;
    });
    expect(process.completionCode).to.equal(0);
    const lost = /App 0 lost (\d+) messages/.exec(text);
    const printed = text.match(/prints/g)?.length ?? 0;
    expect(Number(lost?.[1]) + printed).to.equal(20);
    expect(Number(lost?.[1])).to.be.greaterThan(0);
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
