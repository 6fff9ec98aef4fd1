// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The persistent store's driver over a flash that fails once: at every access of every operation.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { DriverNum } from '#capsules/core/driver';
import {
  PERSISTENT_STORE_GRANT,
  PersistentStoreDriver,
} from '#capsules/extra/persistent-store-driver';
import { ErrorCode } from '#kernel/errorcode';
import { ms } from '#kernel/time';
import { InterruptFlash, type FailingStorage } from '../../support/interrupt-flash.ts';
import type { Code, RawProcess } from '../../support/raw-process.ts';
import { Testbench } from '../../support/testbench.ts';

const STORE = DriverNum.PersistentStore;
const GEOMETRY = { wordSize: 4, pageSize: 256, numPages: 4, maxWordWrites: 2, maxPageErases: 99 };

type Answer = [status: number, value1: number, value2: number];

/** A store in a process's hands. */
class Hands {
  constructor(
    private readonly process: RawProcess,
    readonly storage: FailingStorage,
  ) {}

  *operate(command: number, argument = 0): Code<Answer> {
    const accepted = yield* this.process.command(STORE, command, argument);
    expect(accepted[0], `command ${command}: ${accepted[1]}`).to.equal(128);
    const [status, value1, value2] = yield* this.process.yieldWaitFor(STORE, 0);
    return [status, value1, value2];
  }

  *insert(key: number, value: Uint8Array): Code<number> {
    this.process.mem.write(this.process.ram(0), value);
    yield* this.process.allowRo(STORE, 0, this.process.ram(0), value.length);
    return (yield* this.operate(1, key))[0];
  }

  /** The value of a key, or the error of finding it. */
  *find(key: number): Code<number[] | number> {
    yield* this.process.allowRw(STORE, 0, this.process.ram(256), 64);
    const [status, length] = yield* this.operate(2, key);
    if (status !== 0) return status;
    return [...(this.process.mem.read(this.process.ram(256), length) ?? [])];
  }
}

function withStore(body: (hands: Hands) => Code): void {
  const bench = new Testbench();
  const flash = new InterruptFlash(bench, GEOMETRY);
  const driver = new PersistentStoreDriver({
    flash,
    apps: bench.kernel.createGrant(STORE, PERSISTENT_STORE_GRANT),
    spend: () => undefined,
    readCost: ms(0),
  });
  bench.drivers.set(STORE, driver);
  let ended = false;
  bench.spawn(function* (process) {
    yield* body(new Hands(process, flash.storage));
    ended = true;
  });
  driver.boot();
  bench.run();
  expect(ended, 'the process came to its end').to.equal(true);
}

const valueOf = (key: number, round: number): Uint8Array =>
  new Uint8Array(20).fill(key * 16 + round);

/** Keys 1 to 4 with values, and enough history that pages get compacted soon. */
function* fill(hands: Hands): Code {
  for (let round = 0; round < 7; round++) {
    for (const key of [1, 2, 3, 4]) {
      expect(yield* hands.insert(key, valueOf(key, round))).to.equal(0);
    }
  }
}

const OPERATIONS: Readonly<Record<string, (hands: Hands) => Code<number>>> = {
  insert: (hands) => hands.insert(1, valueOf(1, 9)),
  *remove(hands) {
    return (yield* hands.operate(3, 1))[0];
  },
  *'remove by handle'(hands) {
    const [, handle] = yield* hands.operate(12, 1);
    return (yield* hands.operate(4, handle))[0];
  },
  *clear(hands) {
    return (yield* hands.operate(7, 2))[0];
  },
  *prepare(hands) {
    return (yield* hands.operate(8, 60))[0];
  },
};

describe('Persistent store driver over a flash that fails once', () => {
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    it(`${name}: FAIL, then UNINSTALLED until a recover, so that nothing acknowledged is lost`, () => {
      let failures = 0;
      for (let access = 1; access <= 80; access++) {
        withStore(function* (hands) {
          yield* fill(hands);
          hands.storage.left = access;
          const status = yield* operation(hands);
          const failed = hands.storage.left <= 0;
          hands.storage.left = Infinity;
          expect(status).to.equal(failed ? ErrorCode.FAIL : 0);
          if (!failed) return;
          failures++;
          for (const command of [5, 10, 11]) {
            expect(yield* hands.operate(command)).to.deep.equal([ErrorCode.UNINSTALLED, 5, 0]);
          }
          expect(yield* hands.insert(9, valueOf(9, 9))).to.equal(ErrorCode.UNINSTALLED);
          expect(yield* hands.operate(9)).to.deep.equal([0, 0, 0]);
          for (const key of name === 'clear' ? [1] : [2, 3, 4]) {
            expect(yield* hands.find(key)).to.deep.equal([...valueOf(key, 6)]);
          }
          expect(yield* hands.insert(1, valueOf(1, 10))).to.equal(0);
          expect(yield* hands.find(1)).to.deep.equal([...valueOf(1, 10)]);
        });
      }
      expect(failures).to.be.greaterThan(0);
    });
  }
});
