// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash in memory: its rules, its wear, and its cuts.
 *
 * NON-TOCK: rules from test/vectors/opensk/README.md.
 */
import { expect } from 'chai';
import { BufferStorage, bitChoice } from '#libraries/store/buffer-storage';
import { flashSizeOf, pageSizeOf, pageStartsOf } from '#libraries/store/storage';
import { geometry } from '../persistent-store/support.ts';

const word = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

function writeWord(flash: BufferStorage, value: number): boolean {
  return flash.write(0, 8, word(value), 0, 4);
}

function firstWord(flash: BufferStorage): number {
  return (flash.readWord(0, 8) ?? 0) >>> 0;
}

describe('libraries/persistent-store/buffer-storage', () => {
  it('counts the writes that change a word, and names the third between two erasures', () => {
    const flash = new BufferStorage(geometry(32, 3));
    writeWord(flash, 0xffff_fff0);
    writeWord(flash, 0xffff_fff0);
    writeWord(flash, 0xffff_ff00);
    expect(flash.wordWrites[2]).to.equal(2);
    expect(flash.violation).to.equal(undefined);
    writeWord(flash, 0xffff_f000);
    expect(flash.violation).to.match(/byte 8 .*number 3/);
    expect(flash.counts).to.include({ writeCalls: 4, wordsWritten: 4, wordsChanged: 3 });
  });

  it('leaves old AND new, also where a write is cut; one without rules leaves what it says', () => {
    const flash = new BufferStorage(geometry(32, 3));
    writeWord(flash, 0xffff_0f0f);
    writeWord(flash, 0xffff_00ff);
    expect(firstWord(flash)).to.equal(0xffff_000f);
    flash.arm(0);
    writeWord(flash, 0xffff_ff03);
    flash.corrupt(() => true);
    expect(firstWord(flash)).to.equal(0xffff_0003);
    const lenient = new BufferStorage(geometry(32, 3), false);
    writeWord(lenient, 0xffff_0f0f);
    writeWord(lenient, 0xffff_00ff);
    expect(firstWord(lenient)).to.equal(0xffff_00ff);
  });

  it('names a write that sets a bit and an erasure beyond the limit', () => {
    const flash = new BufferStorage(geometry(32, 3, 1));
    writeWord(flash, 0);
    writeWord(flash, 1);
    expect(flash.violation).to.match(/sets a bit/);
    const worn = new BufferStorage(geometry(32, 3, 1));
    worn.erase(1);
    expect(worn.violation).to.equal(undefined);
    worn.erase(1);
    expect(worn.violation).to.match(/erasure 2 of page 1/);
  });

  it('does nothing when cut, fails from then on, and moves the chosen bits afterwards', () => {
    const flash = new BufferStorage(geometry(32, 3));
    flash.arm(1);
    expect(flash.write(0, 0, word(0), 0, 4)).to.equal(true);
    expect(writeWord(flash, 0xffff_ff00)).to.equal(false);
    expect(flash.interruptedBytes).to.equal(4);
    expect(firstWord(flash)).to.equal(0xffff_ffff);
    flash.corrupt((index) => index < 3);
    expect(firstWord(flash)).to.equal(0xffff_fff8);
    expect(writeWord(flash, 0xffff_ff00)).to.equal(true);
  });

  it('names a write after the one that was cut', () => {
    const flash = new BufferStorage(geometry(32, 3));
    flash.arm(0);
    writeWord(flash, 0);
    writeWord(flash, 0);
    expect(flash.violation).to.match(/after the power was lost/);
  });

  it('counts a cut write only for words that end as intended, a cut erasure only when complete', () => {
    for (const [moved, writes, erases] of [
      ['all', 1, 1],
      ['even', 0, 0],
    ] as const) {
      const flash = new BufferStorage(geometry(32, 3));
      const choice = bitChoice(moved) ?? (() => false);
      flash.arm(0);
      writeWord(flash, 0);
      flash.corrupt(choice);
      expect(flash.wordWrites[2], moved).to.equal(writes);
      flash.arm(0);
      flash.erase(0);
      flash.corrupt(choice);
      expect(flash.pageErases[0], moved).to.equal(erases);
      expect(flash.counts).to.include({ erases: 0, wordsWritten: 0 });
    }
  });

  it('chooses bits by name: halves are split below half of an odd number, xorshift takes odd states', () => {
    const chosen = (name: string): number[] =>
      [0, 1, 2, 3, 4].filter((index) => bitChoice(name)?.(index, 5) === true);
    expect(chosen('none')).to.deep.equal([]);
    expect(chosen('all')).to.deep.equal([0, 1, 2, 3, 4]);
    expect(chosen('even')).to.deep.equal([0, 2, 4]);
    expect(chosen('odd')).to.deep.equal([1, 3]);
    expect(chosen('firstHalf')).to.deep.equal([0, 1]);
    expect(chosen('lastHalf')).to.deep.equal([2, 3, 4]);
    // xorshift32 from 1: 270369 is odd, 67634689 is odd, 2647435461 is odd, 307599695 is odd.
    const choice = bitChoice('xorshift:1');
    expect([0, 1, 2, 3].map((index) => choice?.(index, 4))).to.deep.equal([true, true, true, true]);
    expect(bitChoice('toString')).to.equal(undefined);
    expect(bitChoice('xorshift:x')).to.equal(undefined);
  });
});

