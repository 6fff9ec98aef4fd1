// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Users with shares of one store: access, capacity, lifetime to the word, and every cut.
 *
 * NON-TOCK: rules of OpenSK's store specification, Extensions/Isolation.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { COUNTER_KEY, IsolatedStore } from '#libraries/persistent-store/extensions/isolation';
import type { Isolation } from '#libraries/persistent-store/extensions/isolation';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import type { Result } from '#kernel/result';
import { geometry } from '../support.ts';

import { SHARED, USERS, UserDesk, access, bytes, equalShares, sharesOf, sum } from './user-desk.ts';
const RULE = 'store specification, Extensions/Isolation:';
function randoms(seed: number): (below: number) => number {
  let x = seed;
  return (below) => {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    return (x >>> 12) % below;
  };
}

/** A random operation of a user, as lawful as not. */
function randomOperation(
  { store }: UserDesk,
  user: number,
  random: (below: number) => number,
): Steps<Result<unknown, string>> {
  const key = random(8) === 0 ? SHARED : 3 * random(4) + (random(10) === 0 ? random(3) : user);
  switch (random(8)) {
    case 0:
      return store.remove(user, key);
    case 1:
      return store.transaction(user, [
        { op: 'insert', key, value: bytes(random(9)) },
        { op: 'remove', key: 3 * (5 + random(3)) + user },
      ]);
    case 2:
      return store.clear(user, 90);
    case 3:
      return store.prepare(user, random(12));
    case 4:
      return store.createCounter(user, 3 * random(2) + ((user + 2) % 3), 5, 'wraps');
    case 5:
      return store.incrementCounter(user, 3 * random(2) + ((user + 2) % 3));
    default:
      return store.insert(user, key, bytes(random(13)));
  }
}

