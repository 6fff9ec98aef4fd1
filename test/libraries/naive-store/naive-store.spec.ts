// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The naive store does what a map does as long as nothing goes wrong.
 *
 * NON-TOCK: its failures are the laboratory's business.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { CLAIM } from '#libraries/naive-store/claim';
import { MAX_KEY, entryWords, maxValueLength, totalCapacity } from '#libraries/naive-store/format';
import { NaiveStore } from '#libraries/naive-store/naive-store';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 3, maxWordWrites: 1, maxPageErases: 500 };

function open(flash: BufferStorage): NaiveStore {
  const store = new NaiveStore(flash);
  expect(runAtOnce(store.boot()).ok).to.equal(true);
  return store;
}

function valueOf(store: NaiveStore, key: number): string | undefined {
  const found = runAtOnce(store.find(key));
  return found.ok ? found.value?.join() : found.error;
}

describe('libraries/naive-store', () => {
  it('is a map, over boots and rewrites, within one program a word', () => {
    const random = new Random(6);
    const flash = new BufferStorage(GEOMETRY);
    const model = new Map<number, string>();
    let store = open(flash);
    for (let count = 0; count < 2000; count++) {
      const key = random.below(8);
      if (random.below(20) === 0) store = open(flash);
      if (random.below(4) === 0) {
        expect(runAtOnce(store.remove(key)).ok).to.equal(true);
        model.delete(key);
      } else {
        const value = new Uint8Array(random.below(29)).map(() => random.below(256));
        if (runAtOnce(store.insert(key, value)).ok) model.set(key, value.join());
      }
      const shown = new Map(store.keys().map((each) => [each, valueOf(store, each)]));
      expect([...shown].sort()).to.deep.equal([...model].sort());
      expect(flash.violation).to.equal(undefined);
    }
    expect(flash.counts.erases).to.be.greaterThan(20);
  });

  it('refuses what is out of range, and more than half of the flash', () => {
    const store = open(new BufferStorage(GEOMETRY));
    const longest = maxValueLength(GEOMETRY);
    const insert = (key: number, length: number): string => {
      const result = runAtOnce(store.insert(key, new Uint8Array(length)));
      return result.ok ? 'Ok' : result.error;
    };
    expect(insert(MAX_KEY + 1, 0)).to.equal('InvalidArgument');
    expect(insert(0, longest + 1)).to.equal('InvalidArgument');
    const most = totalCapacity(GEOMETRY) / entryWords(longest);
    for (let key = 0; key < most; key++) expect(insert(key, longest)).to.equal('Ok');
    expect(insert(MAX_KEY, 0)).to.equal('NoCapacity');
    expect(insert(0, longest)).to.equal('Ok');
    expect(runAtOnce(store.remove(-1)).ok).to.equal(false);
    expect(store.usedCapacity()).to.equal(totalCapacity(GEOMETRY));
  });

  it('does not boot on an entry that is longer than its page', () => {
    const flash = new BufferStorage(GEOMETRY);
    flash.image.fill(0, 0, 4);
    flash.image[1] = 1;
    expect(runAtOnce(new NaiveStore(flash).boot())).to.deep.equal({
      ok: false,
      error: 'InvalidStorage',
    });
  });

  it('writes the same bytes on a flash that does everything later', () => {
    const images = [false, true].map((later) => {
      const flash = new BufferStorage(GEOMETRY);
      const store = new NaiveStore(later ? new DeferredStorage(GEOMETRY) : flash);
      runAtOnce(store.boot(), flash);
      for (let count = 0; count < 40; count++) {
        const value = new Uint8Array(count % 9).fill(count);
        expect(runAtOnce(store.insert(count % 5, value), flash).ok).to.equal(true);
      }
      return flash.image;
    });
    expect(images[0]).to.deep.equal(images[1]);
    expect(CLAIM.cutModel).to.equal('word-atomic');
  });
});
