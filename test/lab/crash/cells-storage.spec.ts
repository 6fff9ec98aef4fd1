// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a store sees of the cells.
 *
 * NON-TOCK: the guards against stores that run wild.
 */
import { expect } from 'chai';
import { Cells } from '#lab/crash/cells';
import { CellsStorage, OutOfFuel, OutOfRange } from '#lab/crash/cells-storage';

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 3, maxWordWrites: 2, maxPageErases: 9 };
const ZEROS = new Uint8Array(64);

describe('lab/crash/cells-storage', () => {
  it('stepped, it hands every change out and does none', () => {
    const cells = new Cells(GEOMETRY);
    const storage = new CellsStorage(cells, true);
    expect(storage.write(0, 0, ZEROS, 0, 4)).to.equal(undefined);
    expect(storage.erase(0)).to.equal(undefined);
    expect(cells.journalLength).to.equal(0);
  });

  it('not stepped, it does every change at once, but on bad pages, where it fails', () => {
    const cells = new Cells(GEOMETRY);
    const storage = new CellsStorage(cells, false, [1]);
    expect(storage.write(0, 8, ZEROS, 0, 4)).to.equal(true);
    expect(storage.readWord(0, 8)).to.equal(0);
    expect(storage.write(1, 8, ZEROS, 0, 4)).to.equal(false);
    expect(storage.erase(1)).to.equal(false);
    expect(storage.readWord(1, 8)).to.equal(-1);
  });

  it('a change outside its pages is thrown back at the store', () => {
    const storage = new CellsStorage(new Cells(GEOMETRY), true);
    const places = [
      [3, 0, 4],
      [-1, 0, 4],
      [0.5, 0, 4],
      [0, 62, 4],
      [0, -4, 4],
      [0, 60, 8],
      [0, 0, 3],
    ] as const;
    for (const [page, byteOffset, length] of places) {
      expect(() => storage.write(page, byteOffset, ZEROS, 0, length)).to.throw(OutOfRange);
    }
    expect(() => storage.erase(3)).to.throw(OutOfRange);
  });

  it('a store that reads for ever is stopped', () => {
    const storage = new CellsStorage(new Cells(GEOMETRY), false);
    expect(() => {
      for (;;) storage.readWord(0, 0);
    }).to.throw(OutOfFuel);
  });

  it('tells at once whether words are all one, and whether the rest of a page is blank', () => {
    const cells = new Cells(GEOMETRY);
    const storage = new CellsStorage(cells, false);
    storage.write(0, 4, ZEROS, 0, 40);
    for (let count = 0; count <= 11; count++) {
      expect(storage.isFilled(0, 4, count, 0), `${count}`).to.equal(count <= 10);
    }
    expect(storage.isFilled(0, 44, 5, -1)).to.equal(true);
    expect(storage.isErased(0, 44)).to.equal(true);
    expect(storage.isErased(0, 40)).to.equal(false);
  });

  it('unstable bits read both ways until their word is written; others never change', () => {
    const cells = new Cells(GEOMETRY);
    const storage = new CellsStorage(cells, false);
    storage.unsettle(new Map([[2, 0xff]]), 7);
    const seen = new Set<number | undefined>();
    for (let count = 0; count < 200; count++) seen.add(storage.readWord(0, 8));
    expect(seen.size).to.be.greaterThan(2);
    for (const word of seen) expect((word ?? 0) | 0xff).to.equal(-1);
    expect(storage.isErased(0, 0)).to.equal(undefined);
    expect(storage.isFilled(0, 0, 4, -1)).to.equal(undefined);
    storage.write(0, 8, ZEROS, 0, 4);
    expect(storage.readWord(0, 8)).to.equal(0);
    expect(storage.isErased(0, 12)).to.equal(true);
  });
});
