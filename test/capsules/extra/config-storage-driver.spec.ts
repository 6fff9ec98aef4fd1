// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The settings of TinyOS through system calls: each command and error, processes that wait, swap and die.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { CONFIG_STORAGE_GRANT, ConfigStorageDriver } from '#capsules/extra/config-storage-driver';
import { TinyosConfigStorage } from '#capsules/extra/tinyos-config-storage';
import { DriverNum } from '#capsules/core/driver';
import { RestartFaultPolicy } from '#capsules/system/process-policies';
import { describeSyscallDriver } from '#conformance/syscall-driver';
import { pattern } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import { ms } from '#kernel/time';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { LOG } from '#libraries/tinyos/config-mode';
import { ConfigStorage } from '#libraries/tinyos/config-storage';
import { Volume } from '#libraries/tinyos/volume';
import type { StoreFlash } from '#capsules/extra/store-flash';
import { InterruptFlash } from '../../support/interrupt-flash.ts';
import type { Code, RawProcess } from '../../support/raw-process.ts';
import { Testbench, type SpawnOptions } from '../../support/testbench.ts';

const CONFIG = DriverNum.ConfigStorage;
const GEOMETRY = { wordSize: 4, pageSize: 512, numPages: 3, maxWordWrites: 2, maxPageErases: 999 };
const NO_KEY = 0xffff_ffff;
const { FAIL, SIZE, INVAL, BUSY, NOSUPPORT } = ErrorCode;

const Command = {
  TOTAL: 1,
  INSERT: 2,
  RETRIEVE: 3,
  REMOVE: 4,
  FIRST: 5,
  LAST: 6,
  NEXT: 7,
} as const;

type Answer = readonly [status: number, value1: number, value2: number];

function storageOn(flash: StoreFlash): TinyosConfigStorage {
  const volume = new Volume(flash.storage);
  return new TinyosConfigStorage(flash, new ConfigStorage(volume, { mode: LOG, truncates: true }));
}

/** The settings in a process's hands. */
class Hands {
  constructor(readonly process: RawProcess) {}

  /** r1 of a refusal, or 0. */
  *give(command: number, argument = 0): Code<number> {
    const [variant, error] = yield* this.process.command(CONFIG, command, argument);
    return variant === 128 ? 0 : error;
  }

  *wait(): Code<Answer> {
    const [status, value1, value2] = yield* this.process.yieldWaitFor(CONFIG, 0);
    return [status, value1, value2];
  }

  *operate(command: number, argument = 0): Code<Answer> {
    expect(yield* this.give(command, argument), `command ${command}`).to.equal(0);
    return yield* this.wait();
  }

  /** Lends a value read-only. */
  *lend(value: Uint8Array): Code {
    this.process.mem.write(this.process.ram(0), value);
    yield* this.process.allowRo(CONFIG, 0, this.process.ram(0), value.length);
  }

  *insert(key: number, value: Uint8Array): Code<Answer> {
    yield* this.lend(value);
    return yield* this.operate(Command.INSERT, key);
  }

  /** What is in the holder afterwards, with a byte behind it. */
  *retrieve(key: number, room = 255): Code<{ answer: Answer; value: number[] }> {
    const target = this.process.ram(512);
    this.process.mem.write(target, new Uint8Array(room + 1).fill(0xee));
    yield* this.process.allowRw(CONFIG, 0, target, room);
    const answer = yield* this.operate(Command.RETRIEVE, key);
    expect(this.process.mem.read(target + room, 1)?.[0]).to.equal(0xee);
    const value = [...(this.process.mem.read(target, Math.min(room, answer[2])) ?? [])];
    return { answer, value };
  }

  *value(key: number): Code<number[] | number> {
    const { answer, value } = yield* this.retrieve(key);
    return answer[0] === 0 ? value : answer[0];
  }
}

interface Bench {
  readonly bench: Testbench;
  readonly flash: InterruptFlash;
  spawn(body: (hands: Hands) => Code, options?: SpawnOptions): void;
}

function build(): Bench {
  const bench = new Testbench();
  const flash = new InterruptFlash(bench, GEOMETRY);
  const apps = bench.kernel.createGrant(CONFIG, CONFIG_STORAGE_GRANT);
  bench.drivers.set(CONFIG, new ConfigStorageDriver(storageOn(flash), apps));
  const spawn: Bench['spawn'] = (body, options = {}) => {
    bench.spawn((process) => body(new Hands(process)), { initialAppBreak: 0x1000, ...options });
  };
  return { bench, flash, spawn };
}

/** Runs one process to its end. */
function alone(body: (hands: Hands, built: Bench) => Code): void {
  const built = build();
  let ended = false;
  built.spawn(function* (hands) {
    yield* body(hands, built);
    ended = true;
  });
  built.bench.run();
  expect(ended, 'the process came to its end').to.equal(true);
}

describeSyscallDriver('ConfigStorageDriver', ({ kernel, raise }) => {
  const storage = new BufferStorage(GEOMETRY);
  const flash: StoreFlash = {
    storage,
    onStep: () => undefined,
    start: (steps, done) => {
      raise(() => {
        done(runAtOnce(steps));
      });
    },
  };
  const apps = kernel.createGrant(CONFIG, CONFIG_STORAGE_GRANT);
  return { driver: new ConfigStorageDriver(storageOn(flash), apps), driverNum: CONFIG };
});

