// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Deferred calls: after the present work, lowest index first, once.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { KernelPanic } from '#kernel/assert';
import { DeferredCalls, type DeferredCall } from '#kernel/deferred-call';
import { Testbench } from '../support/testbench.ts';

describe('DeferredCalls', () => {
  /** Creates calls that note their index. */
  function create(count: number): { calls: DeferredCalls; all: DeferredCall[]; served: number[] } {
    const calls = new DeferredCalls();
    const served: number[] = [];
    const all = Array.from({ length: count }, (_, index) => {
      const call = calls.create();
      call.register({ handleDeferredCall: () => served.push(index) });
      return call;
    });
    return { calls, all, served };
  }

  it('E22 of the pending calls the lowest index is served first (deferred_call.rs)', () => {
    const { calls, all, served } = create(32);
    for (const index of [31, 5, 2, 30]) all[index]?.set();
    while (calls.hasTasks()) calls.serviceNextPending();
    expect(served).to.deep.equal([2, 5, 30, 31]);
  });

  it('runs once however often it was set, and not inside set', () => {
    const { calls, all, served } = create(1);
    all[0]?.set();
    all[0]?.set();
    expect(served).to.deep.equal([]);
    expect(all[0]?.isPending()).to.equal(true);
    calls.serviceNextPending();
    calls.serviceNextPending();
    expect(served).to.deep.equal([0]);
    expect(all[0]?.isPending()).to.equal(false);
  });

  it('may be set again by its own client, for another turn', () => {
    const calls = new DeferredCalls();
    const call = calls.create();
    let served = 0;
    call.register({
      handleDeferredCall: () => {
        if (++served < 3) call.set();
      },
    });
    call.set();
    calls.serviceNextPending();
    expect(served).to.equal(1);
    while (calls.hasTasks()) calls.serviceNextPending();
    expect(served).to.equal(3);
  });

  it('the 33rd panics: a kernel has 32 (deferred_call.rs)', () => {
    const { calls } = create(32);
    expect(() => calls.create()).to.throw(KernelPanic, '32');
  });

  it('E21 one that was created and never registered panics when the kernel starts', () => {
    const bench = new Testbench();
    bench.deferredCalls.create();
    expect(() => bench.run()).to.throw(KernelPanic, 'deferred call 0');
  });
});
