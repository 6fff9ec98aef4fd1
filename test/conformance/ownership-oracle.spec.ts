// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The oracle reports each kind of damage when it happens, and only then.
 *
 * NON-TOCK: tests. Misbehaviour is played to the oracle by hand: it must not depend on how a kernel is built.
 */
import { expect } from 'chai';
import { damageLine } from '#conformance/ownership-damage';
import { OwnershipOracle } from '#conformance/ownership-oracle';
import { Callback } from '#kernel/callback';
import { ErrorCode } from '#kernel/errorcode';
import type { Process } from '#kernel/process-standard';
import { PROFILES, type ProfileName } from '#kernel/profile';
import { FROM_KERNEL, TaskKind, type Task } from '#kernel/upcall';
import type { Code, RawProcess } from '../support/raw-process.ts';
import { DRIVER, FLASH_START, FLASH_SIZE, RAM_START, Testbench } from '../support/testbench.ts';

const OTHER = 0x9001;
const CODE = FLASH_START + 0x200;
const FOREIGN_CODE = CODE + FLASH_SIZE;

/** A kernel with an oracle, and one process that is not run: the tests tell the oracle what happens. */
class Play {
  readonly oracle: OwnershipOracle;
  readonly process: Process;
  readonly other: Process;

  constructor(profile: ProfileName = '2.2') {
    this.oracle = new OwnershipOracle({ profile: PROFILES[profile] });
    const bench = new Testbench({ profile });
    const idle = function* (): Code {};
    this.process = bench.spawn(idle).process;
    this.other = bench.spawn(idle).process;
  }

  /** A swap that was answered with these registers; default: success with what was lent before. */
  swap(
    swapClass: 1 | 3 | 4,
    words: Words4,
    answer: readonly number[],
    process = this.process,
  ): void {
    this.oracle.offered(process, swapClass, ...words);
    process.boundary.registers.set(answer);
    this.oracle.swapped(process, swapClass, ...words);
  }
  subscribe(pc: number, appdata: number, answer: readonly number[], number = 1): void {
    this.swap(1, [DRIVER, number, pc, appdata], answer);
  }
  allow(address: number, length: number, answer: readonly number[]): void {
    this.swap(3, [DRIVER, 0, address, length], answer);
  }
  upcall(pc: number, appdata: number, process = this.process): Task {
    const task = taskOf(pc, appdata);
    this.oracle.queued(process, task);
    this.oracle.delivered(process, task);
    return task;
  }
  touch(address: number, length: number, { processId } = this.process): void {
    const id = { driverNum: DRIVER, allowNum: 0, kind: 'readWrite' } as const;
    this.oracle.touched(processId, id, address, length);
  }
  get kinds(): string[] {
    return this.oracle.damages.map(({ kind }) => kind);
  }
}

type Words4 = readonly [driverNum: number, number: number, first: number, second: number];

const taskOf = (pc: number, appdata: number): Task => ({
  kind: TaskKind.FunctionCall,
  driverNum: DRIVER,
  subscribeNum: 1,
  pc,
  argument0: 1,
  argument1: 2,
  argument2: 3,
  argument3: appdata,
});

const OK = (first: number, second: number): readonly number[] => [130, first, second, 0];
const NO = (error: number, first: number, second: number): readonly number[] => [
  2,
  error,
  first,
  second,
];

