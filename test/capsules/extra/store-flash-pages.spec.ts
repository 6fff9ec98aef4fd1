// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store's steps on whole pages: each write is one page write, and what fails is said.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { PageWriteFlash } from '#capsules/extra/store-flash-pages';
import { DeferredCalls } from '#kernel/deferred-call';
import { FlashSteps } from '#libraries/store/flash-steps';
import type { Steps } from '#libraries/store/storage';
import { FakeFlash, type FakeFlashOptions } from '../../support/fake-flash.ts';

describe('PageWriteFlash', () => {
  let fake: FakeFlash;
  let pages: PageWriteFlash;
  let steps: FlashSteps;
  let deferredCalls: DeferredCalls;

  function boot(options: FakeFlashOptions = {}): void {
    fake = new FakeFlash({ writeErases: true, ...options });
    deferredCalls = new DeferredCalls();
    pages = new PageWriteFlash(fake, 99, deferredCalls);
    steps = new FlashSteps(pages.storage);
  }

  beforeEach(() => boot());

  function run<T>(operation: Steps<T>): T {
    const ended: T[] = [];
    pages.start(operation, (result) => void ended.push(result));
    expect(ended, 'not from within start').to.be.empty;
    do {
      while (deferredCalls.hasTasks()) deferredCalls.serviceNextPending();
    } while (fake.complete());
    expect(ended).to.have.length(1);
    return ended[0] as T;
  }

  it('writes a word by reading its page, unless it is at hand, and writing it whole (TK-17)', () => {
    fake.cells.fill(0x55, 64, 80);
    expect(run(steps.write(1, 16, Uint8Array.of(1, 2, 3, 4)))).to.equal(true);
    expect(fake.calls).to.deep.equal(['readPage 1', 'writePage 1']);
    expect([...fake.cells.subarray(64, 88)]).to.deep.equal([
      ...new Uint8Array(16).fill(0x55),
      1,
      2,
      3,
      4,
      255,
      255,
      255,
      255,
    ]);
    expect(run(steps.write(1, 20, Uint8Array.of(5, 6, 7, 8)))).to.equal(true);
    expect(fake.calls.slice(2)).to.deep.equal(['writePage 1']);
    expect(fake.erases).to.deep.equal([0, 2, 0, 0]);
  });

  for (const writeErases of [true, false]) {
    it(`writes a whole page unread, and asks what it left (writes ${writeErases ? '' : 'do not '}erase)`, () => {
      boot({ writeErases });
      fake.cells.fill(0x0f, 0, 64);
      expect(run(steps.write(0, 0, new Uint8Array(64).fill(0x55)))).to.equal(true);
      expect(fake.calls).to.deep.equal(['writePage 0']);
      const left = writeErases ? 0x55 : 0x05;
      expect(run(steps.read(0, 8, 4))).to.deep.equal(new Uint8Array(4).fill(left));
      expect(fake.calls).to.deep.equal(['writePage 0', 'readPage 0']);
    });
  }

  it('reads a page once for all that is read of it, and knows it erased', () => {
    fake.cells.fill(7, 0, 64);
    const twice = function* (): Steps<number[]> {
      const first = yield* steps.read(0, 0, 4);
      const second = yield* steps.read(0, 60, 4);
      return [...(first ?? []), ...(second ?? [])];
    };
    expect(run(twice())).to.deep.equal([7, 7, 7, 7, 7, 7, 7, 7]);
    expect(fake.calls).to.deep.equal(['readPage 0']);
    expect(run(steps.erase(0))).to.equal(true);
    expect(run(steps.read(0, 0, 4))).to.deep.equal(new Uint8Array(4).fill(0xff));
    expect(fake.calls).to.deep.equal(['readPage 0', 'erasePage 0']);
  });

  it('a write never sets a bit, on a chip whose writes do not erase either (TK-18)', () => {
    boot({ writeErases: false });
    run(steps.write(2, 0, Uint8Array.of(0xf0, 0, 0, 0)));
    run(steps.write(2, 0, Uint8Array.of(0x3c, 0, 0, 0)));
    expect([...fake.cells.subarray(128, 133)]).to.deep.equal([0x30, 0, 0, 0, 0xff]);
    expect(fake.erases).to.deep.equal([0, 0, 0, 0]);
  });

  for (const how of ['refuse', 'fail'] as const) {
    it(`what the flash ${how === 'refuse' ? 'refuses' : 'fails at'} is false, and the next operation is well`, () => {
      const operations: (() => Steps<unknown>)[] = [
        () => steps.read(0, 0, 4),
        () => steps.write(1, 0, Uint8Array.of(1, 2, 3, 4)),
        () => steps.write(1, 4, Uint8Array.of(1, 2, 3, 4)),
        () => steps.erase(2),
      ];
      for (const [nth, operation] of operations.entries()) {
        // The third of them has to read first: the page is not at hand after a failure.
        for (const after of nth === 1 ? [0, 1] : [0]) {
          fake[how](after);
          expect(run(operation()), `operation ${nth}`).to.be.oneOf([false, undefined]);
        }
        expect(run(operation())).to.be.ok;
      }
    });
  }
});
