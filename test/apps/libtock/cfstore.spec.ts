// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The configuration store's library: its `yield*` forms and its callbacks, under kernels with and without WaitFor.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Userspace } from '#apps/libtock/userspace';
import type { AppMain, StoreHil } from '#boards/board';
import { PROFILES } from '#kernel/profile';
import { Err, Ok, type Result } from '#kernel/result';
import { runApp } from '../../support/run-app.ts';

const [BUSY, ALREADY, RESERVE, INVAL, NOMEM, NOSUPPORT] = [2, 3, 5, 6, 9, 10];

function check(main: AppMain, options: Parameters<typeof runApp>[1] = {}, app = {}): void {
  const { process } = runApp(main, options, app);
  expect(process.completionCode, process.faultReason).to.equal(0);
}

const text = (result: Result<Uint8Array, number>): string | number =>
  result.ok ? new TextDecoder().decode(result.value) : result.error;

const everyForm: AppMain = function* ({ cfstore }) {
  expect(yield* cfstore.exists()).to.equal(true);
  expect(yield* cfstore.create('a.b', 8)).to.deep.equal(Ok(1));
  expect(yield* cfstore.write(1, 'abcd')).to.deep.equal(Ok(4));
  expect(yield* cfstore.write(1, Uint8Array.of(101, 102, 103, 104))).to.deep.equal(Ok(4));
  expect(yield* cfstore.close(1)).to.deep.equal(Ok());
  expect(yield* cfstore.open('a.b', { read: true, write: true })).to.deep.equal(Ok(1));
  expect(yield* cfstore.wseek(1, 2)).to.deep.equal(Ok());
  expect(yield* cfstore.write(1, 'XY')).to.deep.equal(Ok(2));
  expect(yield* cfstore.rseek(1, 1)).to.deep.equal(Ok());
  expect(text(yield* cfstore.read(1, 4))).to.equal('bXYe');
  expect(yield* cfstore.write(1, 'much too long')).to.deep.equal(Err(RESERVE));
  expect(cfstore.lastError).to.equal(-1013);
  expect(yield* cfstore.valueLength(1)).to.deep.equal(Ok(8));
  expect(yield* cfstore.keyName(1)).to.deep.equal(Ok('a.b'));
  expect(yield* cfstore.flush()).to.deep.equal(Err(BUSY));
  yield* cfstore.close(1);
  expect(yield* cfstore.create('a.b', 8)).to.deep.equal(Err(ALREADY));
  const shorter = yield* cfstore.create('a.b', 3, null);
  expect(shorter.ok && (yield* cfstore.close(shorter.value))).to.deep.equal(Ok());
  const found = yield* cfstore.find('a.*');
  if (!found.ok) return 1;
  expect(text(yield* cfstore.read(found.value, 100))).to.equal('abX');
  expect(yield* cfstore.delete(found.value)).to.deep.equal(Ok());
  expect(yield* cfstore.find('a.*', found.value)).to.deep.equal(Err(NOSUPPORT));
  expect(cfstore.lastError).to.equal(-1002);
  expect(yield* cfstore.open('a.b')).to.deep.equal(Err(NOSUPPORT));
  expect(yield* cfstore.close(found.value)).to.deep.equal(Err(INVAL));
  expect(yield* cfstore.flush()).to.deep.equal(Ok());
  expect(yield* cfstore.recover()).to.deep.equal(Ok());
  return 0;
};

