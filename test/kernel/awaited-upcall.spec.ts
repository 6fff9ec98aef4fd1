// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What Yield-WaitFor waits for, and the lost wake-up that upstream had. NON-TOCK: tests. */
import { expect } from 'chai';
import { AwaitedUpcall, type KernelFlaw } from '#kernel/awaited-upcall';
import { RingBuffer } from '#kernel/collections/ring-buffer';
import { TaskKind, type Task } from '#kernel/upcall';

const task = (driverNum: number, subscribeNum: number, kind: Task['kind']): Task => ({
  kind,
  driverNum,
  subscribeNum,
  pc: 0,
  argument0: 0,
  argument1: 0,
  argument2: 0,
  argument3: 0,
});

/** A queue whose process waits for (1, 2). */
function waiting(flaws: readonly KernelFlaw[] = []): {
  awaited: AwaitedUpcall;
  queue: (driverNum: number, kind?: Task['kind']) => boolean;
} {
  const tasks = new RingBuffer<Task>(10);
  const awaited = new AwaitedUpcall(tasks, new Set(flaws));
  awaited.set(1, 2);
  return {
    awaited,
    queue: (driverNum, kind = TaskKind.FunctionCall) => {
      const queued = task(driverNum, 2, kind);
      tasks.enqueue(queued);
      awaited.queued(queued);
      return awaited.isReady();
    },
  };
}

describe('Awaited upcall', () => {
  it('makes the process ready when it is queued, whatever comes before and after', () => {
    const { awaited, queue } = waiting();
    expect([queue(7), queue(1), queue(7), queue(7)]).to.deep.equal([false, true, true, true]);
    expect(awaited.take()?.driverNum).to.equal(1);
    expect(awaited.isReady()).to.equal(false);
  });

  it('is a null event, too, but never a notification of IPC (case C22)', () => {
    expect(waiting().queue(1, TaskKind.ReturnValue)).to.equal(true);
    expect(waiting().queue(1, TaskKind.Ipc)).to.equal(false);
  });

  it('C20 wait-for-lost-wakeup: what is queued after it makes the process sleep on (#4692, until #5195)', () => {
    const { awaited, queue } = waiting(['wait-for-lost-wakeup']);
    expect([queue(7), queue(1), queue(7)]).to.deep.equal([false, true, false]);
    awaited.set(1, 2);
    expect(awaited.isReady(), 'a process that begins to wait looks into its queue').to.equal(true);
  });
});
