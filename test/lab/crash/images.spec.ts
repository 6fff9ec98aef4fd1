// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Arbitrary images, and stores that run wild on them.
 *
 * NON-TOCK: test of lab/crash/images.ts.
 */
import { expect } from 'chai';
import { Err, Ok } from '#kernel/result';
import { Cells } from '#lab/crash/cells';
import { DEFAULT_OPTIONS } from '#lab/crash/explore';
import { bootOn } from '#lab/crash/images';
import { exploreAdapter } from '#lab/crash/shard';
import type { Outcome, StoreAdapter } from '#lab/crash/store-adapter';
import { PERSISTENT } from '#lab/crash/stores/persistent';
import type { Steps, Storage } from '#libraries/store/storage';

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 3, maxWordWrites: 2, maxPageErases: 9 };

/** A store that only boots, in a way of its own. */
function booting(boot: (storage: Storage) => Steps<Outcome>): StoreAdapter {
  return {
    ...PERSISTENT,
    open: (storage) => ({
      boot: () => boot(storage),
      start: () => boot(storage),
      content: () => Ok(new Map()),
      usedCapacity: () => undefined,
    }),
  };
}

describe('lab/crash/images', () => {
  it('a boot may refuse an image', () => {
    const adapter = booting(function* () {
      return Err('InvalidStorage');
    });
    expect(bootOn(adapter, new Cells(GEOMETRY))).to.equal(undefined);
  });

  it('a boot that throws, reads for ever or leaves its pages is found', () => {
    const wild: readonly [RegExp, (storage: Storage) => Steps<Outcome>][] = [
      [
        /RangeError/,
        function* () {
          throw new RangeError('far out');
        },
      ],
      [
        /without an end/,
        function* (storage) {
          while (storage.readWord(0, 0) !== 0);
          return Ok();
        },
      ],
      [
        /leaves the store's pages/,
        function* (storage) {
          storage.erase(GEOMETRY.numPages);
          return Ok();
        },
      ],
    ];
    for (const [what, boot] of wild) {
      expect(bootOn(booting(boot), new Cells(GEOMETRY))).to.match(what);
    }
  });

  it('spoilt images and noise never break the persistent store, on any geometry', () => {
    for (const [pageSize, pages] of [
      [32, 3],
      [64, 5],
      [512, 4],
    ] as const) {
      const options = { ...DEFAULT_OPTIONS, store: 'persistent', pageSize, pages, length: 20 };
      const report = exploreAdapter(PERSISTENT, { ...options, images: 400, goOn: 0 });
      expect(report.violations).to.deep.equal([]);
      expect(report.coverage.images).to.equal(400);
    }
  });
});
