// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The app blink, seen from in front of the board.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { main as blink, type BlinkArgs } from '#apps/blink';
import { ms } from '#kernel/time';
import { SmallBoard, type SmallBoardOptions } from '../support/small-board.ts';

/** Loads blink, and looks at the lights in the middle of each period. */
function watch(args: BlinkArgs & { readonly periodMs: number }, looks: number) {
  const board = new SmallBoard();
  const process = board.load(blink, { args });
  const seen: number[] = [];
  for (let look = 0; look < looks; look++) {
    board.at((look + 0.5) * args.periodMs, () => seen.push(board.shown));
  }
  return { board, process, seen };
}

describe('blink', () => {
  it('counts in binary, as far as four lights go, and leaves them out', () => {
    const { board, process, seen } = watch({ times: 18, periodMs: 100 }, 18);
    board.run();
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(seen).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2]);
    expect(board.shown).to.equal(0);
    expect(board.clock.now).to.be.within(ms(1800), ms(1803));
  });

  it('counts to ten in 250 ms steps unless told otherwise', () => {
    const board = new SmallBoard();
    const process = board.load(blink);
    board.run();
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(board.clock.now).to.be.within(ms(2500), ms(2503));
  });

  it('shows the count inside out while any button is pressed, and goes on counting', () => {
    const { board, process, seen } = watch({ times: 5, periodMs: 100 }, 5);
    board.at(110, () => board.buttons[3]?.press());
    board.at(310, () => board.buttons[3]?.release());
    board.run();
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(seen).to.deep.equal([1, 13, 12, 4, 5]);
  });

  it('ends with 1 on a board without lights', () => {
    const options: SmallBoardOptions = { panel: false };
    const board = new SmallBoard(options);
    const process = board.load(blink);
    board.run();
    expect(process.completionCode).to.equal(1);
  });
});