describe('libraries/persistent-store/extensions/isolation', () => {
  it(`${RULE} access says who reads and who writes which key, and a writer also reads`, () => {
    const { store, ...desk } = new UserDesk(geometry(128, 5), sharesOf(geometry(128, 5)));
    const run = (steps: Steps<Result<unknown, string>>): string => {
      const result = runAtOnce(steps, desk.flash);
      return result.ok ? 'Ok' : result.error;
    };
    expect(run(store.insert(1, 4, bytes(3)))).to.equal('Ok');
    expect(run(store.insert(1, 1000, bytes(3)))).to.equal('Ok');
    expect(run(store.find(1, 4))).to.equal('Ok');
    expect(run(store.find(0, 4))).to.equal('NoAccess');
    expect(run(store.find(0, 1000))).to.equal('Ok');
    expect(run(store.insert(0, 1000, bytes(1)))).to.equal('NoAccess');
    expect(run(store.remove(0, 1000))).to.equal('NoAccess');
    expect(run(store.insert(0, 4, bytes(1)))).to.equal('NoAccess');
    expect(
      run(
        store.transaction(0, [
          { op: 'insert', key: 3, value: bytes(1) },
          { op: 'remove', key: 4 },
        ]),
      ),
    ).to.equal('NoAccess');
    expect(store.keys(0)).to.deep.equal({ ok: true, value: [1000] });
    expect(store.keys(1)).to.deep.equal({ ok: true, value: [4, 1000] });
    expect(run(store.clear(0, 0))).to.equal('NoAccess');
    expect(run(store.clear(1, 0))).to.equal('Ok');
    expect(store.keys(1)).to.deep.equal({ ok: true, value: [] });
    // Counter 0 is key 4096, which is user 1's.
    expect(COUNTER_KEY % 3).to.equal(1);
    expect(run(store.createCounter(1, 0, 8, 'wraps'))).to.equal('Ok');
    expect(run(store.createCounter(0, 0, 8, 'wraps'))).to.equal('NoAccess');
    expect(run(store.incrementCounter(0, 0))).to.equal('NoAccess');
    expect(run(store.incrementCounter(1, 0))).to.equal('Ok');
    expect(store.readCounter(0, 0)).to.deep.equal({ ok: true, value: 9 });
  });

  it('refuses who is no user, and what is no key or value, touching nothing', () => {
    const { store, flash } = new UserDesk(geometry(64, 5), sharesOf(geometry(64, 5)));
    const before = { ...flash.counts };
    for (const user of [-1, 3, 0.5, Number.NaN]) {
      for (const steps of [
        store.insert(user, 0, bytes(1)),
        store.remove(user, 0),
        store.clear(user, 0),
        store.prepare(user, 1),
        store.lifetime(user),
        store.find(user, 0),
        store.incrementCounter(user, 0),
        store.createCounter(user, 0, 0, 'wraps'),
      ]) {
        expect(runAtOnce<Result<unknown, string>>(steps)).to.deep.equal({
          ok: false,
          error: 'InvalidArgument',
        });
      }
      expect(
        store.keys(user).ok || store.capacity(user).ok || store.readCounter(user, 0).ok,
      ).to.equal(false);
    }
    for (const steps of [
      store.insert(0, 4098, bytes(1)),
      store.insert(0, 0, bytes(53)),
      store.clear(0, 4098),
      store.createCounter(0, 256, 0, 'wraps'),
      store.createCounter(0, 2, -1, 'wraps'),
      store.incrementCounter(0, -1),
    ]) {
      expect(runAtOnce<Result<unknown, string>>(steps)).to.deep.equal({
        ok: false,
        error: 'InvalidArgument',
      });
    }
    expect(flash.counts).to.deep.equal(before);
  });

  it(`${RULE} the shares of all users may not exceed the store`, () => {
    const shape = geometry(64, 5, 9);
    const { limits } = new IsolatedStore(new BufferStorage(shape), equalShares(0, 0));
    // 34 words of capacity less 2 reserved; 9 cycles of 5 pages of 14 words, and a window of 39 - 2.
    expect(limits).to.deep.equal({ capacity: 32, lifetime: 667 });
    const boot = (isolation: Isolation): string => {
      const result = runAtOnce(new IsolatedStore(new BufferStorage(shape), isolation).boot());
      return result.ok ? 'Ok' : result.error;
    };
    const shares = (capacity: number[], lifetime: number[]): Isolation => ({
      maxUser: capacity.length - 1,
      capacity: (user) => capacity[user] ?? 0,
      lifetime: (user) => lifetime[user] ?? 0,
      access,
    });
    expect(boot(shares([30, 2], [600, 67]))).to.equal('Ok');
    expect(boot(shares([31, 2], [600, 67]))).to.equal('InvalidArgument');
    expect(boot(shares([30, 2], [600, 68]))).to.equal('InvalidArgument');
    expect(boot(shares([-1, 2], [600, 67]))).to.equal('InvalidArgument');
    expect(boot(shares([30, 2], [600, 0.5]))).to.equal('InvalidArgument');
    expect(boot({ ...equalShares(0, 0), maxUser: 255 })).to.equal('Ok');
    expect(boot({ ...equalShares(0, 0), maxUser: 256 })).to.equal('InvalidArgument');
    expect(boot({ ...equalShares(0, 0), maxUser: -1 })).to.equal('InvalidArgument');
  });

  it(`${RULE} a marker of 1 word comes before what another user writes, a tracker of 2 before what one writes first`, () => {
    const desk = new UserDesk(geometry(256, 5), sharesOf(geometry(256, 5)));
    const cost = (user: number): number => {
      const before = desk.gauges().lifetime;
      expect(desk.outcome(desk.store.insert(user, user, bytes(4)))).to.equal('Ok');
      return desk.gauges().lifetime - before;
    };
    expect([cost(0), cost(0), cost(1), cost(1), cost(0), cost(2), cost(1)]).to.deep.equal([
      4, 2, 4, 2, 3, 4, 3,
    ]);
    expect(desk.gauges()).to.deep.equal({
      lifetimes: [9, 9, 4],
      capacities: [4, 4, 4],
      lifetime: 22,
      capacity: 12,
    });
    const before = { ...desk.flash.counts };
    expect(desk.outcome(desk.store.remove(2, 2))).to.equal('Ok');
    expect(desk.flash.counts.writeCalls - before.writeCalls).to.equal(2);
  });

  for (const [pageSize, pages] of [
    [64, 5],
    [128, 4],
    [32, 12],
  ] as const) {
    for (const deferred of [false, true]) {
      it(`${RULE} every word is accounted to who caused it, and all users together are the store, ${pageSize} x ${pages}${deferred ? ', deferred' : ''}`, () => {
        const shape = geometry(pageSize, pages);
        const desk = new UserDesk(shape, sharesOf(shape), deferred);
        const random = randoms(pageSize + pages);
        let done = 0;
        for (let n = 0; n < 1500; n++) {
          const user = random(8) < 5 ? 0 : random(3);
          const before = desk.gauges();
          if (desk.outcome(randomOperation(desk, user, random)) === 'Ok') done += 1;
          const after = desk.gauges();
          const delta = after.lifetime - before.lifetime;
          const expected = before.lifetimes.map((used, each) => used + (each === user ? delta : 0));
          expect(after.lifetimes, `operation ${n}`).to.deep.equal(expected);
          expect(sum(after.lifetimes)).to.equal(after.lifetime);
          expect(sum(after.capacities)).to.equal(after.capacity);
          if (random(10) === 0) {
            desk.reboot();
            expect(desk.gauges()).to.deep.equal(after);
          }
        }
        expect(done).to.be.greaterThan(500);
        expect(desk.flash.counts.erases).to.be.greaterThan(20);
        expect(desk.flash.violation).to.equal(undefined);
      });
    }
  }

  it(`${RULE} a user with no capacity left gets NoCapacity, and each other can still use all of its own`, () => {
    const shape = geometry(64, 5);
    const desk = new UserDesk(shape, sharesOf(shape));
    const fill = (user: number): number => {
      let used = 0;
      for (let key = user; ; key += 3, used += 2) {
        const result = desk.outcome(desk.store.insert(user, key, bytes(4)));
        if (result === 'Ok') continue;
        expect(result).to.equal('NoCapacity');
        return used;
      }
    };
    // 10 words each: a tracker and 4 entries.
    expect(USERS.map(fill)).to.deep.equal([8, 8, 8]);
    expect(desk.gauges().capacities).to.deep.equal([10, 10, 10]);
    for (const user of USERS) expect(desk.outcome(desk.store.clear(user, 1000))).to.equal('Ok');
    expect(desk.outcome(desk.store.prepare(0, 1))).to.equal('NoCapacity');
    expect(desk.outcome(desk.store.prepare(0, 0))).to.equal('Ok');
  });

  it(`${RULE} a key that several users may write counts to the first of them, whoever writes it`, () => {
    const shape = geometry(64, 5);
    const desk = new UserDesk(shape, sharesOf(shape));
    expect(desk.outcome(desk.store.insert(2, SHARED, bytes(8)))).to.equal('Ok');
    expect(desk.gauges().capacities).to.deep.equal([3, 0, 2]);
    expect(desk.outcome(desk.store.insert(2, SHARED, bytes(28)))).to.equal('NoCapacity');
  });

  it(`${RULE} a user with no lifetime left gets NoLifetime and never uses more, and each other can use all of its own`, () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const shape = geometry(64, 5, 6);
      const isolation = sharesOf(shape);
      const desk = new UserDesk(shape, isolation);
      const random = randoms(seed);
      const total = isolation.lifetime(0);
      const order = seed % 2 === 0 ? USERS : [2, 0, 1];
      for (const user of order) {
        let result = 'Ok';
        while (result === 'Ok') {
          result = desk.outcome(desk.store.insert(user, user, bytes(4 * random(3) + 1)));
          if (random(20) === 0) desk.reboot();
        }
        expect(result).to.equal('NoLifetime');
        const { lifetimes } = desk.gauges();
        // What is left was not enough for the operation, or a compaction for it.
        expect(total - (lifetimes[user] ?? 0)).to.be.within(0, 40);
      }
      for (const user of USERS) {
        expect(desk.outcome(desk.store.remove(user, user))).to.equal('Ok');
        expect(desk.outcome(desk.store.find(user, user))).to.equal('Ok');
      }
      expect(desk.flash.violation).to.equal(undefined);
    }
  });

  it('counts a first tracker against the capacity before it is written', () => {
    for (const [capacity, expected] of [
      [3, 'NoCapacity'],
      [4, 'Ok'],
    ] as const) {
      const desk = new UserDesk(geometry(64, 5), equalShares(capacity, 100));
      const before = { ...desk.flash.counts };
      expect(desk.outcome(desk.store.insert(1, 1, bytes(4)))).to.equal(expected);
      if (expected !== 'Ok') expect(desk.flash.counts).to.deep.equal(before);
    }
  });

  it('counts the words that a compaction skips before it begins', () => {
    const one = (lifetime: number): UserDesk =>
      new UserDesk(geometry(64, 5), {
        maxUser: 0,
        capacity: () => 32,
        lifetime: () => lifetime,
        access: () => true,
      });
    // A tracker and 3 entries of 2 words, the last one live: position 8 of the first page, whose copies begin at 14.
    for (const [lifetime, expected] of [
      [18, 'NoLifetime'],
      [19, 'Ok'],
    ] as const) {
      const desk = one(lifetime);
      for (let n = 0; n < 3; n++) {
        expect(desk.outcome(desk.store.insert(0, 0, bytes(1)))).to.equal('Ok');
      }
      const room = desk.outcome(desk.store.prepare(0, 28));
      expect(room).to.equal('Ok');
      expect(desk.gauges().lifetimes[0]).to.equal(8);
      expect(desk.outcome(desk.store.insert(0, 1, bytes(8)))).to.equal('Ok');
      expect(desk.outcome(desk.store.remove(0, 1))).to.equal('Ok');
      expect(desk.outcome(desk.store.prepare(0, 28))).to.equal(expected);
      expect(desk.gauges().lifetimes[0]).to.equal(expected === 'Ok' ? 19 : 11);
    }
  });
});
