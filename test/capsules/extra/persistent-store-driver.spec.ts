// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The persistent store as processes see it: each command, each error, and processes that die.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain, StoreHil } from '#boards/board';
import { DriverNum } from '#capsules/core/driver';
import {
  PERSISTENT_STORE_GRANT,
  PersistentStoreDriver,
} from '#capsules/extra/persistent-store-driver';
import type { StoreDone, StoreFlash } from '#capsules/extra/store-flash';
import { ErrorCode } from '#kernel/errorcode';
import { ms } from '#kernel/time';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { Testbench } from '../../support/testbench.ts';
import { bench, runApp } from '../../support/run-app.ts';

const STORE = DriverNum.PersistentStore;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Runs every operation's steps, and withholds its completion until the test asks. */
class StuckFlash implements StoreFlash {
  readonly storage = new BufferStorage({
    wordSize: 4,
    pageSize: 4096,
    numPages: 3,
    maxWordWrites: 2,
    maxPageErases: 10,
  });
  onStep = (): void => undefined;
  started = 0;
  finish: () => void = () => undefined;

  start<T>(steps: Steps<T>, done: StoreDone<T>): void {
    this.started++;
    const result = runAtOnce(steps);
    this.finish = () => {
      done(result);
    };
  }
}

/** Runs a script and reports the reason when an expectation inside failed. */
function check(main: AppMain, options: Parameters<typeof runApp>[1] = {}): void {
  const { process } = runApp(main, options);
  expect(process.completionCode, process.faultReason).to.equal(0);
}

for (const hil of ['byte', 'blocking'] satisfies StoreHil[]) {
  describe(`Persistent store driver over the ${hil} HIL`, () => {
    it('keeps, finds, replaces and removes values, also empty ones and those of 1023 bytes', () => {
      check(
        function* ({ persistentStore: store }) {
          const long = new Uint8Array(1023).map((_, index) => index);
          expect(yield* store.exists()).to.equal(true);
          expect(yield* store.longestValue()).to.equal(1023);
          for (const value of [bytes(1, 2, 3), long, bytes()]) {
            expect((yield* store.insert(7, value)).ok).to.equal(true);
            const found = yield* store.find(7);
            expect(found.ok && [...found.value]).to.deep.equal([...value]);
          }
          expect((yield* store.remove(7)).ok).to.equal(true);
          expect(yield* store.find(7)).to.deep.equal({ ok: false, error: ErrorCode.NOSUPPORT });
          expect((yield* store.remove(7)).ok).to.equal(true);
          return 0;
        },
        { hil },
      );
    });

    it('commits a transaction whole, and iterates keys and wanted values', () => {
      check(
        function* ({ persistentStore: store }) {
          const committed = yield* store.transaction([
            { op: 'insert', key: 1, value: bytes(1) },
            { op: 'insert', key: 2, value: bytes(2, 2, 2, 2, 2) },
            { op: 'remove', key: 3 },
          ]);
          expect(committed.ok).to.equal(true);
          const entries = yield* store.entries((key) => key === 2);
          expect(entries.ok && entries.value).to.deep.equal([
            { key: 1, length: 1 },
            { key: 2, length: 5, value: bytes(2, 2, 2, 2, 2) },
          ]);
          return 0;
        },
        { hil },
      );
    });

    it('clears from a key on, prepares, recovers, and tells capacity and lifetime', () => {
      check(
        function* ({ persistentStore: store }) {
          for (const key of [5, 20, 30]) yield* store.insert(key, bytes(key));
          expect((yield* store.clear(20)).ok).to.equal(true);
          expect((yield* store.prepare(10)).ok).to.equal(true);
          expect((yield* store.recover()).ok).to.equal(true);
          const entries = yield* store.entries();
          expect(entries.ok && entries.value.map(({ key }) => key)).to.deep.equal([5]);
          const capacity = yield* store.capacity();
          expect(capacity.ok && capacity.value).to.deep.equal({ used: 2, total: 19123 });
          const lifetime = yield* store.lifetime();
          expect(lifetime.ok && lifetime.value.total).to.equal(204_419_418);
          return 0;
        },
        { hil },
      );
    });
  });
}

