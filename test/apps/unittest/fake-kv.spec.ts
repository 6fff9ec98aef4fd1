// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The fake key-value store (case H45), through libtock and the fake kernel.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import { FakeKernel } from '#apps/unittest/fake-kernel';
import { FakeKv } from '#apps/unittest/fake-kv';
import { ErrorCode } from '#kernel/errorcode';
import { Ok, type Result } from '#kernel/result';

const KEY = 'mykey';
const NOT_SUPPORTED = { ok: false, error: ErrorCode.NOSUPPORT };

/** What operations return, one after the other, on kernels with and without Yield-WaitFor. */
function outcomes(
  ...operations: ((tock: Libtock) => Userspace<Result<unknown, number>>)[]
): unknown[] {
  const runs = [true, false].map((waitFor) => {
    const results: unknown[] = [];
    new FakeKernel([new FakeKv()], { waitFor }).run(function* (tock) {
      for (const operation of operations) results.push(yield* operation(tock));
      return 0;
    });
    return results;
  });
  expect(runs[0]).to.deep.equal(runs[1]);
  return runs[0] ?? [];
}

const get = (tock: Libtock) => tock.kv.get(KEY);
const remove = (tock: Libtock) => tock.kv.delete(KEY);
const set = (tock: Libtock) => tock.kv.set(KEY, 'hooray');
const add = (tock: Libtock) => tock.kv.add(KEY, 'hooray2');
const update = (tock: Libtock) => tock.kv.update(KEY, 'hooray3');
const text = (value: string) => Ok(new TextEncoder().encode(value));

describe('FakeKv', () => {
  it('H45 a missing key: get, update and delete are NOSUPPORT', () => {
    expect(outcomes(get, update, remove)).to.deep.equal([
      NOT_SUPPORTED,
      NOT_SUPPORTED,
      NOT_SUPPORTED,
    ]);
  });

  it('H45 set, then get: the six bytes', () => {
    expect(outcomes(set, get)).to.deep.equal([Ok(), text('hooray')]);
  });

  it('H45 add is Success for a new key, NOSUPPORT for one that exists, and leaves it', () => {
    expect(outcomes(add, add, get)).to.deep.equal([Ok(), NOT_SUPPORTED, text('hooray2')]);
    expect(outcomes(set, add, get)).to.deep.equal([Ok(), NOT_SUPPORTED, text('hooray')]);
  });

  it('H45 update and delete of a key that exists', () => {
    expect(outcomes(set, update, get)).to.deep.equal([Ok(), Ok(), text('hooray3')]);
    expect(outcomes(set, remove, get)).to.deep.equal([Ok(), Ok(), NOT_SUPPORTED]);
  });

  it('a key over 64 bytes and a value over 503 are SIZE', () => {
    const results = outcomes(
      (tock) => tock.kv.set('k'.repeat(65), ''),
      (tock) => tock.kv.set(KEY, new Uint8Array(504)),
      (tock) => tock.kv.set('k'.repeat(64), new Uint8Array(503)),
    );
    const refused = { ok: false, error: ErrorCode.SIZE };
    expect(results).to.deep.equal([refused, refused, Ok()]);
  });

  it('a short buffer gets what fits, with SIZE and the whole length', () => {
    const kv = new FakeKv();
    new FakeKernel([kv]).run(function* (tock) {
      yield* set(tock);
      const key = yield* tock.bufferOf(new TextEncoder().encode(KEY));
      const target = yield* tock.bufferOf(new Uint8Array(3));
      yield* tock.allowReadOnly(kv.info.driverNum, 0, key);
      yield* tock.allowReadWrite(kv.info.driverNum, 0, target);
      const found = yield* tock.operate(kv.info.driverNum, 0, 1);
      expect(found).to.deep.equal(Ok([ErrorCode.SIZE, 6, 0]));
      expect(new TextDecoder().decode(target.bytes)).to.equal('hoo');
      return 0;
    });
    expect([kv.has(KEY), kv.has('other')]).to.deep.equal([true, false]);
  });

  it('garbage collection is done at once; a command that is not there is NOSUPPORT', () => {
    new FakeKernel([new FakeKv()]).run(function* (tock) {
      expect(yield* tock.kv.exists()).to.equal(true);
      expect(yield* tock.operate(0x50003, 0, 6)).to.deep.equal(Ok([0, 0, 0]));
      expect((yield* tock.command(0x50003, 7)).failure()).to.equal(ErrorCode.NOSUPPORT);
      expect((yield* tock.allowReadOnly(0x50003, 2, null)).ok).to.equal(false);
      expect((yield* tock.allowReadWrite(0x50003, 1, null)).ok).to.equal(false);
      return 0;
    });
  });
});
