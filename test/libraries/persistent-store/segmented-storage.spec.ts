// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store on several ranges of pages does what it does on one, and nothing outside them.
 *
 * NON-TOCK: OpenSK's store takes 16 pages and 4 more of the nRF52840.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { perform, runAtOnce } from '#libraries/store/run-at-once';
import type { PageRange } from '#libraries/persistent-store/segmented-storage';
import { SegmentedStorage } from '#libraries/persistent-store/segmented-storage';
import { DeferredStorage } from '#libraries/store/storage';
import type { Steps, Storage } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import { geometry } from './support.ts';

/** 16 pages and 4 pages, the second range in front of the first. */
const RANGES: readonly PageRange[] = [
  { firstPage: 8, count: 16 },
  { firstPage: 2, count: 4 },
];

function over(storage: Storage, ranges: readonly PageRange[] = RANGES): SegmentedStorage {
  const segmented = SegmentedStorage.over(storage, ranges);
  if (!segmented.ok) expect.fail(segmented.error);
  return segmented.value;
}

/** Insertions, transactions, removals, more than the pages hold at once. */
function* use(store: Store): Steps<void> {
  yield* store.boot();
  for (let n = 0; n < 300; n++) {
    const value = new Uint8Array(n % 50).fill(n);
    yield* store.insert(n % 7, value);
    if (n % 5 === 0) yield* store.remove((n + 3) % 7);
    if (n % 11 !== 0) continue;
    yield* store.transaction([
      { op: 'insert', key: 9, value },
      { op: 'remove', key: 1 },
    ]);
  }
}

function page(flash: BufferStorage, index: number): number[] {
  return [...flash.read(index, 0, flash.pageSize)];
}

function expectSame(flash: BufferStorage, whole: BufferStorage): void {
  const pages = [...Array.from({ length: 16 }, (_, n) => 8 + n), 2, 3, 4, 5];
  for (const [index, below] of pages.entries()) {
    expect(page(flash, below)).to.deep.equal(page(whole, index));
    expect(flash.pageErases[below]).to.equal(whole.pageErases[index]);
  }
  for (let each = 0; each < flash.numPages; each++) {
    if (!pages.includes(each)) expect(new Set(page(flash, each))).to.deep.equal(new Set([0xff]));
  }
}

describe('libraries/persistent-store/segmented-storage', () => {
  const whole = new BufferStorage(geometry(64, 20));
  runAtOnce(use(new Store(whole)));

  it('takes each page of a store in the order of the ranges, and no other', () => {
    expect(whole.counts.erases).to.be.greaterThan(20);
    const flash = new BufferStorage(geometry(64, 32));
    const segmented = over(flash);
    expect(segmented).to.deep.include({ numPages: 20, pageSize: 64, wordSize: 4 });
    runAtOnce(use(new Store(segmented)));
    expectSame(flash, whole);
    const again = new Store(segmented);
    expect(runAtOnce(again.boot()).ok).to.equal(true);
    expect(runAtOnce(again.find(9))).to.deep.equal({
      ok: true,
      value: new Uint8Array(47).fill(297),
    });
  });

  it('says which page a request is for when the other storage defers', () => {
    const flash = new BufferStorage(geometry(64, 32));
    const segmented = over(new DeferredStorage(flash));
    const steps = use(new Store(segmented));
    let step = steps.next();
    while (step.done !== true) {
      const request = { ...step.value, page: segmented.pageBelow(step.value.page) };
      step = steps.next(perform(request, flash));
    }
    expectSame(flash, whole);
  });

  it('refuses ranges that are empty, overlap or leave the storage', () => {
    const flash = new BufferStorage(geometry(64, 8));
    const refused: readonly (readonly PageRange[])[] = [
      [{ firstPage: 0, count: 0 }],
      [{ firstPage: 6, count: 3 }],
      [{ firstPage: -1, count: 3 }],
      [{ firstPage: 0.5, count: 3 }],
      [{ firstPage: 0, count: Number.NaN }],
      [
        { firstPage: 0, count: 4 },
        { firstPage: 3, count: 2 },
      ],
    ];
    for (const ranges of refused) {
      expect(SegmentedStorage.over(flash, ranges).ok).to.equal(false);
    }
  });

  it('leaves it to the store to refuse too few pages', () => {
    const flash = new BufferStorage(geometry(64, 8));
    for (const ranges of [[], [{ firstPage: 0, count: 2 }]]) {
      const store = new Store(over(flash, ranges));
      expect(runAtOnce(store.boot())).to.deep.equal({ ok: false, error: 'InvalidArgument' });
    }
  });
});
