// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Programs of flash words, told apart by what was there before. NON-TOCK. */
import { expect } from 'chai';
import { difference, FlashWords } from '#lab/studies/framework/flash-words';

const PAGE = 64;

/** A flash of two pages after writes of so many words at a byte offset of page 0. */
function after(...writes: readonly (readonly [offset: number, words: number])[]): FlashWords {
  const flash = new FlashWords({
    wordSize: 4,
    pageSize: PAGE,
    numPages: 2,
    maxWordWrites: 9,
    maxPageErases: 9,
  });
  for (const [offset, words] of writes) flash.write(0, offset, new Uint8Array(PAGE), 0, 4 * words);
  return flash;
}

describe('flash words', () => {
  it('take both halves of one write in one program', () => {
    expect(after([0, 2]).programs).to.deep.equal({ words: 2, first: 1, otherHalf: 0, sameWord: 0 });
    expect(after([4, 2]).programs).to.deep.equal({ words: 2, first: 2, otherHalf: 0, sameWord: 0 });
    expect(after([4, 4]).programs).to.deep.equal({ words: 4, first: 3, otherHalf: 0, sameWord: 0 });
    expect(after([0, 0]).programs).to.deep.equal({ words: 0, first: 0, otherHalf: 0, sameWord: 0 });
  });

  it('are programmed again by the other half, and by the same word', () => {
    expect(after([0, 1], [4, 1]).programs).to.include({ first: 1, otherHalf: 1, sameWord: 0 });
    expect(after([0, 1], [0, 1]).programs).to.include({ first: 1, otherHalf: 0, sameWord: 1 });
    // One half is new and one is not: the word that is programmed again counts.
    expect(after([4, 1], [0, 2]).programs).to.include({ first: 1, otherHalf: 0, sameWord: 1 });
    // The header of an entry in the first half, its three words of value behind.
    expect(after([0, 1], [4, 3]).programs).to.include({ first: 2, otherHalf: 1, sameWord: 0 });
  });

  it('count a word of ones too: the part programs what it is given', () => {
    const flash = after();
    flash.write(0, 0, new Uint8Array(4).fill(0xff), 0, 4);
    flash.write(0, 4, new Uint8Array(4), 0, 4);
    expect(flash.programs).to.include({ first: 1, otherHalf: 1 });
  });

  it('are blank after an erasure of their page, and of no other', () => {
    const flash = after([0, 1], [0, 1], [0, 1]);
    flash.write(1, 0, new Uint8Array(4), 0, 4);
    const before = { ...flash.programs };
    flash.erase(0);
    flash.write(0, 0, new Uint8Array(4), 0, 4);
    flash.write(1, 0, new Uint8Array(4), 0, 4);
    expect(difference(flash.programs, before)).to.deep.equal({
      words: 2,
      first: 1,
      otherHalf: 0,
      sameWord: 1,
    });
    expect(flash.mostPrograms).to.equal(3);
    expect([flash.programCounts[0], flash.programCounts[PAGE / 8]]).to.deep.equal([1, 2]);
  });
});
