// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Identities of processes and the error numbers of what can fail with them.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  identifierOf,
  makeProcessId,
  MAX_PROCESSES,
  processErrorCode,
  ProcessState,
  slotOf,
} from '#kernel/process';

describe('ProcessId', () => {
  it('E15 keeps slot and identifier apart, for more lives than a simulation has', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 40 }),
        fc.integer({ min: 0, max: MAX_PROCESSES - 1 }),
        (identifier, slot) => {
          const id = makeProcessId(identifier, slot);
          expect(slotOf(id)).to.equal(slot);
          expect(identifierOf(id)).to.equal(identifier);
        },
      ),
    );
  });
});

describe('ProcessError', () => {
  it('E15 maps to OutOfMemory NOMEM, bounds and NoSuchApp INVAL, the rest FAIL (process.rs)', () => {
    expect(processErrorCode('OutOfMemory')).to.equal(9);
    expect(processErrorCode('AddressOutOfBounds')).to.equal(6);
    expect(processErrorCode('NoSuchApp')).to.equal(6);
    expect(processErrorCode('InactiveApp')).to.equal(1);
    expect(processErrorCode('KernelError')).to.equal(1);
    expect(processErrorCode('AlreadyInUse')).to.equal(1);
  });
});

describe('ProcessState', () => {
  it('puts the active states first: what isActive compares with', () => {
    const { Running, Yielded, YieldedFor, Stopped, Faulted, Terminated } = ProcessState;
    expect(Math.max(Running, Yielded, YieldedFor, Stopped)).to.be.lessThan(
      Math.min(Faulted, Terminated),
    );
  });
});
