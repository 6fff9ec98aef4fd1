// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A storage as one row of bytes, against a plain array; and what it costs in programs and erasures.
 *
 * NON-TOCK: behaviour of OpenSK's `libraries/persistent_store`.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { Linear } from '#libraries/persistent-store/linear';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import type { Steps } from '#libraries/store/storage';
import type { Result } from '#kernel/result';
import { geometry } from './support.ts';

const SHAPE = geometry(32, 4);
const SIZE = 128;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function outcome(steps: Steps<Result<unknown, string>>): string {
  const result = runAtOnce(steps);
  return result.ok ? 'Ok' : result.error;
}

function read(linear: Linear, offset: number, length: number): number[] {
  const result = runAtOnce(linear.read(offset, length));
  if (!result.ok) expect.fail(result.error);
  return [...result.value];
}

describe('libraries/persistent-store/linear', () => {
  it('writes, overwrites and erases bytes without regard to words', () => {
    const linear = new Linear(new BufferStorage(SHAPE));
    expect(outcome(linear.write(3, bytes(1, 2, 3, 4, 5)))).to.equal('Ok');
    expect(read(linear, 0, 10)).to.deep.equal([255, 255, 255, 1, 2, 3, 4, 5, 255, 255]);
    expect(outcome(linear.write(5, bytes(9, 8, 7, 6)))).to.equal('Ok');
    expect(read(linear, 0, 10)).to.deep.equal([255, 255, 255, 1, 2, 9, 8, 7, 6, 255]);
    expect(outcome(linear.erase(4, 2))).to.equal('Ok');
    expect(read(linear, 0, 10)).to.deep.equal([255, 255, 255, 1, 255, 255, 8, 7, 6, 255]);
  });

  it('refuses a range outside with InvalidArgument and touches nothing', () => {
    const flash = new BufferStorage(SHAPE);
    const linear = new Linear(flash);
    expect(linear.length).to.equal(SIZE);
    for (const [offset, length] of [
      [SIZE, 1],
      [SIZE + 1, 0],
      [0, SIZE + 1],
      [SIZE - 10, 11],
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [Number.NaN, 1],
    ] as const) {
      expect(outcome(linear.read(offset, length))).to.equal('InvalidArgument');
      expect(outcome(linear.erase(offset, length))).to.equal('InvalidArgument');
      if (Number.isInteger(length) && length >= 0) {
        const steps = linear.write(offset, new Uint8Array(length));
        expect(outcome(steps)).to.equal('InvalidArgument');
      }
    }
    expect(outcome(linear.read(SIZE, 0))).to.equal('Ok');
    expect(flash.counts).to.deep.include({ writeCalls: 0, erases: 0 });
  });

  it('erases a page only where a word is written already, and no other page', () => {
    const flash = new BufferStorage(SHAPE);
    const linear = new Linear(flash);
    runAtOnce(linear.write(30, bytes(1, 2, 3, 4)));
    expect([...flash.pageErases]).to.deep.equal([0, 0, 0, 0]);
    runAtOnce(linear.write(34, bytes(5, 6)));
    // Bytes 34 and 35 share a word with 32 and 33.
    expect([...flash.pageErases]).to.deep.equal([0, 1, 0, 0]);
    runAtOnce(linear.write(34, bytes(5, 6)));
    runAtOnce(linear.erase(64, 64));
    expect([...flash.pageErases]).to.deep.equal([0, 1, 0, 0]);
    expect(read(linear, 28, 10)).to.deep.equal([255, 255, 1, 2, 3, 4, 5, 6, 255, 255]);
  });

  it('behaves as an array of bytes, never programs a word twice, and waits where it must', () => {
    const command = fc.record({
      offset: fc.nat(SIZE - 1),
      value: fc.uint8Array({ maxLength: 70 }),
      isErase: fc.boolean(),
      isDeferred: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        const flash = new BufferStorage({ ...SHAPE, maxWordWrites: 1 });
        const model = new Uint8Array(SIZE).fill(255);
        for (const { offset, value, isErase, isDeferred } of commands) {
          const linear = new Linear(isDeferred ? new DeferredStorage(flash) : flash);
          const part = value.subarray(0, SIZE - offset);
          const steps = isErase ? linear.erase(offset, part.length) : linear.write(offset, part);
          expect(runAtOnce(steps, flash)).to.deep.equal({ ok: true, value: undefined });
          if (isErase) model.fill(255, offset, offset + part.length);
          else model.set(part, offset);
          expect([...flash.image]).to.deep.equal([...model]);
          const back = runAtOnce(linear.read(offset, part.length), flash);
          expect(back.ok && [...back.value]).to.deep.equal([
            ...model.slice(offset, offset + part.length),
          ]);
        }
        expect(flash.violation).to.equal(undefined);
      }),
      { numRuns: 100 },
    );
  });

  it('ends with StorageError when the flash fails, and has then lost the page (not safe against power loss)', () => {
    const flash = new BufferStorage(SHAPE);
    const linear = new Linear(flash);
    runAtOnce(linear.write(0, bytes(1, 2, 3, 4, 5)));
    flash.arm(1);
    expect(outcome(linear.write(0, bytes(9)))).to.equal('StorageError');
    flash.corrupt(() => false);
    expect(read(linear, 0, 5)).to.deep.equal([255, 255, 255, 255, 255]);
    const steps = new Linear(new DeferredStorage(SHAPE)).read(0, 1);
    steps.next();
    expect(steps.next(false).value).to.deep.equal({ ok: false, error: 'StorageError' });
  });
});
