// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A whole life of an nRF52840's store: a counter is updated until the flash has no cycles left.
 *
 * NON-TOCK: speed of the simulator on the host.
 */
import { assert } from '#kernel/assert';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { Store } from '#libraries/persistent-store/store';
import { milliseconds, type BenchRow } from './row.ts';

const GEOMETRY = {
  wordSize: 4,
  pageSize: 4096,
  numPages: 20,
  maxWordWrites: 2,
  maxPageErases: 10_000,
};
const WORDS_PER_PAGE = GEOMETRY.pageSize / 4 - 2;
const LONGEST_VALUE_WORDS = 256;
const WORDS_PER_UPDATE = 2;

/**
 * The last tail that can be reached: L - M - (N - 1), and the words that overlap into the last page. An
 * entry of two words overlaps by one at most, and leaves one unused at most.
 */
const LAST_TAIL =
  (GEOMETRY.maxPageErases * GEOMETRY.numPages + GEOMETRY.numPages - 1) * WORDS_PER_PAGE -
  LONGEST_VALUE_WORDS -
  (GEOMETRY.numPages - 1);

function wholeLife(): number {
  const flash = new BufferStorage(GEOMETRY, false);
  const store = new Store(flash);
  assert(runAtOnce(store.boot()).ok, 'the store did not open');
  let updates = 0;
  const value = new Uint8Array(4);
  const taken = milliseconds(() => {
    for (;;) {
      value[0] = updates;
      const updated = runAtOnce(store.insert(1, value));
      if (!updated.ok) {
        assert(updated.error === 'NoLifetime', `the store ended with ${updated.error}`);
        return;
      }
      updates++;
    }
  });
  const lifetime = runAtOnce(store.lifetime());
  assert(lifetime.ok, 'the store does not know its lifetime');
  const { used } = lifetime.value;
  assert(Math.abs(used - LAST_TAIL) <= 1, `the life ended at word ${used}`);
  assert(
    flash.pageErases.every((count) => count <= GEOMETRY.maxPageErases),
    'a page is worn out',
  );
  // Each page of a cycle also takes the copy of the one live entry.
  const copies = Math.floor(used / WORDS_PER_PAGE) + 1;
  const most = used / WORDS_PER_UPDATE;
  assert(
    updates <= most && updates >= most - copies - 1,
    `${updates} updates do not fit the words`,
  );
  return taken / 1000;
}

/** Rows that take minutes. */
export const LIFETIME_ROWS: readonly BenchRow[] = [
  {
    name: 'store: a whole life of 102 M counter updates',
    unit: 's',
    toReach: 300,
    peer: 'crate about 786 s (130 k/s)',
    runs: 1,
    run: wholeLife,
  },
];
