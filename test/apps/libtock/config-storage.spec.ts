// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The library of TinyOS's settings: its `yield*` forms and its callbacks, on each kernel and through each interface.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Userspace } from '#apps/libtock/userspace';
import type { AppMain, StoreHil } from '#boards/board';
import { PROFILES } from '#kernel/profile';
import type { Result } from '#kernel/result';
import { runApp } from '../../support/run-app.ts';

const [FAIL, INVAL, SIZE, NOMEM] = [1, 6, 7, 9];
const NO_KEY = 0xffff_ffff;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function check(main: AppMain, options: Parameters<typeof runApp>[1] = {}, app = {}): void {
  const { process } = runApp(main, options, app);
  expect(process.completionCode, process.faultReason).to.equal(0);
}

const errorOf = (result: Result<unknown, number>): number => (result.ok ? 0 : result.error);

const everyForm: AppMain = function* ({ configStorage: settings }) {
  expect(yield* settings.exists()).to.equal(true);
  expect(errorOf(yield* settings.getLastKey())).to.equal(FAIL);
  expect(errorOf(yield* settings.getFirstKey())).to.equal(FAIL);
  expect(errorOf(yield* settings.retrieve(1))).to.equal(FAIL);
  expect(errorOf(yield* settings.remove(1))).to.equal(FAIL);
  expect(errorOf(yield* settings.insert(1, bytes(1, 2, 3)))).to.equal(0);
  expect(errorOf(yield* settings.insert(0x8000_0000, new Uint8Array(255).fill(7)))).to.equal(0);
  expect(errorOf(yield* settings.insert(2, bytes()))).to.equal(0);
  expect(errorOf(yield* settings.insert(1, new Uint8Array(256)))).to.equal(SIZE);
  expect(errorOf(yield* settings.insert(NO_KEY, bytes(1)))).to.equal(INVAL);
  expect(yield* settings.retrieve(1)).to.deep.equal({ ok: true, value: bytes(1, 2, 3) });
  expect(yield* settings.retrieve(2)).to.deep.equal({ ok: true, value: bytes() });
  expect(errorOf(yield* settings.retrieve(1, 2))).to.equal(SIZE);
  expect(yield* settings.getTotalKeys()).to.deep.equal({ ok: true, value: 3 });
  expect(yield* settings.getFirstKey()).to.deep.equal({ ok: true, value: 1 });
  expect(yield* settings.getNextKey(2)).to.deep.equal({ ok: true, value: 0x8000_0000 });
  expect(yield* settings.getLastKey()).to.deep.equal({ ok: true, value: 0x8000_0000 });
  expect(errorOf(yield* settings.getNextKey(0x8000_0000))).to.equal(FAIL);
  expect(errorOf(yield* settings.remove(2))).to.equal(0);
  expect(yield* settings.getTotalKeys()).to.deep.equal({ ok: true, value: 2 });
  return 0;
};

describe('Libtock configStorage', () => {
  for (const [name, profile] of Object.entries(PROFILES)) {
    it(`every \`yield*\` form, profile ${name}`, () => {
      check(everyForm, { profile });
    });
  }

  for (const hil of ['byte', 'page', 'blocking'] as const satisfies StoreHil[]) {
    it(`every \`yield*\` form, ${hil} HIL`, () => {
      check(everyForm, { hil });
    });
  }

  it('every `yield*` form, with what it lends lent for good', () => {
    check(everyForm, {}, { libtock: { sharing: 'static' } });
  });

  it('every operation by callback, whose first argument is an ErrorCode, 0 for success', () => {
    check(function* (tock) {
      const { configStorage: settings } = tock;
      const seen: number[][] = [];
      const note = (...words: number[]): unknown => seen.push(words.slice(0, 3));
      const wait = function* (started: Userspace<Result<void, number>>) {
        expect((yield* started).ok).to.equal(true);
        yield* tock.yieldWait();
        return seen.pop();
      };
      const value = yield* tock.bufferOf(bytes(1, 2, 3));
      const holder = yield* tock.bufferOf(new Uint8Array(2));
      expect(yield* wait(settings.getFirstKeyAsync(note))).to.deep.equal([FAIL, NO_KEY, 0]);
      expect(yield* wait(settings.insertAsync(9, value, note))).to.deep.equal([0, 9, 3]);
      expect(yield* wait(settings.retrieveAsync(9, holder, note))).to.deep.equal([SIZE, 9, 3]);
      expect([...holder.bytes]).to.deep.equal([1, 2]);
      expect(yield* wait(settings.getTotalKeysAsync(note))).to.deep.equal([0, 1, 0]);
      expect(yield* wait(settings.getFirstKeyAsync(note))).to.deep.equal([0, 9, 0]);
      expect(yield* wait(settings.getNextKeyAsync(9, note))).to.deep.equal([FAIL, NO_KEY, 0]);
      expect(yield* wait(settings.removeAsync(9, note))).to.deep.equal([0, 9, 0]);
      const refused = yield* settings.removeAsync(NO_KEY, note);
      expect(errorOf(refused)).to.equal(INVAL);
      return 0;
    });
  });

  it('gives back every byte of RAM that it took', () => {
    check(function* ({ configStorage: settings }) {
      for (let round = 0; round < 300; round++) {
        if (!(yield* settings.insert(1, new Uint8Array(200))).ok) return 1;
        if (!(yield* settings.retrieve(1)).ok) return 2;
      }
      return 0;
    });
  });

  it('is NOMEM, and lends nothing, when the process has no RAM for a value', () => {
    check(
      function* ({ configStorage: settings }) {
        expect(errorOf(yield* settings.insert(1, new Uint8Array(3000)))).to.equal(NOMEM);
        expect(errorOf(yield* settings.insert(1, bytes(1)))).to.equal(0);
        return 0;
      },
      {},
      { ramSize: 0x1400 },
    );
  });
});
