// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lights by system calls.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { DriverNum } from '#capsules/core/driver';
import { LedDriver } from '#capsules/core/led';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { ReturnVariant } from '#kernel/syscall';
import { Testbench } from '../../support/testbench.ts';
import type { Words } from '../../support/raw-process.ts';

const LED = DriverNum.Led;
const { Success, SuccessU32, Failure } = ReturnVariant;

class FakeLed implements hil.led.Led {
  /** Calls, in order. */
  readonly calls: string[] = [];
  private lit = true;
  init(): void {
    this.calls.push('init');
  }
  on(): void {
    this.calls.push('on');
    this.lit = true;
  }
  off(): void {
    this.calls.push('off');
    this.lit = false;
  }
  toggle(): void {
    this.calls.push('toggle');
    this.lit = !this.lit;
  }
  read(): boolean {
    return this.lit;
  }
}

/** Gives commands one after the other; the first two words of each answer, and the lights. */
function give(count: number, commands: readonly (readonly [number, number])[]) {
  const desk = new Testbench();
  const leds = Array.from({ length: count }, () => new FakeLed());
  desk.drivers.set(LED, new LedDriver(leds));
  const answers: number[][] = [];
  desk.spawn(function* (process) {
    for (const [command, index] of commands) {
      const answer: Words = yield* process.command(LED, command, index);
      answers.push(answer.slice(0, 2));
    }
  });
  desk.run();
  return { answers, lit: leds.map((led) => led.read()), leds };
}

describe('LED driver', () => {
  it('makes each pin an output and puts the light out when it is made (led.rs)', () => {
    const { leds } = give(2, []);
    for (const led of leds) expect(led.calls).to.deep.equal(['init', 'off']);
  });

  it('J10 answers the number of lights to command 0, and not plain Success (led.rs, #3375)', () => {
    expect(give(3, [[0, 0]]).answers).to.deep.equal([[SuccessU32, 3]]);
    expect(give(0, [[0, 0]]).answers).to.deep.equal([[SuccessU32, 0]]);
  });

  it('J10 switches on, off and over the light that is named, and no other', () => {
    const { lit, leds, answers } = give(4, [
      [1, 1],
      [1, 2],
      [2, 2],
      [3, 3],
      [3, 1],
      [3, 1],
    ]);
    expect(lit).to.deep.equal([false, true, false, true]);
    expect(leds[0]?.calls).to.deep.equal(['init', 'off']);
    expect(answers.map(([variant]) => variant)).to.deep.equal(Array(6).fill(Success));
  });

  it('J10 refuses a light that is not there with INVAL, and touches none', () => {
    const commands = [1, 2, 3].flatMap((command) =>
      [2, 3, 0x8000_0000, 0xffff_ffff].map((index) => [command, index] as const),
    );
    const { answers, leds } = give(2, commands);
    for (const answer of answers) expect(answer).to.deep.equal([Failure, ErrorCode.INVAL]);
    for (const led of leds) expect(led.calls).to.have.lengthOf(2);
  });

  it('refuses an unknown command with NOSUPPORT, whatever the index (case A14)', () => {
    for (const index of [0, 99]) {
      for (const command of [4, 0xffff_ffff]) {
        expect(give(1, [[command, index]]).answers).to.deep.equal([[Failure, ErrorCode.NOSUPPORT]]);
      }
    }
  });

  it('has no grant: a subscribe and an allow find nothing that could hold them (case B10)', () => {
    const desk = new Testbench();
    desk.drivers.set(LED, new LedDriver([new FakeLed()]));
    const answers: number[][] = [];
    desk.spawn(function* (process) {
      const upcall = process.function(() => undefined);
      answers.push((yield* process.subscribe(LED, 0, upcall)).slice(0, 2));
      answers.push((yield* process.allowRw(LED, 0, process.ram(0), 4)).slice(0, 2));
    });
    desk.run();
    for (const [variant, error] of answers) {
      expect([variant, error]).to.deep.equal([ReturnVariant.FailureU32U32, ErrorCode.NOMEM]);
    }
    expect(answers).to.have.lengthOf(2);
  });
});
