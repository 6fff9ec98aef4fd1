// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash in memory: its rules, its wear, and its cuts.
 *
 * NON-TOCK: rules from test/vectors/opensk/README.md.
 */
import { expect } from 'chai';
import { BufferStorage, bitChoice } from '#libraries/store/buffer-storage';
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