/** Four pages of 16 bytes, one of 64, one of 128: the sectors of an STM32F4, a thousandth in size. */
const SECTORS = [16, 16, 16, 16, 64, 128];
const MIXED = {
  ...{ wordSize: 4, pageSize: 128, numPages: 6, maxWordWrites: 1, maxPageErases: 1 },
  pageSizes: SECTORS,
};

describe('libraries/store/buffer-storage, pages of unlike size', () => {
  let flash: BufferStorage;

  beforeEach(() => {
    flash = new BufferStorage(MIXED);
  });

  it('lays them one behind the other', () => {
    expect(flash.image.length).to.equal(256);
    const begins = [0, 16, 32, 48, 64, 128];
    for (const [page, begin] of begins.entries()) {
      flash.write(page, 4, word(page), 0, 4);
      expect(flash.image[begin + 4], `page ${page}`).to.equal(page);
      expect(flash.readWord(page, 4)).to.equal(page);
      expect([...flash.read(page, 4, 4)]).to.deep.equal([page, 0, 0, 0]);
      expect(flash.memory(page)).to.have.length((SECTORS[page] ?? 0) / 4);
      expect(flash.memory(page)[1]).to.equal(page);
    }
    expect(flash.violation).to.equal(undefined);
    expect(flash.readWord(6, 0)).to.equal(undefined);
  });

  it('erases a page and its wear, and nothing of its neighbours', () => {
    for (const page of [3, 4, 5]) {
      flash.write(page, 0, word(0), 0, 4);
      flash.write(page, (SECTORS[page] ?? 0) - 4, word(0), 0, 4);
    }
    expect(flash.erase(4)).to.equal(true);
    expect(flash.isErased(4, 0)).to.equal(true);
    expect([flash.isErased(3, 12), flash.isErased(5, 124)]).to.deep.equal([false, false]);
    expect([flash.readWord(3, 0), flash.readWord(5, 0)]).to.deep.equal([0, 0]);
    expect([...flash.pageErases]).to.deep.equal([0, 0, 0, 0, 1, 0]);
    expect([...flash.wordWrites.subarray(12)].flatMap((n, at) => (n > 0 ? [at + 12] : [])))
      .to.deep //
      .equal([12, 15, 32, 63]);
    flash.erase(4);
    expect(flash.violation).to.match(/erasure 2 of page 4/);
  });

  it('tells a blank rest and a filled run by the size of the page', () => {
    flash.write(4, 0, word(7), 0, 4);
    expect(flash.isErased(3, 0)).to.equal(true);
    expect(flash.isErased(4, 0)).to.equal(false);
    expect(flash.isFilled(4, 0, 1, 7)).to.equal(true);
    expect(flash.isFilled(4, 4, 15, -1)).to.equal(true);
  });

  it('cuts an erasure and a write inside the page, and clones all of it', () => {
    for (const page of [3, 4, 5]) {
      for (let at = 0; at < (SECTORS[page] ?? 0); at += 4) flash.write(page, at, word(0), 0, 4);
    }
    flash.arm(0);
    expect(flash.erase(4)).to.equal(false);
    expect(flash.interruptedBytes).to.equal(64);
    flash.corrupt(() => true);
    expect(flash.isErased(4, 0)).to.equal(true);
    expect(flash.pageErases[4]).to.equal(1);
    expect(
      [...flash.image.subarray(48, 64), ...flash.image.subarray(128)].every((b) => b === 0),
    ).to.equal(true);
    flash.arm(0);
    flash.write(4, 60, word(0), 0, 4);
    flash.corrupt(() => true);
    expect([...flash.image.subarray(123, 129)]).to.deep.equal([255, 0, 0, 0, 0, 0]);
    expect(flash.wordWrites[31]).to.equal(1);
    const copy = flash.clone();
    expect(copy.pageSizes).to.deep.equal(SECTORS);
    expect(copy.image).to.deep.equal(flash.image);
  });

  it('knows their sizes, ends and sum', () => {
    expect(SECTORS.map((_, page) => pageSizeOf(MIXED, page))).to.deep.equal(SECTORS);
    expect(flashSizeOf(MIXED)).to.equal(256);
    expect(pageStartsOf(MIXED)).to.deep.equal([0, 16, 32, 48, 64, 128]);
    const alike = geometry(32, 3);
    expect([flashSizeOf(alike), pageStartsOf(alike), pageSizeOf(alike, 2)]) //
      .to.deep.equal([96, undefined, 32]);
    expect(() => new BufferStorage({ ...MIXED, numPages: 5 })).to.throw(/each page has its size/);
  });
});

