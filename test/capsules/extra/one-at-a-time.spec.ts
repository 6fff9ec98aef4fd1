// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Operations of a store one at a time: opened by the first, closed by a fault that says so.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { OneAtATime } from '#capsules/extra/one-at-a-time';
import type { StoreFlash } from '#capsules/extra/store-flash';
import { Err, Ok, type Result } from '#kernel/result';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 3, maxWordWrites: 2, maxPageErases: 9 };

type Fault = 'flash' | 'absent';

const NO_STEPS: readonly never[] = [];

describe('One operation at a time', () => {
  let log: string[];
  let bootResult: Result<void, Fault>;
  let pending: (() => void)[];
  let operations: OneAtATime<Fault>;

  beforeEach(() => {
    log = [];
    pending = [];
    bootResult = Ok();
    const flash: StoreFlash = {
      storage: new BufferStorage(GEOMETRY),
      onStep: () => undefined,
      start: (steps, done) => {
        pending.push(() => {
          done(runAtOnce(steps));
        });
      },
    };
    operations = new OneAtATime<Fault>({
      flash,
      boot: () => said('boot', bootResult),
      closes: (fault) => fault === 'flash',
    });
  });

  /** Steps that note themselves when they run. */
  function* said<T>(name: string, result: Result<T, Fault>): Steps<Result<T, Fault>> {
    yield* NO_STEPS;
    log.push(name);
    return result;
  }

  /** Runs an operation to its end. */
  function run(name: string, result: Result<number, Fault>): Result<number, Fault> {
    const results: Result<number, Fault>[] = [];
    operations.start(
      () => said(name, result),
      (ended) => results.push(ended),
    );
    expect(results, 'within the call').to.be.empty;
    expect(operations.isBusy).to.equal(true);
    for (const complete of pending.splice(0)) complete();
    expect(results).to.have.length(1);
    return results[0] ?? Err('flash');
  }

  it('does nothing before the first operation, which opens the store; the next finds it open', () => {
    expect(log).to.be.empty;
    expect([operations.isOpen, operations.isBusy]).to.deep.equal([false, false]);
    expect(run('one', Ok(1))).to.deep.equal(Ok(1));
    expect([operations.isOpen, operations.isBusy]).to.deep.equal([true, false]);
    expect(run('two', Ok(2))).to.deep.equal(Ok(2));
    expect(log).to.deep.equal(['boot', 'one', 'two']);
  });

  it('a boot that fails is the result; the operation does not run, and the next boots again', () => {
    bootResult = Err('absent');
    expect(run('one', Ok(1))).to.deep.equal(Err('absent'));
    bootResult = Ok();
    run('two', Ok(2));
    expect(log).to.deep.equal(['boot', 'boot', 'two']);
  });

  it('a fault of the flash closes the store until the next operation; another fault does not', () => {
    run('one', Err('absent'));
    expect(operations.isOpen).to.equal(true);
    run('two', Err('flash'));
    expect(operations.isOpen).to.equal(false);
    run('three', Ok(3));
    expect(log).to.deep.equal(['boot', 'one', 'two', 'boot', 'three']);
  });

  it('lets the next operation be started when one is done', () => {
    const ended: string[] = [];
    operations.start(
      () => said('one', Ok()),
      () => {
        expect(operations.isBusy).to.equal(false);
        operations.start(
          () => said('two', Ok()),
          () => ended.push('two'),
        );
        ended.push('one');
      },
    );
    while (pending.length > 0) pending.shift()?.();
    expect(ended).to.deep.equal(['one', 'two']);
  });

  it('panics when an operation is started while another runs: whoever has it looks first', () => {
    operations.start(
      () => said('one', Ok()),
      () => undefined,
    );
    expect(() => {
      operations.start(
        () => said('two', Ok()),
        () => undefined,
      );
    }).to.throw('while another runs');
  });
});
