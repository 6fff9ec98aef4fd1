// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Buttons by system calls, over the pins of a chip without its clock.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { BUTTON_GRANT, ButtonDriver } from '#capsules/core/button';
import { DriverNum } from '#capsules/core/driver';
import { KernelPanic } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { ExitCall, MemopCall, ReturnVariant } from '#kernel/syscall';
import { ms } from '#kernel/time';
import { Testbench } from '../../support/testbench.ts';
import type { Code, RawProcess, Words } from '../../support/raw-process.ts';

const BUTTON = DriverNum.Button;
const { Success, SuccessU32, Failure } = ReturnVariant;
const [COUNT, ENABLE, DISABLE, READ] = [0, 1, 2, 3];

class FakePin implements hil.gpio.InterruptPin {
  level = false;
  edge: string | undefined;
  private client: hil.gpio.Client | undefined;
  setClient(client: hil.gpio.Client): void {
    this.client = client;
  }
  read(): boolean {
    return this.level;
  }
  enableInterrupts(edge: string): void {
    this.edge = edge;
  }
  disableInterrupts(): void {
    this.edge = undefined;
  }
  isPending(): boolean {
    return false;
  }
  /** The interrupt is serviced, if it is enabled. */
  change(level: boolean): void {
    this.level = level;
    if (this.edge !== undefined) this.client?.fired();
  }
}

/** A desk with buttons of which those of odd number are active low, all released. */
class Desk extends Testbench {
  readonly pins: readonly FakePin[];

  constructor(count = 2) {
    super();
    this.pins = Array.from({ length: count }, () => new FakePin());
    const buttons = this.pins.map((pin, index) => {
      pin.level = index % 2 === 1;
      return { pin, activeLow: index % 2 === 1 };
    });
    const grant = this.kernel.createGrant(BUTTON, BUTTON_GRANT);
    this.drivers.set(BUTTON, new ButtonDriver(buttons, grant));
  }

  pin(index: number): FakePin {
    const pin = this.pins[index];
    if (pin === undefined) throw new Error('no such pin');
    return pin;
  }

  /** Sets a pin's level at an instant, in the kernel loop. */
  changeAt(milliseconds: number, index: number, level: boolean): void {
    this.interruptAt(ms(milliseconds), () => {
      this.pin(index).change(level);
    });
  }

  /** Runs a process that gives commands; the first two words of each answer. */
  give(commands: readonly (readonly [number, number])[]): number[][] {
    const answers: number[][] = [];
    this.spawn(function* (process) {
      for (const [command, index] of commands) {
        answers.push((yield* process.command(BUTTON, command, index)).slice(0, 2));
      }
    });
    this.run();
    return answers;
  }
}

/** Enables some buttons and takes upcalls for ever. */
function* listen(process: RawProcess, upcalls: Words[], ...buttons: number[]): Code {
  yield* process.subscribe(BUTTON, 0, process.recorder(upcalls), 77);
  for (const button of buttons) yield* process.command(BUTTON, ENABLE, button);
  for (;;) yield* process.yieldWait();
}

