// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The settings of TinyOS through system calls: each command and each error; and hostile processes.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { CONFIG_STORAGE_GRANT, ConfigStorageDriver } from '#capsules/extra/config-storage-driver';
import type { StoreFlash } from '#capsules/extra/store-flash';
import { pattern } from '#conformance/flash-recorder';
import { describeSyscallDriver } from '#conformance/syscall-driver';
import { ErrorCode } from '#kernel/errorcode';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Code } from '../../support/raw-process.ts';
import { alone, Command, CONFIG, GEOMETRY, NO_KEY, storageOn } from './config-storage-support.ts';

const { FAIL, SIZE, INVAL, NOSUPPORT } = ErrorCode;

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
});
