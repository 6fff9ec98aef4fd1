// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Cells as upcalls (case C35).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import {
  flagCell,
  optionCell,
  pairCell,
  tripleCell,
  wordCell,
  type UpcallCell,
} from '#apps/libtock/upcall-cells';
import { runApp } from '../../support/run-app.ts';

/** What the cell holds before and after an upcall with 1, 2, 3 and an appdata. */
function around<T>(cell: UpcallCell<T>): [T, T] {
  const before = cell.value;
  cell.upcall(1, 2, 3, 4);
  return [before, cell.value];
}

describe('Upcall cells', () => {
  it('C35 a flag, one word, two words, three words: each keeps what its type says', () => {
    expect(around(flagCell())).to.deep.equal([false, true]);
    expect(around(wordCell())).to.deep.equal([0, 1]);
    expect(around(pairCell())).to.deep.equal([
      [0, 0],
      [1, 2],
    ]);
    expect(around(tripleCell())).to.deep.equal([
      [0, 0, 0],
      [1, 2, 3],
    ]);
  });

  it('C35 an option is undefined before the upcall, and tells zeros from none', () => {
    expect(around(optionCell(wordCell()))).to.deep.equal([undefined, 1]);
    expect(around(optionCell(pairCell()))).to.deep.equal([undefined, [1, 2]]);
    expect(around(optionCell(tripleCell()))).to.deep.equal([undefined, [1, 2, 3]]);
    const cell = optionCell(wordCell());
    cell.upcall(0, 0, 0, 0);
    expect(cell.value).to.equal(0);
  });

  it('take empties', () => {
    const cell = optionCell(wordCell());
    cell.upcall(9, 0, 0, 0);
    expect([cell.take(), cell.value]).to.deep.equal([9, undefined]);
  });

  it('keep the words of a real upcall', () => {
    const { process } = runApp(function* (tock) {
      const cell = optionCell(tripleCell());
      yield* tock.subscribe(0, 0, cell.upcall);
      const expiration = (yield* tock.command(0, 5, 1000)).successU32();
      yield* tock.yieldWait();
      expect(cell.value?.[1]).to.equal(expiration);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });
});