describe('Libtock cfstore', () => {
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

  it('moves values of several pieces of 512 bytes', () => {
    check(function* ({ cfstore }) {
      const value = Uint8Array.from({ length: 1300 }, (_, index) => index % 251);
      const handle = yield* cfstore.create('long', value.length);
      if (!handle.ok) return 1;
      expect(yield* cfstore.write(handle.value, value)).to.deep.equal(Ok(1300));
      yield* cfstore.close(handle.value);
      const again = yield* cfstore.open('long');
      if (!again.ok) return 1;
      const read = yield* cfstore.read(again.value, 5000);
      expect(read.ok && [...read.value]).to.deep.equal([...value]);
      return 0;
    });
  });

  it('every operation by callback: ErrorCode or 0, result, CFSTORE’s own number', () => {
    check(function* (tock) {
      const { cfstore } = tock;
      const seen: number[][] = [];
      const note = (...words: number[]): unknown => seen.push(words);
      const wait = function* (started: Userspace<Result<void, number>>) {
        expect((yield* started).ok).to.equal(true);
        yield* tock.yieldWait();
        return seen.pop();
      };
      const name = yield* tock.bufferOf(Uint8Array.of(97));
      const data = yield* tock.bufferOf(Uint8Array.of(1, 2, 3, 4));
      const output = yield* tock.bufferOf(new Uint8Array(8));
      const both = { read: true, write: true };
      expect(yield* wait(cfstore.openAsync(name, both, note))).to.deep.equal([NOSUPPORT, 0, -1002]);
      expect(yield* wait(cfstore.createAsync(name, 4, {}, note))).to.deep.equal([0, 1, 0]);
      expect(yield* wait(cfstore.writeAsync(1, data, note))).to.deep.equal([0, 4, 0]);
      expect(yield* wait(cfstore.wseekAsync(1, 5, note))).to.deep.equal([INVAL, 0, -1011]);
      expect(yield* wait(cfstore.rseekAsync(1, 1, note))).to.deep.equal([0, 0, 0]);
      expect(yield* wait(cfstore.readAsync(1, output, note))).to.deep.equal([0, 3, 0]);
      expect([...output.bytes]).to.deep.equal([2, 3, 4, 0, 0, 0, 0, 0]);
      expect(yield* wait(cfstore.valueLengthAsync(1, note))).to.deep.equal([0, 4, 0]);
      expect(yield* wait(cfstore.keyNameAsync(1, output, note))).to.deep.equal([0, 1, 0]);
      expect(output.bytes[0]).to.equal(97);
      expect(yield* wait(cfstore.closeAsync(1, note))).to.deep.equal([0, 0, 0]);
      expect(yield* wait(cfstore.findAsync(name, 0, note))).to.deep.equal([0, 1, 0]);
      expect(yield* wait(cfstore.deleteAsync(1, note))).to.deep.equal([0, 0, 0]);
      expect(yield* wait(cfstore.closeAsync(1, note))).to.deep.equal([0, 0, 0]);
      expect(yield* wait(cfstore.flushAsync(note))).to.deep.equal([0, 0, 0]);
      expect(yield* wait(cfstore.recoverAsync(note))).to.deep.equal([0, 0, 0]);
      return 0;
    });
  });

  it('gives back every byte of RAM that it took', () => {
    check(function* ({ cfstore }) {
      for (let round = 0; round < 100; round++) {
        const handle = yield* cfstore.create(`a${round % 3}`, 4);
        if (!handle.ok || !(yield* cfstore.write(handle.value, 'abcd')).ok) return 1;
        if (!(yield* cfstore.read(handle.value, 4)).ok) return 2;
        yield* cfstore.delete(handle.value);
        if (!(yield* cfstore.close(handle.value)).ok) return 3;
      }
      return 0;
    });
  });

  it('is NOMEM, and lends nothing, when the process has no RAM for what it writes', () => {
    check(
      function* ({ cfstore }) {
        const handle = yield* cfstore.create('a', 4);
        if (!handle.ok) return 1;
        expect(yield* cfstore.write(handle.value, new Uint8Array(512))).to.deep.equal(Err(NOMEM));
        expect(cfstore.lastError).to.equal(0);
        expect(yield* cfstore.write(handle.value, 'abcd')).to.deep.equal(Ok(4));
        return 0;
      },
      {},
      { ramSize: 0xc80 },
    );
  });
});
