// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Apps in a board's memory.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain } from '#boards/board';
import { KernelPanic } from '#kernel/assert';
import { bench } from '../support/run-app.ts';

const sleeper: AppMain = function* (tock) {
  yield* tock.alarm.sleep(10);
  return 0;
};

describe('Loader', () => {
  it('puts apps one behind the other in flash and RAM, without overlap', () => {
    const { board } = bench();
    const [a, b] = ['a', 'b'].map((name) => board.load({ name, main: sleeper }));
    if (a === undefined || b === undefined) expect.fail('two apps were loaded');
    expect(b.flashStart).to.equal(a.flashEnd);
    expect(b.ramStart).to.equal(a.ramEnd);
    expect(a.flashStart).to.equal(0x4_0000);
  });

  it('shows an app the flash itself: what the chip holds there', () => {
    const { board } = bench();
    const seen: number[] = [];
    const process = board.load({
      name: 'reader',
      main: function* (tock) {
        yield* tock.alarm.now();
        seen.push(tock.read8(tock.machine.memory.appStart));
        return 0;
      },
    });
    board.flash.program(process.appStart / 4, 0xffff_ff5a);
    board.run();
    expect(seen).to.deep.equal([0x5a]);
  });

  it('panics with a sentence when there is no slot or no memory left', () => {
    const { board } = bench();
    expect(() => board.load({ name: 'huge', main: sleeper, ramSize: 2 ** 20 })).to.throw(
      KernelPanic,
      'the board has no room for the app huge: NotEnoughMemory',
    );
    for (let count = 0; count < 4; count++) board.load({ name: `app ${count}`, main: sleeper });
    expect(() => board.load({ name: 'fifth', main: sleeper })).to.throw(
      KernelPanic,
      'NoProcessSlot',
    );
  });
});
