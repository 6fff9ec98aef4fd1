// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Random bytes by system calls, from a source that gives what the test says.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { DriverNum } from '#capsules/core/driver';
import { RNG_GRANT, RngDriver, type RngDriverFlaw } from '#capsules/core/rng';
import { ErrorCode } from '#kernel/errorcode';
import { Err } from '#kernel/result';
import { ExitCall, MemopCall, ReturnVariant } from '#kernel/syscall';
import { ms } from '#kernel/time';
import { FakeRng } from '../../support/fake-rng.ts';
import { Testbench } from '../../support/testbench.ts';
import type { Code, RawProcess, Words } from '../../support/raw-process.ts';

const RNG = DriverNum.Rng;
const { Success, Failure } = ReturnVariant;
/** Where in its RAM a process has its buffer. */
const BUFFER = 64;

class Desk extends Testbench {
  readonly rng = new FakeRng();
  /** What each upcall said: slot, then its three words. */
  readonly upcalls: number[][] = [];

  constructor(...flaws: RngDriverFlaw[]) {
    super();
    const grant = this.kernel.createGrant(RNG, RNG_GRANT);
    this.drivers.set(RNG, new RngDriver(this.rng, grant, new Set(flaws)));
  }

  /** Subscribes, lends a buffer and gets; the first two words of the answer. */
  *ask(process: RawProcess, slot: number, lent: number, wanted: number): Code<number[]> {
    const upcall = process.function((status, bytes, zero) => {
      this.upcalls.push([slot, status, bytes, zero]);
      return undefined;
    });
    yield* process.subscribe(RNG, 0, upcall);
    yield* process.allowRw(RNG, 0, process.ram(BUFFER), lent);
    return (yield* process.command(RNG, 1, wanted)).slice(0, 2);
  }

  /** A process that asks once and takes upcalls for ever. */
  asker(lent: number, wanted: number): { ram(length: number): number[]; answer: number[] } {
    const answer: number[] = [];
    let memory: RawProcess['mem'] | undefined;
    const slot = this.kernel.processes.filter((process) => process !== undefined).length;
    const ask = (process: RawProcess): Code<number[]> => this.ask(process, slot, lent, wanted);
    this.spawn(function* (process) {
      memory = process.mem;
      answer.push(...(yield* ask(process)));
      for (;;) yield* process.yieldWait();
    });
    return { ram: (length) => [...(memory?.ram.slice(BUFFER, BUFFER + length) ?? [])], answer };
  }

  /** At an instant, the source gives words; what it is told goes to the list. */
  giveAt(milliseconds: number, words: readonly number[], ...says: unknown[][]): void {
    this.interruptAt(ms(milliseconds), () => {
      const given = this.rng.give(words);
      for (const list of says) list.push(given.says, given.left.length);
    });
  }
}

