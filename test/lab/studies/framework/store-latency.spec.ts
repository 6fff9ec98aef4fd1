// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What the latency example asks of the flash, against counts taken from OpenSK's own crate. NON-TOCK. */
import { expect } from 'chai';
import { storeLatency, type LatencyOperation } from '#lab/studies/framework/store-latency';

/** Read calls, words written, write calls, erasures: the reference store on the same scenario. */
const CRATE: Readonly<
  Record<'distinct' | 'same', Readonly<Record<LatencyOperation, readonly number[]>>>
> = {
  distinct: {
    boot: [2080, 0, 0, 0],
    compaction: [1446, 1024, 25, 1],
    insert: [2096, 51, 2, 0],
    remove: [1054, 1, 1, 0],
  },
  same: {
    boot: [20056, 0, 0, 0],
    compaction: [1812, 3, 3, 1],
    insert: [1309, 3, 3, 0],
    remove: [656, 1, 1, 0],
  },
};

describe('store latency', () => {
  for (const [keys, words] of [
    ['distinct', 50],
    ['same', 1],
  ] as const) {
    it(`asks of 20 pages what OpenSK's crate asks, entries of ${words} words`, () => {
      const found = storeLatency({ pages: 20, pageSize: 4096, words, keys });
      for (const operation of ['boot', 'compaction', 'insert', 'remove'] as const) {
        const { readCalls, wordsWritten, writeCalls, erases } = found[operation].counts;
        const counts = [readCalls, wordsWritten, writeCalls, erases];
        expect(counts, operation).to.deep.equal(CRATE[keys][operation]);
      }
    });
  }

  it('leaves no dead entry where keys are distinct, and 9,560 where one is rewritten', () => {
    const live = storeLatency({ pages: 20, pageSize: 4096, words: 50, keys: 'distinct' });
    const dead = storeLatency({ pages: 20, pageSize: 4096, words: 1, keys: 'same' });
    expect(live.boot.counts.deadEntries).to.equal(0);
    expect(dead.boot.counts.deadEntries).to.equal(9560);
  });
});
