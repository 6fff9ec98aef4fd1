// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The law of NOR flash holds, and what breaks it explains itself.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { KernelPanic } from '#kernel/assert';
import { make, ONES } from './support.ts';

describe('NorFlash: the law', () => {
  it('comes blank, and reads as words and as bytes, little-endian', () => {
    const flash = make();
    expect(flash.read(0)).to.equal(ONES);
    flash.program(1, 0x8403_0201);
    expect(flash.read(1)).to.equal(0x8403_0201);
    expect([...flash.bytes(3, 6)]).to.deep.equal([255, 1, 2, 3, 0x84, 255]);
  });

  it('a program leaves old AND new, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff_ffff), { maxLength: 20 }), (values) => {
        const flash = make({ onViolation: 'count' });
        for (const value of values) flash.program(5, value);
        const expected = values.reduce((cell, value) => (cell & value) >>> 0, ONES);
        return flash.read(5) === expected && flash.read(4) === ONES && flash.read(6) === ONES;
      }),
      { seed: 3 },
    );
  });

  it('an erasure sets every bit of its page and of no other', () => {
    const flash = make();
    for (let word = 0; word < 64; word++) flash.program(word, word);
    flash.erase(1);
    for (let word = 0; word < 64; word++) {
      expect(flash.read(word)).to.equal(word >= 16 && word < 32 ? ONES : word);
    }
    expect(flash.isBlank(1)).to.equal(true);
    expect(flash.isBlank(0)).to.equal(false);
    expect(flash.isBlank(2)).to.equal(false);
  });

  it('a word takes its programs again after an erasure', () => {
    const flash = make();
    flash.program(0, 1);
    flash.program(0, 0);
    expect(flash.programCount(0)).to.equal(2);
    flash.erase(0);
    expect(flash.programCount(0)).to.equal(0);
    expect(flash.program(0, 7)).to.equal(true);
  });

  it('counts programs, changes and erasures', () => {
    const flash = make();
    flash.program(0, ONES);
    flash.program(0, 0);
    flash.erase(0);
    expect([flash.wordsProgrammed, flash.wordsChanged, flash.pagesErased]).to.deep.equal([2, 1, 1]);
    expect(flash.eraseCount(0)).to.equal(1);
  });

  it('refuses words and pages that are not there, and shapes that are none', () => {
    const flash = make();
    for (const bad of [-1, 64, 0.5, Number.NaN]) {
      expect(() => flash.program(bad, 0), String(bad)).to.throw(KernelPanic, 'outside');
      expect(() => flash.read(bad), String(bad)).to.throw(KernelPanic, 'outside');
    }
    for (const bad of [-1, 4, 0.5]) {
      expect(() => flash.erase(bad), String(bad)).to.throw(KernelPanic, 'outside');
      expect(() => flash.interruptErase(bad, () => 0), String(bad)).to.throw(KernelPanic);
    }
    expect(() => flash.bytes(250, 10)).to.throw(KernelPanic, 'outside');
    expect(() => make({}, { pageSize: 100 })).to.throw(KernelPanic, 'power of two');
    expect(() => make({}, { pages: 0 })).to.throw(KernelPanic, 'one page');
    expect(() => make({}, { programsPerWord: 256 })).to.throw(KernelPanic, '1-255');
  });
});

describe('NorFlash: interruptions', () => {
  it('a torn program clears a subset of the bits that it would have cleared', () => {
    const flash = make();
    flash.program(0, 0xffff_00ff);
    flash.interruptProgram(0, 0x0000_0000, 0x00f0_ff0f);
    expect(flash.read(0)).to.equal(0xff0f_00f0);
    expect(flash.programCount(0)).to.equal(1);
  });

  it('a torn program whose bits all moved is a program', () => {
    const flash = make();
    flash.interruptProgram(0, 0xffff_0000, 0x0000_ffff);
    expect([flash.read(0), flash.programCount(0)]).to.deep.equal([0xffff_0000, 1]);
  });

  it('a torn erasure sets a subset of the zeros of each word, and counts no cycle', () => {
    const flash = make();
    for (let word = 16; word < 32; word++) flash.program(word, 0);
    flash.interruptErase(1, (index) => (index < 8 ? 0xffff_ffff : index));
    for (let index = 0; index < 16; index++) {
      expect(flash.read(16 + index)).to.equal(index < 8 ? ONES : index);
    }
    expect(flash.eraseCount(1)).to.equal(0);
    expect(flash.programCount(16)).to.equal(1);
  });

  it('a torn erasure whose bits all moved is an erasure', () => {
    const flash = make();
    flash.program(16, 0);
    flash.interruptErase(1, () => ONES);
    expect([flash.eraseCount(1), flash.programCount(16)]).to.deep.equal([1, 0]);
    expect(flash.isBlank(1)).to.equal(true);
  });
});
