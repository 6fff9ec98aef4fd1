// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store of several users under every cut.
 *
 * NON-TOCK: atomicity as OpenSK's store specification defines it, for Extensions/Isolation.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { IsolatedStore } from '#libraries/persistent-store/extensions/isolation';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import type { Result } from '#kernel/result';
import { geometry } from '../support.ts';
import { TORN, cutEverywhere } from './torn.ts';

import { SHARED, UserDesk, bytes, sharesOf, sum } from './user-desk.ts';
import type { Gauges } from './user-desk.ts';
describe('libraries/persistent-store/extensions/isolation: power loss', function () {
  this.timeout(60_000);

  const KEYS = [0, 1, 2, 3, 4, 5, SHARED];

  interface Seen {
    readonly values: (string | undefined)[];
    readonly gauges: Gauges;
  }

  const OPERATIONS: Record<string, (store: IsolatedStore) => Steps<Result<unknown, string>>> = {
    'an insertion by the same user': (store) => store.insert(0, 3, bytes(6, 9)),
    'an insertion by another': (store) => store.insert(1, 1, bytes(6, 9)),
    'the first insertion of a user': (store) => store.insert(2, 5, bytes(2, 9)),
    'a transaction by another': (store) =>
      store.transaction(1, [
        { op: 'insert', key: 4, value: bytes(5, 9) },
        { op: 'remove', key: 1 },
      ]),
    'a clear by another': (store) => store.clear(1, SHARED),
    'a compaction by another': (store) => store.prepare(1, 5),
    'a compaction by the same user': (store) => store.prepare(0, 5),
    'an increment by another': (store) => store.incrementCounter(1, 0),
  };

  for (const [name, operation] of Object.entries(OPERATIONS)) {
    it(`${name} is before or after at every cut, and its words stay accounted for`, () => {
      let cases = 0;
      const shape = geometry(64, 5);
      const isolation = sharesOf(shape);
      const see = (flash: BufferStorage): string | undefined => {
        const store = new IsolatedStore(flash, isolation);
        if (!runAtOnce(store.boot()).ok) return undefined;
        const desk = new UserDesk(flash, isolation);
        const values = KEYS.map((key) => {
          const value = desk.must(runAtOnce(desk.store.find(key % 3, key)));
          return value === undefined ? undefined : [...value].join();
        });
        const counter = desk.store.readCounter(1, 0);
        const seen: Seen = {
          values: [...values, String(counter.ok ? counter.value : '')],
          gauges: desk.gauges(),
        };
        return JSON.stringify(seen);
      };
      const parse = (text: string): Seen => JSON.parse(text) as Seen;
      for (let words = 0; words < 40; words++) {
        const desk = new UserDesk(shape, isolation);
        expect(desk.outcome(desk.store.insert(1, 1, bytes(4, 1)))).to.equal('Ok');
        expect(desk.outcome(desk.store.insert(0, 0, bytes(1, 1)))).to.equal('Ok');
        for (let n = 0; n < words; n++)
          expect(desk.outcome(desk.store.insert(0, 0, new Uint8Array()))).to.equal('Ok');
        const start = desk.flash.clone();
        const run = (flash: BufferStorage): void => {
          const store = new IsolatedStore(flash, isolation);
          if (runAtOnce(store.boot()).ok) runAtOnce(operation(store));
        };
        const before = parse(see(start.clone()) ?? '');
        const done = start.clone();
        run(done);
        const after = parse(see(done) ?? '');
        const lawful = [before, after].map(({ values }) => JSON.stringify(values));
        const choices = words % 13 === 0 ? TORN : [`xorshift:${words}`];
        cases += cutEverywhere({ start, run, see, choices }, (text, flash, what) => {
          const { values, gauges } = parse(text);
          expect(lawful, what).to.include(JSON.stringify(values));
          expect(sum(gauges.lifetimes), what).to.equal(gauges.lifetime);
          expect(sum(gauges.capacities), what).to.equal(gauges.capacity);
          gauges.lifetimes.forEach((used, user) => {
            expect(used, what).to.be.at.least(before.gauges.lifetimes[user] ?? 0);
          });
          const next = new UserDesk(flash, isolation);
          expect(next.outcome(next.store.insert(2, 2, bytes(2))), what).to.equal('Ok');
          const last = next.gauges();
          expect(sum(last.lifetimes), what).to.equal(last.lifetime);
          expect(flash.violation, what).to.equal(undefined);
        });
      }
      expect(cases).to.be.greaterThan(100);
    });
  }

  it('announces no more compactions than there are words set aside, however often they are cut', () => {
    const shape = geometry(64, 5);
    const isolation = sharesOf(shape);
    let { flash } = new UserDesk(shape, isolation);
    const first = new UserDesk(flash, isolation);
    for (const user of [0, 1]) {
      expect(first.outcome(first.store.insert(user, user, bytes(1)))).to.equal('Ok');
    }
    // Up to the last word before a compaction: 37 words of window, 8 used.
    for (let n = 0; n < 29; n++) {
      expect(first.outcome(first.store.insert(1, 1, new Uint8Array()))).to.equal('Ok');
    }
    expect(first.gauges().lifetime).to.equal(37);
    for (let n = 0; n < 12; n++) {
      flash = flash.clone();
      flash.arm(Number.MAX_SAFE_INTEGER);
      const desk = new UserDesk(flash, isolation);
      flash.arm(n < 2 ? 1 : 0);
      expect(desk.outcome(desk.store.insert(n % 2, n % 2, bytes(1)))).to.equal('StorageError');
      flash.corrupt(() => false);
      const { lifetime, lifetimes } = new UserDesk(flash, isolation).gauges();
      expect(lifetime).to.equal(n < 2 ? 38 + n : 39);
      expect(sum(lifetimes)).to.equal(lifetime);
    }
    // What comes next is the compaction itself, not a third word.
    const cut = flash.clone();
    const third = new UserDesk(cut, isolation);
    cut.arm(0);
    expect(third.outcome(third.store.insert(0, 0, bytes(1)))).to.equal('StorageError');
    cut.corrupt(() => true);
    expect(new UserDesk(cut, isolation).gauges().lifetime).to.be.greaterThan(40);
    const last = new UserDesk(flash, isolation);
    expect(last.outcome(last.store.insert(0, 0, bytes(1)))).to.equal('Ok');
    expect(flash.violation).to.equal(undefined);
  });
});
