// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The cells of the laboratory: programs, erasures, and taking back.
 *
 * NON-TOCK: a journal must give back exactly what was.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { Cells, wordOf } from '#lab/crash/cells';

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 3, maxWordWrites: 2, maxPageErases: 2 };

function bytes(...words: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(words).buffer);
}

function stateOf(cells: Cells): unknown {
  const { image, wordWrites, pageErases, hash, check, journalLength } = cells;
  return [[...image], [...wordWrites], [...pageErases], hash, check, journalLength];
}

/** Something random happens to the cells, in one of the four ways there are. */
function disturb(cells: Cells, random: Random): void {
  const index = random.below(cells.words.length - 4);
  switch (random.below(4)) {
    case 0:
      cells.put(index, random.u32() | 0, 1);
      return;
    case 1:
      cells.program(index, bytes(random.u32(), random.u32()), 0, 2);
      return;
    case 2:
      cells.erase(random.below(3));
      return;
    default:
      cells.countErase(random.below(3));
      cells.forgetPrograms(index);
  }
}

describe('lab/crash/cells', () => {
  it('a program leaves old AND new, and counts words that changed', () => {
    const cells = new Cells(GEOMETRY);
    cells.program(1, bytes(0x0f0f_0f0f, -1), 0, 2);
    cells.program(1, bytes(0x00ff_00ff), 0, 1);
    expect([...cells.words.slice(0, 3)]).to.deep.equal([-1, 0x000f_000f, -1]);
    expect([...cells.wordWrites.slice(0, 3)]).to.deep.equal([0, 2, 0]);
    expect(cells.violation).to.equal(undefined);
  });

  it('an erase sets every bit of a page, forgets its programs, and counts', () => {
    const cells = new Cells(GEOMETRY);
    cells.program(0, bytes(0), 0, 1);
    cells.program(16, bytes(0), 0, 1);
    cells.erase(1);
    expect([cells.words[0], cells.words[16]]).to.deep.equal([0, -1]);
    expect([cells.wordWrites[0], cells.wordWrites[16]]).to.deep.equal([1, 0]);
    expect([...cells.pageErases]).to.deep.equal([0, 1, 0]);
  });

  it('more programs of a word or erasures of a page than the limits are noticed', () => {
    const cells = new Cells(GEOMETRY);
    for (const word of [7, 3]) cells.program(4, bytes(word), 0, 1);
    expect(cells.violation).to.equal(undefined);
    cells.program(4, bytes(1), 0, 1);
    expect(cells.violation).to.match(/byte 16 is programmed more than 2 times/);
    const other = new Cells(GEOMETRY);
    for (let count = 0; count < 3; count++) other.erase(2);
    expect(other.violation).to.match(/page 2 is erased more than 2 times/);
  });

  it('whatever happens after a mark is taken back, one mark inside another', () => {
    const random = new Random(1);
    const cells = new Cells(GEOMETRY);
    for (let round = 0; round < 200; round++) {
      const outer = { length: 0, hash: 0, check: 0 };
      const inner = { length: 0, hash: 0, check: 0 };
      const before = stateOf(cells);
      cells.mark(outer);
      for (let count = random.below(60); count > 0; count--) disturb(cells, random);
      const middle = stateOf(cells);
      cells.mark(inner);
      for (let count = random.below(60); count > 0; count--) disturb(cells, random);
      cells.undo(inner);
      expect(stateOf(cells)).to.deep.equal(middle);
      cells.undo(outer);
      expect(stateOf(cells)).to.deep.equal(before);
      disturb(cells, random);
      cells.settle();
    }
  });

  it('the hashes tell states by what the words are, not by how they came there', () => {
    const one = new Cells(GEOMETRY);
    const other = new Cells(GEOMETRY);
    one.put(3, 5, 1);
    one.put(9, 6, 1);
    other.put(9, 1, 1);
    other.put(9, 6, 1);
    expect([other.hash, other.check]).to.not.deep.equal([one.hash, one.check]);
    other.put(3, 5, 1);
    expect([other.hash, other.check]).to.deep.equal([one.hash, one.check]);
  });

  it('words are little-endian', () => {
    expect(wordOf(Uint8Array.of(0, 1, 2, 3, 0x84), 1)).to.equal(0x8403_0201 | 0);
  });
});
