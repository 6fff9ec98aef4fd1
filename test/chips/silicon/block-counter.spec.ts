// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Blocks of a page have a limit of their own where a part says so.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { KernelPanic } from '#kernel/assert';
import { make } from './support.ts';

describe('BlockCounter', () => {
  it('limits the programs of a block where the part has that rule', () => {
    const flash = make({}, { blockRule: { bytes: 32, programs: 10 }, programsPerWord: 9 });
    for (let count = 0; count < 10; count++) flash.program(8 + (count % 8), 0);
    flash.program(0, 0);
    expect(() => flash.program(9, 0)).to.throw(
      KernelPanic,
      'the 32 bytes from word 0x20 on took 11 word programs since their page was erased (limit 10)',
    );
    flash.erase(0);
    expect(flash.program(9, 0)).to.equal(true);
  });

  it('keeps the programs of blocks with a state', () => {
    const flash = make({}, { blockRule: { bytes: 32, programs: 2 } });
    flash.program(0, 0);
    const state = flash.snapshot();
    flash.program(1, 0);
    flash.restore(state);
    expect(flash.program(1, 0)).to.equal(true);
    expect(() => flash.program(2, 0)).to.throw(KernelPanic, 'took 3 word programs');
  });

  it('refuses a block that is no power of two', () => {
    expect(() => make({}, { blockRule: { bytes: 24, programs: 1 } })).to.throw(
      KernelPanic,
      'block',
    );
  });
});
