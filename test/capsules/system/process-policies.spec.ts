// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What becomes of a process that faulted (cases E14, E20).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain } from '#boards/board';
import {
  DebugFaultPolicy,
  PanicFaultPolicy,
  RestartFaultPolicy,
  StopFaultPolicy,
  ThresholdRestartFaultPolicy,
  ThresholdRestartThenPanicFaultPolicy,
} from '#capsules/system/process-policies';
import { KernelPanic } from '#kernel/assert';
import type { ProcessFaultPolicy } from '#kernel/platform/platform';
import { ProcessState } from '#kernel/process';
import { ms } from '#kernel/time';
import { bench } from '../../support/run-app.ts';

const faulty: AppMain = function* (tock) {
  yield* tock.alarm.sleep(1);
  throw new Error('went astray');
};

function run(faultPolicy: ProcessFaultPolicy) {
  const { board } = bench({ faultPolicy });
  const process = board.load({ name: 'faulty', main: faulty });
  board.run(ms(500));
  return process;
}

describe('Fault policies', () => {
  it('Stop leaves the process faulted, with the reason', () => {
    const process = run(new StopFaultPolicy());
    expect([process.state, process.restartCount]).to.deep.equal([ProcessState.Faulted, 0]);
    expect(process.faultReason).to.equal('went astray');
  });

  it('Panic stops the board', () => {
    expect(() => run(new PanicFaultPolicy())).to.throw(KernelPanic, 'faulty');
  });

  it('Restart restarts for ever', () => {
    expect(run(new RestartFaultPolicy()).restartCount).to.be.greaterThan(20);
  });

  it('E14 ThresholdRestart(3) restarts faults 1 to 4 and stops the process at the 5th', () => {
    const process = run(new ThresholdRestartFaultPolicy(3));
    expect([process.state, process.restartCount]).to.deep.equal([ProcessState.Faulted, 4]);
  });

  it('ThresholdRestartThenPanic(3) panics at the 5th', () => {
    expect(() => run(new ThresholdRestartThenPanicFaultPolicy(3))).to.throw(KernelPanic);
  });

  it('E20 a debugging policy prints name, addresses and state first', () => {
    let printed = '';
    const policy = new DebugFaultPolicy(new StopFaultPolicy(), (text) => (printed += text));
    run(policy);
    expect(printed)
      .to.match(/faulty/)
      .and.match(/0x20008000/)
      .and.match(/Running/);
    expect(printed).to.contain('went astray');
  });
});
