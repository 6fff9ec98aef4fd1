// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Flash words between controller and cells: padding, scrambling, ECC, and torn programs.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { earlgreyCells } from '#chips/lowrisc/cells';
import { FlashArray, flashWordAt, type Place } from '#chips/lowrisc/registers/flash-array';
import { Random } from '#kernel/random';

const ONES = 0xffff_ffff;

describe('FlashArray', () => {
  let array: FlashArray;
  let place: Place;

  beforeEach(() => {
    array = new FlashArray(7);
    place = at({});
  });

  function at(rules: { readonly ecc?: boolean; readonly scramble?: boolean }, page = 1): Place {
    const all = { read: true, program: true, erase: true, ecc: false, scramble: false, ...rules };
    return { cells: earlgreyCells().flash, page, rules: all };
  }

  it('a flash word is 8 bytes, counted through the part', () => {
    expect([0, 7, 8].map((byte) => flashWordAt(place, byte))).to.deep.equal([256, 256, 257]);
  });

  it('a half that is not named takes no program', () => {
    array.program(place, 256, [5, undefined]);
    expect([place.cells.programCount(512), place.cells.programCount(513)]).to.deep.equal([1, 0]);
    array.program(place, 256, [undefined, ONES]);
    expect([place.cells.programCount(512), place.cells.programCount(513)]).to.deep.equal([1, 1]);
    expect(array.read(place, 256)).to.deep.equal([5, ONES]);
  });

  it('scrambling makes content of the padding: the other half cannot be filled later', () => {
    place = at({ scramble: true });
    array.program(place, 256, [5, undefined]);
    expect(array.read(place, 256)).to.deep.equal([5, ONES]);
    expect(place.cells.read(513)).to.not.equal(ONES);
    array.program(place, 256, [undefined, 6]);
    expect(array.read(place, 256)).to.not.deep.equal([5, 6]);
  });

  it('an erased word is read as ones, scrambled or not, with ECC or without', () => {
    for (const rules of [{}, { scramble: true }, { ecc: true }, { scramble: true, ecc: true }]) {
      expect(array.read(at(rules), 300)).to.deep.equal([ONES, ONES]);
    }
  });

  it('a torn program that moved nothing leaves what was there, one that moved all is whole', () => {
    place = at({ ecc: true });
    array.program(place, 256, [0xff, 0xff]);
    array.tearProgram(place, 256, [0x0f, 0x0f], new Random(1), 0);
    expect(array.read(place, 256)).to.deep.equal([0xff, 0xff]);
    array.tearProgram(place, 257, [0x0f, 0x0f], new Random(1), 1);
    expect(array.read(place, 257)).to.deep.equal([0x0f, 0x0f]);
    array.tearProgram(place, 258, [0, 0], new Random(1), 0.5);
    expect(array.read(place, 258)).to.equal(undefined);
    array.program(place, 258, [0x7fff_ffff, ONES]);
    expect(array.read(place, 258), 'a torn program was the first one').to.equal(undefined);
  });
});
