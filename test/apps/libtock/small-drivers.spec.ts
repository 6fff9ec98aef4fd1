// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lights, buttons and random numbers as an app sees them, in kernels with and without Yield-WaitFor.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain } from '#boards/board';
import { ErrorCode } from '#kernel/errorcode';
import type { ProfileName } from '#kernel/profile';
import { ms } from '#kernel/time';
import { SmallBoard } from '../../support/small-board.ts';

/** Runs a script to its end, which must be good. */
function check(main: AppMain, board = new SmallBoard()): SmallBoard {
  const process = board.load(main);
  board.run();
  expect(process.completionCode, process.faultReason).to.equal(0);
  return board;
}

const refused = (error: ErrorCode): { ok: boolean; error: number } => ({ ok: false, error });
const PROFILES: readonly ProfileName[] = ['2.1', '2.2'];

describe('tock.led', () => {
  it('switches lights by index, and refuses others with INVAL', () => {
    const board = check(function* ({ led }) {
      expect(yield* led.count()).to.equal(4);
      for (const index of [0, 1, 3]) expect((yield* led.on(index)).ok).to.equal(true);
      yield* led.off(1);
      yield* led.toggle(2);
      yield* led.toggle(3);
      for (const call of [led.on(4), led.off(4), led.toggle(4)]) {
        expect(yield* call).to.deep.equal(refused(ErrorCode.INVAL));
      }
      return 0;
    });
    expect(board.shown).to.equal(0b0101);
  });

  it('shows a number, its lowest bit on light 0', () => {
    for (const [number, shown] of [
      [6, 6],
      [0x1_0000_000d, 13],
      [0, 0],
    ] as const) {
      const board = check(function* ({ led }) {
        yield* led.show(15);
        yield* led.show(number);
        return 0;
      });
      expect(board.shown).to.equal(shown);
    }
  });

  it('counts no lights and no buttons on a board without, and NODEVICE refuses the rest', () => {
    check(
      function* ({ led, button }) {
        expect([yield* led.count(), yield* button.count()]).to.deep.equal([0, 0]);
        expect(yield* led.on(0)).to.deep.equal(refused(ErrorCode.NODEVICE));
        expect(yield* button.listen(() => 0)).to.deep.equal(refused(ErrorCode.NODEVICE));
        return 0;
      },
      new SmallBoard({ panel: false }),
    );
  });
});

for (const profile of PROFILES) {
  describe(`tock.button in profile ${profile}`, () => {
    it('reads whether a button is pressed', () => {
      const board = new SmallBoard({ profile });
      board.at(10, () => board.buttons[2]?.press());
      check(function* ({ button, alarm }) {
        expect(yield* button.count()).to.equal(4);
        expect(yield* button.isPressed(2)).to.deep.equal({ ok: true, value: false });
        yield* alarm.sleep(20);
        expect(yield* button.isPressed(2)).to.deep.equal({ ok: true, value: true });
        expect(yield* button.isPressed(4)).to.deep.equal(refused(ErrorCode.INVAL));
        return 0;
      }, board);
    });

    it('calls back with (0, index, pressed) until a button is disabled or nobody listens', () => {
      const board = new SmallBoard({ profile });
      const heard: unknown[][] = [];
      for (const [time, index] of [
        [10, 0],
        [20, 1],
        [50, 0],
        [60, 1],
      ] as const) {
        board.at(time, () => board.buttons[index]?.press());
        board.at(time + 5, () => board.buttons[index]?.release());
      }
      check(function* ({ button, alarm }) {
        yield* button.listen((...args) => heard.push(args));
        for (const index of [0, 1]) expect((yield* button.enable(index)).ok).to.equal(true);
        yield* alarm.yieldForWithTimeout(() => false, 40);
        yield* button.disable(0);
        yield* alarm.yieldForWithTimeout(() => false, 40);
        yield* button.listen(null);
        expect(yield* button.enable(4)).to.deep.equal(refused(ErrorCode.INVAL));
        expect(yield* button.disable(4)).to.deep.equal(refused(ErrorCode.INVAL));
        return 0;
      }, board);
      const expected = [
        [0, 0, true],
        [0, 0, false],
        [0, 1, true],
        [0, 1, false],
        [0, 1, true],
        [0, 1, false],
      ];
      expect(heard).to.deep.equal(expected);
    });

    it('waits for a press of one button, whatever the others do', () => {
      const board = new SmallBoard({ profile });
      board.buttons[1]?.press();
      board.at(10, () => board.buttons[1]?.release());
      board.at(20, () => board.buttons[0]?.press());
      board.at(30, () => board.buttons[1]?.press());
      check(function* ({ button }) {
        yield* button.enable(0);
        expect(yield* button.waitForPress(1)).to.deep.equal({ ok: true, value: undefined });
        expect(yield* button.waitForPress(9)).to.deep.equal(refused(ErrorCode.INVAL));
        return 0;
      }, board);
      expect(board.clock.now).to.be.within(ms(30), ms(31));
    });
  });

  describe(`tock.rng in profile ${profile}`, () => {
    it('gives bytes, other ones each time, and the same ones to the same seed', () => {
      const runs = [1, 1, 2].map((seed) => {
        const all: number[] = [];
        check(function* ({ rng }) {
          expect(yield* rng.exists()).to.equal(true);
          for (const count of [0, 1, 7, 64]) {
            const bytes = yield* rng.bytes(count);
            expect(bytes.ok && bytes.value.length).to.equal(count);
            if (bytes.ok) all.push(...bytes.value);
          }
          return 0;
        }, new SmallBoard({ profile, seed }));
        return all;
      });
      expect(runs[0]).to.deep.equal(runs[1]).and.to.not.deep.equal(runs[2]);
      expect(new Set(runs[0]).size).to.be.greaterThan(40);
    });

    it('fills a buffer in the background, and refuses a second get with BUSY', () => {
      check(function* (tock) {
        const buffer = yield* tock.bufferOf(new Uint8Array(32));
        const done: number[][] = [];
        const first = yield* tock.rng.fillAsync(buffer, (...args) => done.push(args.slice(0, 2)));
        expect(first.ok).to.equal(true);
        const second = yield* tock.rng.fillAsync(buffer, (...args) => done.push(args.slice(0, 2)));
        expect(second).to.deep.equal(refused(ErrorCode.BUSY));
        yield* tock.yieldWait();
        expect(done).to.deep.equal([[0, 32]]);
        expect(buffer.bytes.some((byte) => byte !== 0)).to.equal(true);
        return 0;
      }, new SmallBoard({ profile }));
    });

    it('leaves nothing lent and no memory taken', () => {
      check(function* (tock) {
        const before = yield* tock.bufferOf(new Uint8Array(48));
        tock.free(before);
        for (let count = 0; count < 50; count++) yield* tock.rng.bytes(48);
        const after = yield* tock.bufferOf(new Uint8Array(48));
        expect(after.address).to.equal(before.address);
        expect(yield* tock.allowReadWrite(0x40001, 0, null)).to.deep.equal({
          ok: true,
          value: [0, 0],
        });
        return 0;
      }, new SmallBoard({ profile }));
    });
  });
}