describe('Button driver', () => {
  it('answers the number of buttons to command 0, and not plain Success (button.rs, #3375)', () => {
    expect(new Desk(3).give([[COUNT, 0]])).to.deep.equal([[SuccessU32, 3]]);
  });

  it('reads 1 for pressed and 0 for released, whichever level of the pin that is', () => {
    const desk = new Desk(4);
    desk.pin(2).level = true;
    desk.pin(3).level = false;
    const answers = desk.give([0, 1, 2, 3].map((index) => [READ, index] as const));
    expect(answers).to.deep.equal([0, 0, 1, 1].map((state) => [SuccessU32, state]));
  });

  it('refuses a button that is not there with INVAL, an unknown command before that with NOSUPPORT', () => {
    const desk = new Desk();
    const commands = [ENABLE, DISABLE, READ].flatMap((command) =>
      [2, 32, 0xffff_ffff].map((index) => [command, index] as const),
    );
    for (const answer of desk.give(commands)) {
      expect(answer).to.deep.equal([Failure, ErrorCode.INVAL]);
    }
    expect(new Desk().give([[4, 99]])).to.deep.equal([[Failure, ErrorCode.NOSUPPORT]]);
    expect(desk.pins.map(({ edge }) => edge)).to.deep.equal([undefined, undefined]);
  });

  it('J11 tells every process that enabled a button (index, state, 0), on press and on release', () => {
    const desk = new Desk();
    const [first, second, deaf]: Words[][] = [[], [], []];
    desk.spawn((process) => listen(process, first ?? [], 1));
    desk.spawn((process) => listen(process, second ?? [], 0, 1));
    desk.spawn((process) => listen(process, deaf ?? []));
    desk.changeAt(10, 1, false);
    desk.changeAt(20, 1, true);
    desk.changeAt(30, 0, true);
    desk.run();
    expect(first).to.deep.equal([
      [1, 1, 0, 77],
      [1, 0, 0, 77],
    ]);
    expect(second).to.deep.equal([
      [1, 1, 0, 77],
      [1, 0, 0, 77],
      [0, 1, 0, 77],
    ]);
    expect(deaf).to.be.empty;
  });

  it('asks for both edges, of the button that is named only', () => {
    const desk = new Desk();
    expect(desk.give([[ENABLE, 1]])).to.deep.equal([[Success, 1]]);
    expect(desk.pins.map(({ edge }) => edge)).to.deep.equal([undefined, 'either']);
  });

  it('J11 disables for one process; the pin goes on interrupting while another wants to know', () => {
    const desk = new Desk();
    const upcalls: Words[][] = [[], []];
    desk.spawn(function* (process) {
      yield* process.subscribe(BUTTON, 0, process.recorder(upcalls[0] ?? []));
      yield* process.command(BUTTON, ENABLE, 0);
      yield* process.compute(ms(20)); // Longer than a timeslice: the other enables it meanwhile.
      yield* process.command(BUTTON, DISABLE, 0);
      for (;;) yield* process.yieldWait();
    });
    desk.spawn((process) => listen(process, upcalls[1] ?? [], 0));
    desk.changeAt(50, 0, true);
    desk.run();
    expect(upcalls.map((list) => list.length)).to.deep.equal([0, 1]);
    expect(desk.pin(0).edge).to.equal('either');
  });

  it('stops the interrupts of a pin when its last process disables it, and disabling twice is fine', () => {
    const desk = new Desk();
    const answers = desk.give([
      [ENABLE, 0],
      [DISABLE, 0],
      [DISABLE, 0],
    ]);
    expect(answers.map(([variant]) => variant)).to.deep.equal([Success, Success, Success]);
    expect(desk.pin(0).edge).to.equal(undefined);
  });

  it('finds out by the next edge that the last process has died, and stops the interrupts (button.rs)', () => {
    const desk = new Desk();
    desk.spawn(function* (process) {
      yield* process.command(BUTTON, ENABLE, 0);
      yield* process.exit(ExitCall.Terminate, 0);
    });
    desk.run();
    expect(desk.pin(0).edge).to.equal('either');
    desk.pin(0).change(true);
    expect(desk.pin(0).edge).to.equal(undefined);
  });

  it('a process that starts again has asked for nothing', () => {
    const desk = new Desk();
    const upcalls: Words[] = [];
    let lives = 0;
    desk.spawn(function* (process) {
      if (lives++ === 0) {
        yield* process.command(BUTTON, ENABLE, 0);
        yield* process.exit(ExitCall.Restart, 0);
      }
      yield* process.subscribe(BUTTON, 0, process.recorder(upcalls));
      yield* process.yieldWait();
    });
    desk.changeAt(50, 0, true);
    desk.run();
    expect([lives, upcalls.length]).to.deep.equal([2, 0]);
  });

  it('tells the state when the interrupt is serviced: a press that is over by then is a release', () => {
    const desk = new Desk();
    const upcalls: Words[] = [];
    desk.spawn((process) => listen(process, upcalls, 0));
    desk.changeAt(10, 0, false);
    desk.run();
    expect(upcalls).to.deep.equal([[0, 0, 0, 77]]);
  });

  it('tells the button of the highest number, too, and takes 32 at most', () => {
    const desk = new Desk(32);
    const upcalls: Words[] = [];
    desk.spawn((process) => listen(process, upcalls, 31));
    desk.changeAt(10, 31, false);
    desk.changeAt(20, 0, true);
    desk.run();
    expect(upcalls).to.deep.equal([[31, 1, 0, 77]]);
    expect(() => new Desk(33)).to.throw(KernelPanic, '32 buttons');
  });

  it('has no room in a process without RAM for the grant: NOMEM, and the pin stays as it is', () => {
    const desk = new Desk();
    const answers: Words[] = [];
    desk.spawn(function* (process) {
      while ((yield* process.memop(MemopCall.Sbrk, 4))[0] !== Failure);
      for (const command of [ENABLE, DISABLE]) {
        answers.push(yield* process.command(BUTTON, command, 0));
      }
    });
    desk.run();
    for (const [variant, error] of answers) {
      expect([variant, error]).to.deep.equal([Failure, ErrorCode.NOMEM]);
    }
    expect(desk.pin(0).edge).to.equal(undefined);
  });
});