describe('Persistent store driver', () => {
  it('removes by handle once: the handle is stale afterwards', () => {
    check(function* ({ persistentStore: store }) {
      yield* store.insert(9, bytes(9));
      const handle = yield* store.findHandle(9);
      if (!handle.ok) return 1;
      expect((yield* store.removeHandle(handle.value)).ok).to.equal(true);
      expect(yield* store.removeHandle(handle.value)).to.deep.equal({
        ok: false,
        error: ErrorCode.INVAL,
      });
      expect(yield* store.findHandle(9)).to.deep.equal({ ok: false, error: ErrorCode.NOSUPPORT });
      return 0;
    });
  });

  it('refuses bad arguments at once: key over 4095 INVAL, value too long SIZE, no buffer RESERVE', () => {
    check(function* (tock) {
      const refusal = function* (command: number, argument: number) {
        return (yield* tock.command(STORE, command, argument)).failure();
      };
      const long = yield* tock.bufferOf(new Uint8Array(1024));
      for (const command of [1, 2, 3, 7, 12]) {
        expect(yield* refusal(command, 4096)).to.equal(ErrorCode.INVAL);
      }
      expect(yield* refusal(2, 1)).to.equal(ErrorCode.RESERVE);
      expect(yield* refusal(6, 2)).to.equal(ErrorCode.RESERVE);
      expect(yield* refusal(6, 32)).to.equal(ErrorCode.INVAL);
      expect(yield* refusal(14, 0)).to.equal(ErrorCode.NOSUPPORT);
      yield* tock.allowReadOnly(STORE, 0, long);
      expect(yield* refusal(1, 1)).to.equal(ErrorCode.SIZE);
      return 0;
    });
  });

  it('completes exactly once, by callback, with an error of 0', () => {
    check(function* (tock) {
      const errors: number[] = [];
      const value = yield* tock.bufferOf(bytes(1));
      yield* tock.persistentStore.insertAsync(1, value, (error) => errors.push(error));
      yield* tock.yieldWait();
      yield* tock.alarm.sleep(50);
      expect(yield* tock.yieldNoWait()).to.equal(false);
      expect(errors).to.deep.equal([0]);
      return 0;
    });
  });

  it('is BUSY for a process that waits, queues other processes, and serves them in slot order', () => {
    const flash = new StuckFlash();
    const desk = new Testbench();
    const driver = new PersistentStoreDriver({
      flash,
      apps: desk.kernel.createGrant(STORE, PERSISTENT_STORE_GRANT),
      spend: () => undefined,
      readCost: ms(0),
    });
    const ids = [0, 1, 2].map(() => desk.spawn(function* () {}).process.processId);
    const remove = (slot: number): number => {
      const id = ids[slot];
      return id === undefined ? -1 : driver.command(3, slot, 0, id).word1;
    };
    driver.boot();
    expect([remove(2), remove(1), remove(0)]).to.deep.equal([0, 0, 0]);
    expect([remove(2), remove(1), remove(0)]).to.deep.equal([2, 2, 2]);
    for (let finished = 1; finished <= 4; finished++) {
      expect(flash.started).to.equal(finished);
      flash.finish();
    }
    expect(flash.started).to.equal(4);
    expect(remove(1)).to.equal(0);
  });

  it('gives SIZE, the full length and what fits when the buffer is short', () => {
    check(function* (tock) {
      const seen: number[] = [];
      yield* tock.persistentStore.insert(3, bytes(1, 2, 3, 4));
      const short = yield* tock.bufferOf(new Uint8Array(2));
      yield* tock.persistentStore.findAsync(3, short, (error, length) => seen.push(error, length));
      yield* tock.yieldWait();
      expect(seen).to.deep.equal([ErrorCode.SIZE, 4]);
      expect([...short.bytes]).to.deep.equal([1, 2]);
      return 0;
    });
  });

  it('ends an iteration with CANCEL when the store changed meanwhile', () => {
    check(function* (tock) {
      for (const key of [1, 2, 3]) yield* tock.persistentStore.insert(key, bytes(key));
      const first = yield* tock.operate(STORE, 0, 5, 0);
      const cursor = first.ok ? first.value[1] : 0;
      expect(cursor).to.not.equal(0);
      yield* tock.persistentStore.remove(3);
      const next = yield* tock.operate(STORE, 0, 5, cursor);
      expect(next.ok && next.value).to.deep.equal([ErrorCode.CANCEL, 0, 0]);
      return 0;
    });
  });

  it('answers INVAL with 1 for a transaction that names a key twice, or whose updates are cut short', () => {
    check(function* (tock) {
      const twice = yield* tock.persistentStore.transaction([
        { op: 'remove', key: 1 },
        { op: 'insert', key: 1, value: bytes(1) },
      ]);
      expect(twice).to.deep.equal({ ok: false, error: ErrorCode.INVAL });
      const cut = yield* tock.bufferOf(bytes(1, 0, 1, 0, 200, 0, 0, 0));
      yield* tock.allowReadOnly(STORE, 1, cut);
      const answer = yield* tock.operate(STORE, 0, 6, 1);
      expect(answer.ok && answer.value).to.deep.equal([ErrorCode.INVAL, 1, 0]);
      return 0;
    });
  });

  it('answers NOMEM with 2 when there is no capacity, and goes on', () => {
    check(
      function* ({ persistentStore: store }) {
        let error = 0;
        for (let key = 0; key < 100 && error === 0; key++) {
          const inserted = yield* store.insert(key, new Uint8Array(400));
          if (!inserted.ok) ({ error } = inserted);
        }
        expect(error).to.equal(ErrorCode.NOMEM);
        expect((yield* store.remove(0)).ok).to.equal(true);
        expect((yield* store.find(1)).ok).to.equal(true);
        return 0;
      },
      { storePages: 3 },
    );
  });

  it('answers UNINSTALLED with 5 while the flash holds no store; recover tells why', () => {
    const { board } = bench();
    board.flash.program(board.store.offset / 4, 0x0000_0000);
    board.flash.program(board.store.offset / 4 + 2, 0x1234_5678);
    const again = bench({ flash: board.flash }).board;
    const process = again.load({
      name: 'script',
      main: function* ({ persistentStore: store }) {
        const found = yield* store.findHandle(1);
        expect(found).to.deep.equal({ ok: false, error: ErrorCode.UNINSTALLED });
        expect(yield* store.recover()).to.deep.equal({ ok: false, error: ErrorCode.UNINSTALLED });
        return 0;
      },
    });
    again.run();
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('lets a command wait that comes while the store opens', () => {
    const { board } = bench();
    const process = board.load({
      name: 'script',
      main: function* ({ persistentStore: store }) {
        return (yield* store.insert(1, bytes(1))).ok ? 0 : 1;
      },
    });
    board.run();
    expect(process.completionCode).to.equal(0);
  });

  it('serves two processes, each with its own buffers, on one store', () => {
    const { board } = bench();
    const user = (key: number): AppMain =>
      function* ({ persistentStore: store }) {
        for (let round = 0; round < 20; round++) {
          yield* store.insert(key, bytes(key, round));
          const found = yield* store.find(key);
          expect(found.ok && [...found.value]).to.deep.equal([key, round]);
        }
        return 0;
      };
    const processes = [1, 2, 3].map((key) => board.load({ name: `user ${key}`, main: user(key) }));
    board.run();
    const codes = processes.map(({ completionCode }) => completionCode);
    expect(codes, processes[0]?.faultReason).to.deep.equal([0, 0, 0]);
  });

  it('finishes the operation of a process that dies, and then serves the next', () => {
    const { board } = bench();
    board.load({
      name: 'dying',
      main: function* (tock) {
        const value = yield* tock.bufferOf(new Uint8Array(500).fill(7));
        yield* tock.alarm.sleep(20);
        yield* tock.persistentStore.insertAsync(1, value, () => undefined);
        return 0;
      },
    });
    const other = board.load({
      name: 'other',
      main: function* ({ alarm, persistentStore: store }) {
        yield* alarm.sleep(21);
        const found = yield* store.find(1);
        expect(found.ok && found.value.length).to.equal(500);
        return 0;
      },
    });
    expect(board.run()).to.equal('finished');
    expect(other.completionCode, other.faultReason).to.equal(0);
  });

  it('charges 11 µs of software for each read call, besides the flash (costs: OpenSK specification)', () => {
    const { board } = runApp(function* ({ persistentStore: store }) {
      yield* store.insert(1, bytes(1, 2, 3, 4));
      return 0;
    });
    const { readCalls, wordsWritten } = board.statistics();
    expect(wordsWritten).to.equal(3);
    expect(board.clock.now).to.be.at.least(ms((readCalls * 11 + wordsWritten * 41) / 1000));
  });
});
