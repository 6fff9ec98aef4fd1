// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Check bits fit after one program, and after none that matters; they are part of a state of the cells.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { EccUnits } from '#chips/silicon/ecc';
import { KernelPanic } from '#kernel/assert';
import { make, ONES } from './support.ts';

describe('EccUnits', () => {
  let ecc: EccUnits;

  beforeEach(() => {
    ecc = new EccUnits(8, 16);
  });

  it('an erased unit fits', () => {
    expect(ecc.fits(0, ONES, ONES)).to.equal(true);
  });

  it('one program with check bits fits, a second one does not', () => {
    ecc.programmed(0, 1, 2, true);
    expect(ecc.fits(0, 1, 2)).to.equal(true);
    ecc.programmed(0, 1, 0, true);
    expect(ecc.fits(0, 1, 0)).to.equal(false);
  });

  it('all zeros fit after any number of programs', () => {
    ecc.programmed(0, 1, 1, true);
    ecc.programmed(0, 0, 0, true);
    expect(ecc.fits(0, 0, 0)).to.equal(true);
  });

  it('a program of all ones to an erased unit is not the first one', () => {
    ecc.programmed(0, ONES, ONES, true);
    ecc.programmed(0, 5, 5, true);
    expect(ecc.fits(0, 5, 5)).to.equal(true);
    expect(ecc.programCount(0)).to.equal(2);
  });

  it('a program without check bits does not fit, and none after it', () => {
    ecc.programmed(1, 1, 2, false);
    expect(ecc.fits(1, 1, 2)).to.equal(false);
    ecc.programmed(1, 1, 0, true);
    expect(ecc.fits(1, 1, 0)).to.equal(false);
    expect(ecc.fits(0, 9, 9)).to.equal(false);
  });

  it('erasure makes a unit as new; the most programs ever stay known', () => {
    for (let count = 0; count < 3; count++) ecc.programmed(2, 1, 1, true);
    ecc.programmed(3, 1, 1, true);
    ecc.clear(4, 6);
    expect(ecc.programCount(2)).to.equal(0);
    expect(ecc.programCount(3)).to.equal(1);
    expect(ecc.mostPrograms).to.equal(3);
    ecc.programmed(2, 7, 7, true);
    expect(ecc.fits(2, 7, 7)).to.equal(true);
  });

  it('counts to 255 and no further', () => {
    for (let count = 0; count < 300; count++) ecc.programmed(0, 0, 0, false);
    expect([ecc.programCount(0), ecc.mostPrograms]).to.deep.equal([255, 255]);
  });

  it('is made for two words only', () => {
    expect(() => new EccUnits(16, 16)).to.throw(KernelPanic, 'two words');
  });
});

describe('NorFlash with check bits', () => {
  const part = (): ReturnType<typeof make> =>
    make({ onViolation: 'count' }, { eccUnit: 8, programsPerWord: 2 });

  function program(flash: ReturnType<typeof make>, unit: number, value: number): void {
    flash.program(unit * 2, value);
    flash.program(unit * 2 + 1, value);
    flash.programCheck(unit, true);
  }

  const fits = (flash: ReturnType<typeof make>, unit: number): boolean | undefined =>
    flash.ecc?.fits(unit, flash.read(unit * 2), flash.read(unit * 2 + 1));

  it('a part without them has none', () => {
    const flash = make();
    flash.programCheck(0, true);
    expect(flash.ecc).to.equal(undefined);
  });

  it('a state brings them back, in both directions, also to another part', () => {
    const flash = part();
    program(flash, 9, 0xff00);
    const good = flash.snapshot();
    program(flash, 9, 0x0f00);
    const broken = flash.snapshot();
    expect(fits(flash, 9)).to.equal(false);
    flash.restore(good);
    expect([fits(flash, 9), flash.ecc?.programCount(9)]).to.deep.equal([true, 1]);
    flash.restore(broken);
    expect([fits(flash, 9), flash.ecc?.programCount(9)]).to.deep.equal([false, 2]);
    const other = part();
    other.restore(broken);
    expect(fits(other, 9)).to.equal(false);
  });

  it('a program that moves no bit is part of the next state, too', () => {
    const flash = make({ countPrograms: 'changing' }, { eccUnit: 8 });
    program(flash, 0, 5);
    const before = flash.snapshot();
    program(flash, 0, 5);
    flash.snapshot();
    expect(fits(flash, 0)).to.equal(false);
    flash.restore(before);
    expect(fits(flash, 0)).to.equal(true);
  });

  it('an erasure makes them new, one that was cut short breaks what it moved', () => {
    const flash = part();
    program(flash, 0, 5);
    program(flash, 1, 5);
    flash.weaken(0, (index) => (index < 2 ? 0xf0 : 0));
    expect([fits(flash, 0), fits(flash, 1)]).to.deep.equal([false, true]);
    flash.erase(0);
    program(flash, 0, 7);
    expect(fits(flash, 0)).to.equal(true);
  });

  it('an image brings check bits that fit, and a later program breaks them', () => {
    const flash = part();
    flash.load(Uint8Array.of(1, 2, 3, 4), 8);
    expect([fits(flash, 1), flash.ecc?.programCount(1)]).to.deep.equal([true, 1]);
    expect(flash.ecc?.programCount(0)).to.equal(0);
    flash.program(2, 0);
    flash.programCheck(1, true);
    expect(fits(flash, 1)).to.equal(false);
  });
});
