// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Memory that a master and its workers share. NON-TOCK. */
import { expect } from 'chai';
import { Control } from '#lab/crash/jobs/control';

describe('Control', () => {
  it('tells the other side to stop', () => {
    const [master, worker] = pair();
    expect(worker.isStopped).to.equal(false);
    master.stop();
    expect(worker.isStopped).to.equal(true);
  });

  it('adds up the cuts of all workers, and gives each cut once', () => {
    const [master, worker] = pair();
    worker.addCuts(3);
    new Control(master.memory).addCuts(4);
    expect(master.takeCuts()).to.equal(7);
    expect(master.takeCuts()).to.equal(0);
  });

  function pair(): [Control, Control] {
    const master = new Control();
    return [master, new Control(master.memory)];
  }
});
