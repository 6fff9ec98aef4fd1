// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store driver's library by callbacks; the `yield*` forms are tested with the driver.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { encodeUpdates } from '#apps/libtock/persistent-store';
import type { Userspace } from '#apps/libtock/userspace';
import type { AppMain } from '#boards/board';
import { ErrorCode } from '#kernel/errorcode';
import type { Result } from '#kernel/result';
import { runApp } from '../../support/run-app.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function check(main: AppMain): void {
  const { process } = runApp(main);
  expect(process.completionCode, process.faultReason).to.equal(0);
}

describe('Libtock persistent store', () => {
  it('does every operation by callback, whose first argument is an ErrorCode, 0 for success', () => {
    check(function* (tock) {
      const { persistentStore: store } = tock;
      const seen: number[][] = [];
      const note = (...words: number[]): unknown => seen.push(words.slice(0, 3));
      const wait = function* (started: Userspace<Result<void, number>>) {
        expect((yield* started).ok).to.equal(true);
        yield* tock.yieldWait();
        return seen.pop() ?? [];
      };
      const value = yield* tock.bufferOf(bytes(1, 2, 3));
      const target = yield* tock.malloc(8);
      const updates = yield* tock.bufferOf(
        encodeUpdates([{ op: 'insert', key: 9, value: bytes(4) }]),
      );
      if (!target.ok) return 1;
      expect(yield* wait(store.insertAsync(7, value, note))).to.deep.equal([0, 0, 0]);
      expect(yield* wait(store.transactionAsync(1, updates, note))).to.deep.equal([0, 0, 0]);
      const [status, length, handle] = yield* wait(store.findAsync(7, target.value, note));
      expect([status, length, ...target.value.bytes.subarray(0, 3)]).to.deep.equal([0, 3, 1, 2, 3]);
      expect(yield* wait(store.findHandleAsync(7, note))).to.deep.equal([0, handle, 0]);
      const [, cursor, first] = yield* wait(store.iterateAsync(0, null, note));
      expect(first).to.equal(7 + 3 * 65536);
      const [, end, second] = yield* wait(store.iterateAsync(cursor ?? 0, target.value, note));
      expect([end, second, target.value.bytes[0]]).to.deep.equal([0, 9 + 65536, 4]);
      expect(yield* wait(store.capacityAsync(note))).to.deep.equal([0, 4, 19123]);
      expect((yield* wait(store.lifetimeAsync(note)))[2]).to.equal(204_419_418);
      expect(yield* wait(store.removeHandleAsync(handle ?? 0, note))).to.deep.equal([0, 0, 0]);
      expect(yield* wait(store.removeAsync(9, note))).to.deep.equal([0, 0, 0]);
      expect(yield* wait(store.findHandleAsync(9, note))).to.deep.equal([
        ErrorCode.NOSUPPORT,
        0,
        0,
      ]);
      expect(yield* wait(store.clearAsync(0, note))).to.deep.equal([0, 0, 0]);
      expect(yield* wait(store.prepareAsync(1, note))).to.deep.equal([0, 0, 0]);
      expect(yield* wait(store.recoverAsync(note))).to.deep.equal([0, 0, 0]);
      return 0;
    });
  });
});
