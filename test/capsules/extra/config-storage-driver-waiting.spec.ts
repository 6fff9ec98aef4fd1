// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The settings of TinyOS when processes wait for each other, swap what they lent, and die in the middle.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { RestartFaultPolicy } from '#capsules/system/process-policies';
import { pattern } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import { ms } from '#kernel/time';
import { alone, build, Command, CONFIG, NO_KEY, type Answer } from './config-storage-support.ts';

const { FAIL, SIZE, BUSY } = ErrorCode;

describe('Driver of the settings', () => {
  it('a second command of a process is BUSY until its upcall; getLastKey is not', () => {
    alone(function* (hands, { flash }) {
      yield* hands.insert(1, pattern(8));
      flash.held = true;
      expect(yield* hands.give(Command.TOTAL)).to.equal(0);
      expect(yield* hands.give(Command.FIRST)).to.equal(BUSY);
      expect(yield* hands.give(Command.INSERT, NO_KEY)).to.equal(BUSY);
      expect((yield* hands.process.command(CONFIG, Command.LAST)).slice(0, 2)).to.deep.equal([
        129, 1,
      ]);
      flash.release();
      expect(yield* hands.wait()).to.deep.equal([0, 1, 0]);
      expect(yield* hands.operate(Command.FIRST)).to.deep.equal([0, 1, 0]);
    });
  });

  it('takes the operations of several processes in slot order; one key is one setting for all (TC-16)', () => {
    const { bench, flash, spawn } = build();
    const order: number[] = [];
    for (const number of [0, 1, 2]) {
      spawn(function* (hands) {
        flash.held = true;
        yield* hands.lend(pattern(4, number));
        expect(yield* hands.give(Command.INSERT, 0x77)).to.equal(0);
        yield* hands.process.compute(ms(5));
        flash.release();
        expect(yield* hands.wait()).to.deep.equal([0, 0x77, 4]);
        order.push(number);
        yield* hands.process.compute(ms(50));
        expect(yield* hands.value(0x77)).to.deep.equal([...pattern(4, 2)]);
        order.push(number);
      });
    }
    bench.run();
    expect(order.slice(0, 3)).to.deep.equal([0, 1, 2]);
    expect(order).to.have.length(6);
  });

  it('a value changed before its queued operation starts: the new bytes; exchanged for 256: SIZE by upcall', () => {
    const { bench, flash, spawn } = build();
    const seen: unknown[] = [];
    spawn(function* (hands) {
      flash.held = true;
      yield* hands.give(Command.TOTAL);
      yield* hands.process.compute(ms(30));
      flash.release();
      yield* hands.wait();
    });
    spawn(function* (hands) {
      yield* hands.lend(pattern(4));
      yield* hands.give(Command.INSERT, 1);
      hands.process.mem.write(hands.process.ram(0), pattern(4, 9));
      expect(yield* hands.wait()).to.deep.equal([0, 1, 4]);
      seen.push(yield* hands.value(1));
    });
    spawn(function* (hands) {
      yield* hands.lend(pattern(4));
      yield* hands.give(Command.INSERT, 2);
      yield* hands.process.allowRo(CONFIG, 0, hands.process.ram(0), 256);
      seen.push(yield* hands.wait());
      seen.push(yield* hands.value(2));
    });
    bench.run();
    expect(seen).to.have.deep.members([[...pattern(4, 9)], [SIZE, 2, 0], FAIL]);
  });

  it('a holder exchanged while the flash works: what is lent at the end is written, and no other', () => {
    alone(function* (hands, { flash }) {
      yield* hands.insert(1, pattern(4));
      const { process } = hands;
      process.mem.write(process.ram(512), new Uint8Array(16));
      yield* process.allowRw(CONFIG, 0, process.ram(512), 8);
      flash.held = true;
      yield* hands.give(Command.RETRIEVE, 1);
      yield* process.allowRw(CONFIG, 0, process.ram(520), 8);
      flash.release();
      expect(yield* hands.wait()).to.deep.equal([0, 1, 4]);
      const bytes = [...(process.mem.read(process.ram(512), 16) ?? [])];
      expect(bytes).to.deep.equal([...new Uint8Array(8), ...pattern(4), 0, 0, 0, 0]);
    });
  });

  for (const [name, command] of Object.entries({ insert: 2, retrieve: 3, remove: 4, first: 5 })) {
    it(`works on for the others when a process dies in the middle of ${name} (case E30)`, () => {
      const { bench, flash, spawn } = build();
      const seen: unknown[] = [];
      spawn(function* (hands) {
        yield* hands.insert(1, pattern(4));
        flash.held = true;
        yield* hands.give(command, 1);
        yield* hands.process.fault('dies');
      });
      spawn(function* (hands) {
        yield* hands.process.compute(ms(50));
        flash.release();
        seen.push(yield* hands.insert(2, pattern(8)), yield* hands.value(2));
      });
      bench.run();
      expect(seen).to.deep.equal([[0, 2, 8], [...pattern(8)]]);
    });
  }

  it('a new life of a process gets no upcall for what the old one asked', () => {
    const { bench, flash, spawn } = build();
    let lives = 0;
    const answers: Answer[] = [];
    spawn(
      function* (hands) {
        if (lives++ === 0) {
          yield* hands.lend(pattern(4));
          flash.held = true;
          yield* hands.give(Command.INSERT, 9);
          yield* hands.process.fault('dies');
        }
        flash.release();
        answers.push(yield* hands.operate(Command.TOTAL));
      },
      { faultPolicy: new RestartFaultPolicy() },
    );
    bench.run();
    expect(answers).to.deep.equal([[0, 1, 0]]);
  });
});
