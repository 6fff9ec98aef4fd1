// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The counters under every cut.
 *
 * NON-TOCK: atomicity as OpenSK's store specification defines it, for Extensions/Counters.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { CounterStore, MAX_COUNT } from '#libraries/persistent-store/extensions/counters';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import type { Result } from '#kernel/result';
import { geometry } from '../support.ts';
import { TORN, cutEverywhere } from './torn.ts';

import { CounterDesk, openCounters } from './counter-desk.ts';
describe('libraries/persistent-store/extensions/counters: power loss', function () {
  this.timeout(60_000);

  const IDS = [0, 1, 2, 255];
  const view = (desk: CounterDesk): string => JSON.stringify(IDS.map((id) => desk.read(id)));
  const see = (flash: BufferStorage): string | undefined => {
    const store = openCounters(flash);
    if (store === undefined) return undefined;
    return JSON.stringify(
      IDS.map((id) => {
        const value = store.readCounter(id);
        return value.ok ? value.value : value.error;
      }),
    );
  };

  const compactAPage = (store: CounterStore): Steps<Result<unknown, string>> => {
    const capacity = store.capacity();
    return store.prepare(capacity.ok ? capacity.value.total - capacity.value.used : 0);
  };

  const OPERATIONS: Record<string, (store: CounterStore) => Steps<Result<unknown, string>>> = {
    'Increment of a counter': (store) => store.incrementCounter(1),
    'Increment of no counter': (store) => store.incrementCounter(2),
    'Create of a new counter': (store) => store.createCounter(2, 0xdead_beef, 'wraps'),
    'Create of a new counter of ones': (store) => store.createCounter(2, MAX_COUNT, 'wraps'),
    'Create in place of one': (store) => store.createCounter(1, 0x0bad_cafe, 'saturates'),
    'a compaction': compactAPage,
    'Insert beside counters': (store) => store.insert(1, new Uint8Array(12).fill(0xff)),
    'a transaction beside counters': (store) =>
      store.transaction([
        { op: 'insert', key: 2, value: Uint8Array.of(1, 2, 3, 4, 5) },
        { op: 'remove', key: 1 },
      ]),
  };

  for (const [name, operation] of Object.entries(OPERATIONS)) {
    for (const [pageSize, pages] of [
      [32, 5],
      [64, 3],
    ] as const) {
      it(`${name} is before or after at every cut, ${pageSize} x ${pages}`, () => {
        let cases = 0;
        // Each number of words written before puts the operation at another place of its page.
        for (let words = 0; words < 44; words++) {
          const desk = new CounterDesk(geometry(pageSize, pages));
          desk.create(0, 10);
          desk.create(1, MAX_COUNT - words, 'wraps');
          desk.increment(1, words);
          const before = view(desk);
          const start = desk.flash.clone();
          const run = (flash: BufferStorage): void => {
            const store = openCounters(flash);
            if (store !== undefined) runAtOnce(operation(store));
          };
          const done = start.clone();
          run(done);
          const after = see(done) ?? expect.fail('does not open');
          cases += cutEverywhere(
            { start, run, see, choices: words % 11 === 0 ? TORN : [`xorshift:${words}`] },
            (seen, flash, what) => {
              if (seen !== before && seen !== after) {
                expect.fail(`${words} words, ${what}: ${seen} is neither ${before} nor ${after}`);
              }
              const next = new CounterDesk(flash);
              next.increment(1);
              next.increment(0);
              next.reboot();
              const [zero, one] = JSON.parse(seen) as number[];
              expect([next.read(0), next.read(1)], what).to.deep.equal([
                (zero ?? 0) + 1,
                ((one ?? 0) + 1) % 2 ** 32,
              ]);
              expect(flash.violation, what).to.equal(undefined);
            },
          );
        }
        expect(cases).to.be.greaterThan(100);
      });
    }
  }
});
