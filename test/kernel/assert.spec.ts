// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Panics stop the board, and only when a condition fails.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { assert, KernelPanic, panic } from '#kernel/assert';

describe('Kernel panics', () => {
  it('stop the board with the sentence', () => {
    expect(() => panic('it broke')).to.throw(KernelPanic, 'it broke');
    expect(() => assert(false, 'it broke')).to.throw(KernelPanic, 'it broke');
  });

  it('do not happen while the condition holds', () => {
    expect(() => assert(true, 'it broke')).not.to.throw();
  });
});
