// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the flash macro has done when its time is over, and what a power loss leaves of it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { earlgreyCells } from '#chips/lowrisc/cells';
import { FlashArray } from '#chips/lowrisc/registers/flash-array';
import { Burn, Wipe } from '#chips/lowrisc/registers/flash-work';
import { Random } from '#kernel/random';

const WORDS = 512;
const RULES = { read: true, program: true, erase: true, ecc: false, scramble: false };

describe('The work of the flash macro', () => {
  const array = new FlashArray(0);

  it('a flash word is in the cells when it is done, and not before', () => {
    const { flash } = earlgreyCells();
    const burn = new Burn(array, { cells: flash, page: 0, rules: RULES }, 1, [5, 6]);
    expect([flash.read(2), flash.read(3)]).to.deep.equal([0xffff_ffff, 0xffff_ffff]);
    burn.done();
    expect([flash.read(2), flash.read(3)]).to.deep.equal([5, 6]);
  });

  it('all pages of an erasure are blank when it is done, and as they were when none of its time was over', () => {
    const { flash } = earlgreyCells();
    for (const page of [3, 4]) flash.program(page * WORDS, 0);
    const wipe = new Wipe(array, [{ cells: flash, pages: [3, 4] }]);
    wipe.tear(new Random(1), 0);
    expect([flash.read(3 * WORDS), flash.read(4 * WORDS)]).to.deep.equal([0, 0]);
    wipe.done();
    expect([flash.isBlank(3), flash.isBlank(4)]).to.deep.equal([true, true]);
    expect([flash.eraseCount(3), flash.eraseCount(4)]).to.deep.equal([1, 1]);
  });
});