describe('RNG driver', () => {
  it('exists; an unknown command is NOSUPPORT (case A14)', () => {
    const desk = new Desk();
    const answers: Words[] = [];
    desk.spawn(function* (process) {
      for (const command of [0, 2]) answers.push(yield* process.command(RNG, command, 4));
    });
    desk.run();
    expect(answers[0]?.[0]).to.equal(Success);
    expect(answers[1]?.slice(0, 2)).to.deep.equal([Failure, ErrorCode.NOSUPPORT]);
    expect(desk.rng.asked).to.equal(0);
  });

  it('J12 fills the buffer with words, low byte first, and says (0, bytes, 0) (rng.rs)', () => {
    const desk = new Desk();
    const { ram, answer } = desk.asker(8, 8);
    const says: unknown[] = [];
    desk.giveAt(10, [0x0403_0201, 0x0807_0605, 0xffff_ffff], says);
    desk.run();
    expect(answer[0]).to.equal(Success);
    expect(ram(9)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 0]);
    expect(desk.upcalls).to.deep.equal([[0, 0, 8, 0]]);
    expect(says, 'what was not needed stays with the source').to.deep.equal(['Done', 1]);
  });

  it('takes a last word for fewer than four bytes, and throws its rest away (rng.rs)', () => {
    const desk = new Desk();
    const { ram } = desk.asker(16, 5);
    desk.giveAt(10, [0x0403_0201, 0x0807_0605]);
    desk.run();
    expect(ram(8)).to.deep.equal([1, 2, 3, 4, 5, 0, 0, 0]);
    expect(desk.upcalls).to.deep.equal([[0, 0, 5, 0]]);
  });

  it('wants more until all is there, and goes on where it was', () => {
    const desk = new Desk();
    const { ram } = desk.asker(12, 12);
    const says: unknown[] = [];
    desk.giveAt(10, [0x0403_0201], says);
    desk.giveAt(20, [], says);
    desk.giveAt(30, [0x0807_0605], says);
    desk.giveAt(40, [0x0c0b_0a09], says);
    desk.run();
    expect(says).to.deep.equal(['More', 0, 'More', 0, 'More', 0, 'Done', 0]);
    expect(ram(12)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(desk.upcalls).to.deep.equal([[0, 0, 12, 0]]);
  });

  it('J12 fills no more than is lent, and nothing is a lawful amount (rng.rs)', () => {
    for (const lent of [0, 1, 3, 4]) {
      const desk = new Desk();
      const { ram } = desk.asker(lent, 100);
      desk.giveAt(10, [0xffff_ffff, 0xffff_ffff]);
      desk.run();
      expect(desk.upcalls, `${lent} bytes lent`).to.deep.equal([[0, 0, lent, 0]]);
      expect(ram(8).filter((byte) => byte !== 0)).to.have.lengthOf(lent);
    }
  });

  it('J12 serves several processes in slot order, each in full, and never one word twice', () => {
    const desk = new Desk();
    const says: unknown[] = [];
    const askers = [desk.asker(4, 4), desk.asker(8, 8), desk.asker(4, 4)];
    desk.giveAt(10, [0x0101_0101, 0x0202_0202], says);
    desk.giveAt(20, [0x0303_0303, 0x0404_0404], says);
    desk.run();
    expect(says).to.deep.equal(['More', 0, 'Done', 0]);
    expect(askers.map(({ ram }) => ram(8))).to.deep.equal([
      [1, 1, 1, 1, 0, 0, 0, 0],
      [2, 2, 2, 2, 3, 3, 3, 3],
      [4, 4, 4, 4, 0, 0, 0, 0],
    ]);
    expect(desk.upcalls).to.deep.equal([
      [0, 0, 4, 0],
      [1, 0, 8, 0],
      [2, 0, 4, 0],
    ]);
  });

  it('asks the source once while several wait, and again for the next', () => {
    const desk = new Desk();
    let gets = 0;
    desk.rng.onGet = () => gets++;
    desk.asker(4, 4);
    desk.asker(4, 4);
    desk.giveAt(10, [1, 2]);
    desk.run();
    expect([gets, desk.rng.asked]).to.deep.equal([1, 0]);
    desk.asker(4, 4);
    desk.giveAt(20, [3]);
    desk.run();
    expect([gets, desk.rng.asked, desk.upcalls.length]).to.deep.equal([2, 0, 3]);
  });

  it('drops a process that died, and its bytes go to nobody', () => {
    const desk = new Desk();
    let ram: Uint8Array | undefined;
    desk.spawn(function* (process) {
      ram = process.mem.ram;
      yield* desk.ask(process, 0, 8, 8);
      yield* process.compute(ms(15));
      yield* process.exit(ExitCall.Terminate, 0);
    });
    const { ram: other } = desk.asker(4, 4);
    const says: unknown[] = [];
    desk.giveAt(10, [0x0101_0101], says);
    desk.giveAt(30, [0x0202_0202], says);
    desk.run();
    expect(says).to.deep.equal(['More', 0, 'Done', 0]);
    expect(ram?.slice(BUFFER + 4, BUFFER + 8)).to.deep.equal(new Uint8Array(4));
    expect(other(4)).to.deep.equal([2, 2, 2, 2]);
    expect(desk.upcalls).to.deep.equal([[1, 0, 4, 0]]);
  });

  it('says Done and takes nothing when nobody waits any more', () => {
    const desk = new Desk();
    desk.spawn(function* (process) {
      yield* desk.ask(process, 0, 8, 8);
      yield* process.exit(ExitCall.Terminate, 0);
    });
    desk.run();
    expect(desk.rng.give([7])).to.deep.equal({ says: 'Done', left: [7] });
  });

  it('ends a get whose buffer was swapped for one that ends before its place, with 0 bytes (rng.rs)', () => {
    const desk = new Desk();
    desk.spawn(function* (process) {
      yield* desk.ask(process, 0, 12, 12);
      yield* process.compute(ms(15));
      yield* process.allowRw(RNG, 0, process.ram(BUFFER), 3);
      for (;;) yield* process.yieldWait();
    });
    desk.giveAt(10, [1]);
    desk.giveAt(20, [2]);
    desk.run();
    expect(desk.upcalls).to.deep.equal([[0, 0, 0, 0]]);
  });

  it('goes on in a buffer that was swapped for another that is long enough', () => {
    const desk = new Desk();
    let ram: Uint8Array | undefined;
    desk.spawn(function* (process) {
      ram = process.mem.ram;
      yield* desk.ask(process, 0, 8, 8);
      yield* process.compute(ms(15));
      yield* process.allowRw(RNG, 0, process.ram(BUFFER + 32), 6);
      for (;;) yield* process.yieldWait();
    });
    desk.giveAt(10, [0x0101_0101]);
    desk.giveAt(20, [0x0202_0202]);
    desk.run();
    expect([...(ram?.slice(BUFFER + 32, BUFFER + 40) ?? [])]).to.deep.equal([
      0, 0, 0, 0, 2, 2, 0, 0,
    ]);
    expect(desk.upcalls).to.deep.equal([[0, 0, 6, 0]]);
  });

  it('is NOMEM for a process without room for the grant, and asks the source for nothing', () => {
    const desk = new Desk();
    const answers: Words[] = [];
    desk.spawn(function* (process) {
      while ((yield* process.memop(MemopCall.Sbrk, 4))[0] !== Failure);
      answers.push(yield* process.command(RNG, 1, 4));
    });
    desk.run();
    expect(answers[0]?.slice(0, 2)).to.deep.equal([Failure, ErrorCode.NOMEM]);
    expect(desk.rng.asked).to.equal(0);
  });
});

