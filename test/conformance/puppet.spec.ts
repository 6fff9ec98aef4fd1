// SPDX-License-Identifier: Apache-2.0 OR MIT
/** A puppet makes the call that it is told to make, and writes down what comes of it. NON-TOCK: tests. */
import { expect } from 'chai';
import { Puppet } from '#conformance/puppet';
import { ContextSwitchReason, Register, SyscallClass } from '#kernel/syscall';

describe('Puppet', () => {
  it('makes one call when told to, notes the answer when it goes on, and is idle after that', () => {
    const log: number[] = [];
    let idle = 0;
    const puppet = new Puppet(() => idle++, log);
    puppet.pending = [SyscallClass.Command, 7, 1, 2, 3];
    expect(puppet.switchToProcess()).to.equal(ContextSwitchReason.SyscallFired);
    expect([...puppet.registers]).to.deep.equal([7, 1, 2, 3, SyscallClass.Command]);
    puppet.registers[Register.R0] = 128;
    expect(puppet.switchToProcess()).to.equal(ContextSwitchReason.Interrupted);
    expect(log).to.deep.equal([128, 1, 2, 3]);
    puppet.switchToProcess();
    expect([log.length, idle]).to.deep.equal([4, 2]);
  });

  it('notes each function that is called, with its words', () => {
    const log: number[] = [];
    const puppet = new Puppet(() => undefined, log);
    puppet.setProcessFunction({ pc: 1, argument0: 2, argument1: 3, argument2: 4, argument3: 5 });
    expect(log).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('forgets what it was told when its process starts afresh', () => {
    const log: number[] = [];
    const puppet = new Puppet(() => undefined, log);
    puppet.pending = [SyscallClass.Command, 7, 1, 2, 3];
    puppet.switchToProcess();
    puppet.initializeProcess();
    expect(puppet.switchToProcess()).to.equal(ContextSwitchReason.Interrupted);
    expect(log).to.deep.equal([]);
  });
});