describe('OwnershipOracle', () => {
  describe('on upcalls', () => {
    it('accepts the function that is lent, and no other after it was swapped', () => {
      const play = new Play();
      play.subscribe(CODE, 5, OK(0, 0));
      play.upcall(CODE, 5);
      expect(play.kinds).to.deep.equal([]);
      play.subscribe(CODE + 4, 6, OK(CODE, 5));
      play.upcall(CODE, 5);
      expect(play.kinds).to.deep.equal(['stale-upcall']);
    });

    it('takes an unsubscribed function, one of an earlier life, and one whose subscribe failed for stale', () => {
      const play = new Play();
      play.subscribe(CODE, 5, OK(0, 0));
      play.subscribe(0, 0, OK(CODE, 5));
      play.upcall(CODE, 5);
      play.subscribe(CODE + 8, 1, NO(ErrorCode.BUSY, CODE + 8, 1));
      play.upcall(CODE + 8, 1);
      play.subscribe(CODE + 16, 1, OK(0, 0));
      play.oracle.ended(play.process);
      play.upcall(CODE + 16, 1);
      expect(play.kinds).to.deep.equal(['stale-upcall', 'stale-upcall', 'stale-upcall']);
    });

    it('tells a function of another process from one that is lent under another number', () => {
      const play = new Play();
      play.swap(1, [DRIVER, 1, FOREIGN_CODE, 9], OK(0, 0), play.other);
      play.subscribe(CODE, 5, OK(0, 0), 1);
      play.subscribe(CODE + 4, 6, OK(0, 0), 2);
      play.upcall(FOREIGN_CODE, 9);
      play.upcall(CODE + 4, 6);
      play.upcall(CODE, 7);
      play.upcall(0x1234, 0);
      expect(play.kinds).to.deep.equal([
        'foreign-upcall',
        'misdirected-upcall',
        'misdirected-upcall',
        'foreign-upcall',
      ]);
      expect(play.oracle.damages.map(damageLine)[0]).to.equal(
        `foreign-upcall: process 0, driver 0x9000, upcall 1: it called 0x${FOREIGN_CODE.toString(16)} with appdata 0x9, which is process 1's`,
      );
    });

    it('asks nothing of the start of a process, of a notification, or of a return value', () => {
      const play = new Play();
      const task = taskOf(0, 0);
      play.oracle.delivered(play.process, { ...task, driverNum: FROM_KERNEL, pc: CODE });
      play.oracle.queued(play.process, { ...task, kind: TaskKind.Ipc });
      play.oracle.queued(play.process, { ...task, kind: TaskKind.ReturnValue });
      play.oracle.delivered(play.process, { ...task, kind: TaskKind.ReturnValue });
      expect(play.kinds).to.deep.equal([]);
    });

    it('finds an upcall that runs twice though it was queued once', () => {
      const play = new Play();
      play.subscribe(CODE, 5, OK(0, 0));
      play.oracle.delivered(play.process, play.upcall(CODE, 5));
      expect(play.kinds).to.deep.equal(['duplicated-upcall']);
    });

    it('finds upcalls that a refused subscribe cost, not those that a swap took back', () => {
      const play = new Play('2.0-dev');
      play.subscribe(CODE, 5, OK(0, 0));
      for (const answer of [NO(1, CODE, 6), OK(CODE, 5)]) {
        play.oracle.queued(play.process, taskOf(CODE, 5));
        play.oracle.cancelled(play.process, { driverNum: DRIVER, subscribeNum: 1 });
        play.subscribe(CODE, 6, answer);
      }
      expect(play.kinds).to.deep.equal(['lost-upcall']);
    });

    it('counts what a full queue lost, which no design prevents', () => {
      const play = new Play();
      play.oracle.lost(play.process, taskOf(CODE, 5));
      expect(play.kinds).to.deep.equal(['dropped-upcall']);
      expect(play.oracle.hasOwnershipDamage).to.equal(false);
    });
  });

  describe('on answers', () => {
    it('compares the pair of a success with what was lent, that of a refusal with what was passed', () => {
      const play = new Play();
      play.subscribe(CODE, 5, OK(CODE, 1));
      play.subscribe(CODE, 6, OK(CODE, 5));
      play.subscribe(CODE, 7, NO(1, CODE, 6));
      play.allow(RAM_START, 8, OK(RAM_START, 8));
      expect(play.kinds).to.deep.equal(['wrong-old-value', 'wrong-refusal', 'wrong-old-value']);
      expect(play.oracle.hasOwnershipDamage).to.equal(true);
    });

    it("knows another process's pair, lent now or before, and another process's memory", () => {
      const play = new Play();
      play.swap(1, [DRIVER, 1, CODE + 4, 9], OK(0, 0), play.other);
      play.swap(1, [DRIVER, 1, 0, 0], OK(CODE + 4, 9), play.other);
      play.subscribe(CODE, 5, OK(CODE + 4, 9));
      play.subscribe(CODE, 6, NO(1, FOREIGN_CODE, 1));
      expect(play.kinds).to.deep.equal(['foreign-old-value', 'foreign-old-value']);
    });

    it('leaves the loan as it was when a call fails', () => {
      const play = new Play();
      play.subscribe(CODE, 5, OK(0, 0));
      play.subscribe(CODE + 4, 6, NO(1, CODE + 4, 6));
      play.upcall(CODE, 5);
      play.subscribe(0, 0, OK(CODE, 5));
      expect(play.kinds).to.deep.equal([]);
    });

    it('keeps the appdata of a null upcall, which capsules of 2021 lost without harm (case B04)', () => {
      for (const [profile, kinds] of [
        ['2.2', ['wrong-old-value']],
        ['2.0-dev', []],
      ] as const) {
        const play = new Play(profile);
        play.subscribe(0, 42, OK(0, 0));
        play.subscribe(CODE, 1, OK(0, 0));
        expect(play.kinds, profile).to.deep.equal(kinds);
      }
    });

    it('reads one signed number where Tock 1.x answers, which tells no pair', () => {
      const play = new Play('1.x');
      play.subscribe(CODE, 5, [0, 77, 77, 77]);
      play.subscribe(CODE + 4, 5, [-2 >>> 0, 77, 77, 77]);
      play.upcall(CODE, 5);
      expect(play.kinds).to.deep.equal([]);
      play.upcall(CODE + 4, 5);
      expect(play.kinds).to.deep.equal(['stale-upcall']);
    });
  });

  describe('on buffers', () => {
    it('accepts what lies in the buffer that is lent, also while it is being lent', () => {
      const play = new Play();
      const words = [DRIVER, 0, RAM_START + 16, 8] as const;
      play.oracle.offered(play.process, 3, ...words);
      play.touch(RAM_START + 16, 8);
      play.process.boundary.registers.set(OK(0, 0));
      play.oracle.swapped(play.process, 3, ...words);
      play.touch(RAM_START + 16, 8);
      play.touch(RAM_START + 20, 4);
      expect(play.kinds).to.deep.equal([]);
      play.touch(RAM_START + 20, 5);
      play.touch(RAM_START + 12, 8);
      expect(play.kinds).to.deep.equal(['touched-buffer', 'touched-buffer']);
    });

    it('accepts nothing that was taken back, by zeros, by address 0 (1.x), or by the end of the process', () => {
      const play = new Play();
      play.allow(RAM_START, 8, OK(0, 0));
      play.allow(0, 0, OK(RAM_START, 8));
      play.touch(RAM_START, 8);
      play.allow(RAM_START, 8, OK(0, 0));
      play.allow(0, 8, [0, 0, 0, 0]);
      play.touch(RAM_START, 8);
      play.allow(RAM_START, 8, OK(0, 8));
      const { processId } = play.process;
      play.oracle.ended(play.process);
      play.touch(RAM_START, 8);
      expect(processId).to.equal(play.process.processId);
      expect(play.kinds).to.deep.equal(['touched-buffer', 'touched-buffer', 'touched-buffer']);
    });
  });

  describe('on promises', () => {
    it('finds an upcall that nothing promised, one with other words, and one that never came', () => {
      const play = new Play();
      play.oracle.judge(DRIVER);
      play.subscribe(CODE, 5, OK(0, 0));
      play.upcall(CODE, 5);
      const promised = { slot: 0, driverNum: DRIVER, number: 1 };
      play.oracle.promise({ ...promised, words: [1, 2, 3] });
      play.upcall(CODE, 5);
      play.oracle.promise({ ...promised, words: [1, undefined, 4] });
      play.upcall(CODE, 5);
      play.oracle.promise(promised);
      play.oracle.finish();
      expect(play.kinds).to.deep.equal(['unpromised-upcall', 'broken-promise', 'broken-promise']);
      play.oracle.finish();
      expect(play.kinds, 'each promise is reported once').to.have.length(3);
    });

    it('owes nothing to a function that was taken back, to a queue that was full, or to the dead', () => {
      const play = new Play();
      const promised = { slot: 0, driverNum: DRIVER, number: 1 };
      play.subscribe(CODE, 5, OK(0, 0));
      play.oracle.promise(promised);
      play.subscribe(CODE, 6, OK(CODE, 5));
      play.oracle.promise(promised);
      play.oracle.lost(play.process, taskOf(CODE, 6));
      play.oracle.promise(promised);
      play.oracle.ended(play.process);
      play.oracle.finish();
      expect(play.kinds).to.deep.equal(['dropped-upcall']);
    });

    it('finds a number refused that the driver has to serve, unless the process passed what is not its own', () => {
      const play = new Play();
      play.oracle.judge(DRIVER, { upcalls: 2, readWrite: 1 });
      play.subscribe(CODE, 5, NO(ErrorCode.NOMEM, CODE, 5));
      play.subscribe(0x10, 5, NO(ErrorCode.INVAL, 0x10, 5));
      play.subscribe(CODE, 5, NO(ErrorCode.NOSUPPORT, CODE, 5), 2);
      play.allow(RAM_START, 4, NO(ErrorCode.NOMEM, RAM_START, 4));
      expect(play.kinds).to.deep.equal(['refused', 'refused']);
    });
  });

  it('sees on a real kernel what a capsule of 2.0-dev does that keeps a callback (row 1)', () => {
    const oracle = new OwnershipOracle({ profile: PROFILES['2.0-dev'] });
    const bench = new Testbench({ profile: '2.0-dev', watch: oracle });
    let first: Callback | undefined;
    let held = Callback.default();
    bench.drivers.set(OTHER, {
      interface: '2.0-dev',
      subscribe(_, callback) {
        first ??= callback;
        const value = held;
        held = callback;
        return { ok: true, value };
      },
      command: () => {
        first?.schedule(1, 2, 3);
        return bench.driver.command(0, 0, 0, 0 as never);
      },
    });
    bench.spawn(function* (raw: RawProcess) {
      const pc = raw.function(() => undefined);
      yield* raw.subscribe(OTHER, 0, pc, 1);
      yield* raw.command(OTHER, 1);
      yield* raw.yieldWait();
      yield* raw.subscribe(OTHER, 0, 0, 0);
      yield* raw.command(OTHER, 1);
      yield* raw.yieldWait();
    });
    bench.run();
    expect(oracle.damages.map(({ kind }) => kind)).to.deep.equal(['stale-upcall']);
  });
});