/** A process that gets twice, the second time while the first get is under way. */
function getTwice(...flaws: RngDriverFlaw[]) {
  const desk = new Desk(...flaws);
  const answers: number[][] = [];
  desk.spawn(function* (process) {
    answers.push(yield* desk.ask(process, 0, 8, 8));
    yield* process.compute(ms(15));
    answers.push((yield* process.command(RNG, 1, 4)).slice(0, 2));
    for (;;) yield* process.yieldWait();
  });
  for (let at = 10; at <= 40; at += 10) desk.giveAt(at, [at]);
  desk.run();
  return { second: answers[1], upcalls: desk.upcalls };
}

/** A process that gets 0 bytes, and what the source was told. */
function getNothing(...flaws: RngDriverFlaw[]) {
  const desk = new Desk(...flaws);
  desk.asker(8, 0);
  const says: unknown[] = [];
  desk.giveAt(10, [1], says);
  desk.run();
  return { upcalls: desk.upcalls, says };
}

/** Two gets, of which the source refuses the first; the answers and the upcalls. */
function getRefused(...flaws: RngDriverFlaw[]) {
  const desk = new Desk(...flaws);
  const answers: number[][] = [];
  desk.rng.refusal = ErrorCode.FAIL;
  desk.spawn(function* (process) {
    answers.push(yield* desk.ask(process, 0, 4, 4));
    desk.rng.refusal = undefined;
    answers.push((yield* process.command(RNG, 1, 4)).slice(0, 2));
    for (;;) yield* process.yieldWait();
  });
  desk.interruptAt(ms(10), () => {
    if (desk.rng.asked > 0) desk.rng.give([1]);
  });
  desk.run();
  return { answers, upcalls: desk.upcalls };
}

/** Two processes wait when the source breaks. */
function breakSource(...flaws: RngDriverFlaw[]) {
  const desk = new Desk(...flaws);
  desk.asker(8, 8);
  desk.asker(4, 4);
  const says: unknown[] = [];
  desk.giveAt(10, [1]);
  desk.interruptAt(ms(20), () => {
    says.push(desk.rng.give([], Err(ErrorCode.FAIL)).says);
  });
  desk.run();
  return { upcalls: desk.upcalls, says };
}

describe('RNG driver: exactly one upcall for each get that was accepted', () => {
  it('refuses a second get while one is under way: BUSY', () => {
    const { second, upcalls } = getTwice();
    expect(second).to.deep.equal([Failure, ErrorCode.BUSY]);
    expect(upcalls).to.deep.equal([[0, 0, 8, 0]]);
  });

  it('rng-second-get-replaces: the second get starts anew, and two gets have one upcall', () => {
    const { second, upcalls } = getTwice('rng-second-get-replaces');
    expect(second?.[0]).to.equal(Success);
    expect(upcalls).to.deep.equal([[0, 0, 4, 0]]);
  });

  it('answers a get of 0 bytes with 0 bytes', () => {
    expect(getNothing()).to.deep.equal({ upcalls: [[0, 0, 0, 0]], says: ['Done', 1] });
  });

  it('rng-empty-get-hangs: a get of 0 bytes is never answered', () => {
    expect(getNothing('rng-empty-get-hangs')).to.deep.equal({ upcalls: [], says: ['Done', 1] });
  });

  it('hands on the refusal of the source, and the next get is served', () => {
    const { answers, upcalls } = getRefused();
    expect(answers[0]).to.deep.equal([Failure, ErrorCode.FAIL]);
    expect(answers[1]?.[0]).to.equal(Success);
    expect(upcalls).to.deep.equal([[0, 0, 4, 0]]);
  });

  it('rng-ignores-refusal: the get is accepted, and neither it nor another is ever served', () => {
    const flaws = ['rng-ignores-refusal', 'rng-second-get-replaces'] as const;
    const { answers, upcalls } = getRefused(...flaws);
    expect(answers.map(([variant]) => variant)).to.deep.equal([Success, Success]);
    expect(upcalls).to.be.empty;
  });

  it('tells everybody who waits of an error of the source, with the bytes that came before', () => {
    const { upcalls, says } = breakSource();
    expect(upcalls).to.deep.equal([
      [0, ErrorCode.FAIL, 4, 0],
      [1, ErrorCode.FAIL, 0, 0],
    ]);
    expect(says).to.deep.equal(['Done']);
  });

  it('rng-ignores-errors: asks the broken source again, and tells nobody', () => {
    const { upcalls, says } = breakSource('rng-ignores-errors');
    expect([upcalls, says]).to.deep.equal([[], ['More']]);
  });
});