describe('Driver of the settings', () => {
  it('inserts, retrieves, replaces and removes; every upcall says key and size', () => {
    alone(function* (hands) {
      expect((yield* hands.process.command(CONFIG, 0))[0]).to.equal(128);
      expect(yield* hands.insert(0xdead_beef, pattern(9))).to.deep.equal([0, 0xdead_beef, 9]);
      expect(yield* hands.retrieve(0xdead_beef)).to.deep.equal({
        answer: [0, 0xdead_beef, 9],
        value: [...pattern(9)],
      });
      expect(yield* hands.insert(0xdead_beef, pattern(255, 3))).to.deep.equal([
        0, 0xdead_beef, 255,
      ]);
      expect(yield* hands.value(0xdead_beef)).to.deep.equal([...pattern(255, 3)]);
      expect(yield* hands.operate(Command.TOTAL)).to.deep.equal([0, 1, 0]);
      expect(yield* hands.operate(Command.REMOVE, 0xdead_beef)).to.deep.equal([0, 0xdead_beef, 0]);
      expect(yield* hands.operate(Command.TOTAL)).to.deep.equal([0, 0, 0]);
    });
  });

  it('walks over the keys, and knows the last one at once: an answer, not an upcall (TC-06)', () => {
    alone(function* (hands) {
      const last = (): Code<readonly number[]> => hands.process.command(CONFIG, Command.LAST);
      expect((yield* last()).slice(0, 2)).to.deep.equal([129, NO_KEY]);
      expect(yield* hands.operate(Command.FIRST)).to.deep.equal([FAIL, NO_KEY, 0]);
      for (const key of [30, 10, 0x9000_0000]) yield* hands.insert(key, pattern(4));
      const keys: number[] = [];
      let step = yield* hands.operate(Command.FIRST);
      while (step[0] === 0) {
        keys.push(step[1]);
        step = yield* hands.operate(Command.NEXT, step[1]);
      }
      expect(step).to.deep.equal([FAIL, NO_KEY, 0]);
      expect([...keys].sort((a, b) => a - b)).to.deep.equal([10, 30, 0x9000_0000]);
      expect((yield* last()).slice(0, 2)).to.deep.equal([129, keys.at(-1)]);
    });
  });

  it('errors: FAIL for what is not there; INVAL for no key, SIZE over 255 bytes, NOSUPPORT, at once', () => {
    alone(function* (hands) {
      expect((yield* hands.retrieve(5)).answer).to.deep.equal([FAIL, 5, 0]);
      expect(yield* hands.operate(Command.REMOVE, 5)).to.deep.equal([FAIL, 5, 0]);
      for (const command of [Command.INSERT, Command.RETRIEVE, Command.REMOVE, Command.NEXT]) {
        expect(yield* hands.give(command, NO_KEY), `${command}`).to.equal(INVAL);
      }
      yield* hands.lend(pattern(256));
      expect(yield* hands.give(Command.INSERT, 5)).to.equal(SIZE);
      expect(yield* hands.give(8)).to.equal(NOSUPPORT);
      expect(yield* hands.operate(Command.TOTAL)).to.deep.equal([0, 0, 0]);
    });
  });

  it('into too little room: SIZE, the whole size, and what fits; also into nothing', () => {
    alone(function* (hands) {
      yield* hands.insert(7, pattern(20));
      const { answer, value } = yield* hands.retrieve(7, 6);
      expect(answer).to.deep.equal([SIZE, 7, 20]);
      expect(value).to.deep.equal([...pattern(20).subarray(0, 6)]);
      yield* hands.process.allowRw(CONFIG, 0, 0, 0);
      expect(yield* hands.operate(Command.RETRIEVE, 7)).to.deep.equal([SIZE, 7, 20]);
      yield* hands.insert(7, new Uint8Array(0));
      yield* hands.process.allowRw(CONFIG, 0, 0, 0);
      expect(yield* hands.operate(Command.RETRIEVE, 7)).to.deep.equal([0, 7, 0]);
    });
  });

  it('nothing lent is a value of no bytes', () => {
    alone(function* (hands) {
      expect(yield* hands.operate(Command.INSERT, 7)).to.deep.equal([0, 7, 0]);
      expect(yield* hands.value(7)).to.deep.equal([]);
    });
  });

  it('full is SIZE, and what is there stays', () => {
    alone(function* (hands) {
      let count = 0;
      while (count < 100 && (yield* hands.insert(count, pattern(100, count)))[0] === 0) count++;
      expect(count).to.be.within(2, 99);
      expect(yield* hands.insert(count, pattern(100))).to.deep.equal([SIZE, count, 100]);
      expect(yield* hands.operate(Command.TOTAL)).to.deep.equal([0, count, 0]);
      expect(yield* hands.value(0)).to.deep.equal([...pattern(100)]);
    });
  });

  it('a flash that fails is FAIL once; the next operation opens the storage, and everything is there', () => {
    alone(function* (hands, { flash }) {
      yield* hands.insert(1, pattern(8));
      flash.storage.left = 1;
      expect((yield* hands.insert(2, pattern(8)))[0]).to.equal(FAIL);
      expect(yield* hands.value(1)).to.deep.equal([...pattern(8)]);
      expect(yield* hands.insert(2, pattern(8, 2))).to.deep.equal([0, 2, 8]);
    });
  });

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