describe('libraries/store/buffer-storage, units of 8 bytes', () => {
  let flash: BufferStorage;

  beforeEach(() => {
    flash = new BufferStorage({ ...geometry(32, 3), wordSize: 8, maxWordWrites: 1 });
  });

  const unit = (low: number, high: number): Uint8Array =>
    new Uint8Array(Uint32Array.of(low, high).buffer);

  it('takes whole units once between two erasures', () => {
    flash.write(0, 8, unit(1, 2), 0, 8);
    flash.write(1, 0, new Uint8Array(32), 0, 32);
    flash.erase(0);
    flash.write(0, 8, unit(3, 4), 0, 8);
    expect(flash.violation).to.equal(undefined);
  });

  it('names a write that is not whole units', () => {
    flash.write(0, 8, unit(1, 2), 0, 4);
    expect(flash.violation).to.match(/4 bytes at 8 of a page: not whole units/);
    const second = new BufferStorage({ ...geometry(32, 3), wordSize: 8 });
    second.write(0, 4, unit(1, 2), 0, 8);
    expect(second.violation).to.match(/8 bytes at 4 of a page: not whole units/);
    const lenient = new BufferStorage({ ...geometry(32, 3), wordSize: 8 }, false);
    lenient.write(0, 4, unit(1, 2), 0, 8);
    expect(lenient.violation).to.equal(undefined);
  });

  it('names a second write of a unit, also when it changes the other half of it', () => {
    flash.write(0, 8, unit(0xfff0, 0xffff_ffff), 0, 8);
    expect([...flash.wordWrites.subarray(0, 6)]).to.deep.equal([0, 0, 1, 1, 0, 0]);
    flash.write(0, 8, unit(0xfff0, 0xffff_ffff), 0, 8);
    expect(flash.violation).to.equal(undefined);
    flash.write(0, 8, unit(0xfff0, 0xfff0), 0, 8);
    expect(flash.violation).to.match(/byte 12 .*number 2/);
  });

  it('counts a cut unit when all of it ended as intended', () => {
    for (const [bits, writes] of [
      [64, [1, 1]],
      [63, [0, 0]],
    ] as const) {
      flash.arm(0);
      flash.write(2, 16, unit(0, 0), 0, 8);
      flash.corrupt((index) => index < bits);
      expect([...flash.wordWrites.subarray(20, 22)], `${bits} bits`).to.deep.equal(writes);
      flash.erase(2);
    }
  });
});
