// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What is read through a counter is counted, and reaches the flash unchanged.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { ReadCounter } from '#libraries/store/read-counter';
import { DeferredStorage } from '#libraries/store/storage';

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 2, maxWordWrites: 1, maxPageErases: 9 };

describe('ReadCounter', () => {
  it('counts a call for each read of at least a byte, and the words that it touches', () => {
    const counter = new ReadCounter(new BufferStorage(GEOMETRY));
    counter.readWord(0, 4);
    counter.read(0, 0, 8);
    counter.read(1, 3, 2);
    counter.read(1, 8, 0);
    expect([counter.calls, counter.words]).to.deep.equal([3, 1 + 2 + 2]);
  });

  it('counts a look at many words as one read of them, where the flash can tell at all', () => {
    const counter = new ReadCounter(new BufferStorage(GEOMETRY));
    expect(counter.isErased(1, 8)).to.equal(true);
    expect(counter.isFilled(0, 4, 3, 0)).to.equal(false);
    expect([counter.calls, counter.words]).to.deep.equal([2, 14 + 3]);
    const later = new ReadCounter(new DeferredStorage(GEOMETRY));
    expect([later.isErased(0, 0), later.isFilled(0, 0, 1, 0)]).to.deep.equal([
      undefined,
      undefined,
    ]);
    expect(later.calls).to.equal(0);
  });

  it('counts the rest of the page that is asked for, where pages are not alike', () => {
    const geometry = { ...GEOMETRY, pageSizes: [16, 64] };
    const counter = new ReadCounter(new BufferStorage(geometry));
    expect(counter.pageSizes).to.deep.equal([16, 64]);
    counter.isErased(0, 4);
    expect(counter.words).to.equal(3);
    counter.isErased(1, 4);
    expect(counter.words).to.equal(3 + 15);
    expect(new ReadCounter(new DeferredStorage(geometry)).pageSizes).to.deep.equal([16, 64]);
  });

  it('is the flash below in all else', () => {
    const flash = new BufferStorage(GEOMETRY);
    const counter = new ReadCounter(flash);
    expect(counter.write(1, 4, Uint8Array.of(1, 2, 3, 4), 0, 4)).to.equal(true);
    expect(flash.counts.wordsWritten).to.equal(1);
    expect(counter.read(1, 4, 4)).to.deep.equal(Uint8Array.of(1, 2, 3, 4));
    expect(counter.erase(1)).to.equal(true);
    expect(flash.counts.erases).to.equal(1);
    for (const name of Object.keys(GEOMETRY) as (keyof typeof GEOMETRY)[]) {
      expect(counter[name]).to.equal(GEOMETRY[name]);
    }
    const later = new ReadCounter(new DeferredStorage(GEOMETRY));
    expect([later.read(0, 0, 4), later.readWord(0, 0), later.erase(0)]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
