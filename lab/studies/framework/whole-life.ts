// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store that is updated until its flash has no cycles left: really, with the endurance that it is given.
 *
 * NON-TOCK: on hardware this takes days.
 */
import { assert } from '#kernel/assert';
import type { Result } from '#kernel/result';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import type { Store } from '#libraries/persistent-store/store';

/** A flash to wear out. */
export interface LifeShape {
  readonly pageSize: number;
  readonly pages: number;
  /** Erase cycles of a page. */
  readonly endurance: number;
}

/** A life that is over. */
export interface Life {
  readonly updates: number;
  /** Words written to flash for them. */
  readonly words: number;
  /** Erasures of each page. */
  readonly erasures: readonly number[];
}

/** What is done over and over. */
type Update<S extends Store> = (store: S, index: number) => Steps<Result<void, string>>;

const STRICT_UP_TO = 1000;

/** Fills a store, and then updates it until it answers that its life is over. */
export function wholeLife<S extends Store>(
  { pageSize, pages, endurance }: LifeShape,
  create: (storage: BufferStorage) => S,
  fill: readonly Update<S>[],
  update: Update<S>,
): Life {
  const shape = { wordSize: 4, pageSize, numPages: pages, maxWordWrites: 2 };
  const flash = new BufferStorage(
    { ...shape, maxPageErases: endurance },
    endurance <= STRICT_UP_TO,
  );
  const store = create(flash);
  assert(runAtOnce(store.boot()).ok, 'the store did not open');
  for (const [index, step] of fill.entries()) {
    assert(runAtOnce(step(store, index)).ok, 'the store cannot be filled');
  }
  const before = flash.counts.wordsWritten;
  for (let updates = 0; ; updates++) {
    const updated = runAtOnce(update(store, updates));
    if (updated.ok) continue;
    assert(updated.error === 'NoLifetime', 'the store ended before its life was over');
    assert(flash.violation === undefined, 'the store broke a rule of the flash');
    return {
      updates,
      words: flash.counts.wordsWritten - before,
      erasures: [...flash.pageErases],
    };
  }
}
