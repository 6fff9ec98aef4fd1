// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The key-value store's library: its `yield*` forms and its callbacks, under kernels with and without WaitFor.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Userspace } from '#apps/libtock/userspace';
import type { AppMain, StoreHil } from '#boards/board';
import { PROFILES } from '#kernel/profile';
import type { Result } from '#kernel/result';
import { runApp } from '../../support/run-app.ts';

const [SIZE, NOMEM, NOSUPPORT] = [7, 9, 10];

function check(main: AppMain, options: Parameters<typeof runApp>[1] = {}, app = {}): void {
  const { process } = runApp(main, options, app);
  expect(process.completionCode, process.faultReason).to.equal(0);
}

const errorOf = (result: Result<unknown, number>): number => (result.ok ? 0 : result.error);

const everyForm: AppMain = function* ({ kv }) {
  expect(yield* kv.exists()).to.equal(true);
  expect(errorOf(yield* kv.add('key', 'one'))).to.equal(0);
  expect(errorOf(yield* kv.add('key', 'two'))).to.equal(NOSUPPORT);
  expect(yield* kv.getText('key')).to.deep.equal({ ok: true, value: 'one' });
  expect(errorOf(yield* kv.update('key', Uint8Array.of(1, 2)))).to.equal(0);
  expect(yield* kv.get('key')).to.deep.equal({ ok: true, value: Uint8Array.of(1, 2) });
  expect(errorOf(yield* kv.set('key', 'v'.repeat(504)))).to.equal(SIZE);
  expect(errorOf(yield* kv.get('k'.repeat(65)))).to.equal(SIZE);
  expect(errorOf(yield* kv.delete('key'))).to.equal(0);
  expect(errorOf(yield* kv.delete('key'))).to.equal(NOSUPPORT);
  expect(errorOf(yield* kv.get('key'))).to.equal(NOSUPPORT);
  expect(errorOf(yield* kv.update('key', ''))).to.equal(NOSUPPORT);
  expect(errorOf(yield* kv.garbageCollect())).to.equal(0);
  return 0;
};

describe('Libtock kv', () => {
  for (const profile of ['2.0', '2.1', '2.2', '2.2-trd'] as const) {
    it(`every \`yield*\` form, profile ${profile}`, () => {
      check(everyForm, { profile: PROFILES[profile] });
    });
  }

  for (const hil of ['byte', 'page', 'blocking'] as const satisfies StoreHil[]) {
    it(`every \`yield*\` form, ${hil} HIL`, () => {
      check(everyForm, { hil });
    });
  }

  it('every operation by callback, whose first argument is an ErrorCode, 0 for success', () => {
    check(function* (tock) {
      const { kv } = tock;
      const seen: number[][] = [];
      const note = (error: number, length: number): unknown => seen.push([error, length]);
      const wait = function* (started: Userspace<Result<void, number>>) {
        expect((yield* started).ok).to.equal(true);
        yield* tock.yieldWait();
        return seen.pop();
      };
      const key = yield* tock.bufferOf(Uint8Array.of(7));
      const value = yield* tock.bufferOf(Uint8Array.of(1, 2, 3));
      const target = yield* tock.bufferOf(new Uint8Array(2));
      expect(yield* wait(kv.getAsync(key, target, note))).to.deep.equal([NOSUPPORT, 0]);
      expect(yield* wait(kv.updateAsync(key, value, note))).to.deep.equal([NOSUPPORT, 0]);
      expect(yield* wait(kv.addAsync(key, value, note))).to.deep.equal([0, 0]);
      expect(yield* wait(kv.setAsync(key, value, note))).to.deep.equal([0, 0]);
      expect(yield* wait(kv.getAsync(key, target, note))).to.deep.equal([SIZE, 3]);
      expect([...target.bytes]).to.deep.equal([1, 2]);
      expect(yield* wait(kv.deleteAsync(key, note))).to.deep.equal([0, 0]);
      return 0;
    });
  });

  it('gives back every byte of RAM that it took', () => {
    check(function* (tock) {
      for (let round = 0; round < 500; round++) {
        if (!(yield* tock.kv.set('key', `${round}`)).ok) return 1;
        if (!(yield* tock.kv.get('key')).ok) return 2;
      }
      return 0;
    });
  });

  it('is NOMEM, and lends nothing, when the process has no RAM for a value', () => {
    check(
      function* (tock) {
        const result = yield* tock.kv.set('key', 'v'.repeat(3000));
        expect(errorOf(result)).to.equal(NOMEM);
        expect(errorOf(yield* tock.kv.set('key', 'v'))).to.equal(0);
        return 0;
      },
      {},
      { ramSize: 0x1400 },
    );
  });
});
