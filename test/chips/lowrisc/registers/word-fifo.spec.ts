// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The ring behind the FIFOs of the flash controller.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { WordFifo } from '#chips/lowrisc/registers/word-fifo';

describe('WordFifo', () => {
  it('gives words in the order in which they came, as words without a sign', () => {
    const fifo = new WordFifo(4);
    for (const word of [1, -1, 3]) fifo.push(word);
    expect([fifo.shift(), fifo.shift()]).to.deep.equal([1, 0xffff_ffff]);
    for (const word of [4, 5, 6]) fifo.push(word);
    expect([fifo.level, fifo.isFull]).to.deep.equal([4, true]);
    const rest = Array.from({ length: 5 }, () => fifo.shift());
    expect(rest).to.deep.equal([3, 4, 5, 6, undefined]);
  });

  it('says where room begins, and how far it goes before the ring ends', () => {
    const fifo = new WordFifo(4);
    expect([fifo.tail, fifo.gap]).to.deep.equal([0, 4]);
    for (const word of [1, 2, 3]) fifo.push(word);
    expect([fifo.tail, fifo.gap]).to.deep.equal([3, 1]);
    fifo.shift();
    expect([fifo.tail, fifo.gap]).to.deep.equal([3, 1]);
    fifo.push(4);
    expect([fifo.tail, fifo.gap]).to.deep.equal([0, 1]);
    fifo.push(5);
    expect([fifo.tail, fifo.gap]).to.deep.equal([1, 0]);
  });

  it('is empty after it was cleared', () => {
    const fifo = new WordFifo(2);
    fifo.push(1);
    fifo.clear();
    expect([fifo.level, fifo.shift()]).to.deep.equal([0, undefined]);
  });
});
