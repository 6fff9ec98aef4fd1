// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store of three users on a flash in memory.
 *
 * NON-TOCK: test support.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { IsolatedStore } from '#libraries/persistent-store/extensions/isolation';
import type { Isolation } from '#libraries/persistent-store/extensions/isolation';
import { UserStore } from '#libraries/persistent-store/extensions/user-store';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage } from '#libraries/store/storage';
import type { Geometry, Steps } from '#libraries/store/storage';
import type { Result } from '#kernel/result';

/** The users. */
export const USERS = [0, 1, 2];
/** All users may write it. */
export const SHARED = 99;

/** Key mod 3 is its user, SHARED is everybody's; all may read keys from 1000 on. */
export const access: Isolation['access'] = (user, permission, key) =>
  key % 3 === user || key === SHARED || (permission === 'ReadOnly' && key >= 1000);

/** Three users with the same share each. */
export function equalShares(capacity: number, lifetime: number): Isolation {
  return { maxUser: 2, capacity: () => capacity, lifetime: () => lifetime, access };
}

/** Three users who share a whole store evenly. */
export function sharesOf(shape: Geometry): Isolation {
  const { limits } = new IsolatedStore(new BufferStorage(shape), equalShares(0, 0));
  return equalShares(Math.floor(limits.capacity / 3), Math.floor(limits.lifetime / 3));
}

/** What each user has used, and the store. */
export interface Gauges {
  readonly lifetimes: number[];
  readonly capacities: number[];
  /** Of the whole store. */
  readonly lifetime: number;
  readonly capacity: number;
}

/** A flash and the open store of three users on it. */
export class UserDesk {
  readonly flash: BufferStorage;
  store: IsolatedStore;

  constructor(
    shape: Geometry | BufferStorage,
    readonly isolation: Isolation,
    readonly deferred = false,
  ) {
    this.flash = shape instanceof BufferStorage ? shape : new BufferStorage(shape);
    this.store = this.opened();
  }

  private opened(): IsolatedStore {
    const storage = this.deferred ? new DeferredStorage(this.flash) : this.flash;
    const store = new IsolatedStore(storage, this.isolation);
    expect(runAtOnce(store.boot(), this.flash)).to.deep.equal({ ok: true, value: undefined });
    return store;
  }

  reboot(): void {
    this.store = this.opened();
  }

  outcome(steps: Steps<Result<unknown, string>>): string {
    const result = runAtOnce(steps, this.flash);
    return result.ok ? 'Ok' : result.error;
  }

  must<T>(result: Result<T, string>): T {
    return result.ok ? result.value : expect.fail(result.error);
  }

  gauges(): Gauges {
    const whole = new UserStore(this.flash);
    this.must(runAtOnce(whole.boot()));
    const users = USERS.filter((user) => user <= this.isolation.maxUser);
    return {
      lifetimes: users.map(
        (user) => this.must(runAtOnce(this.store.lifetime(user), this.flash)).used,
      ),
      capacities: users.map((user) => this.must(this.store.capacity(user)).used),
      lifetime: this.must(runAtOnce(whole.lifetime())).used,
      capacity: this.must(whole.capacity()).used,
    };
  }
}

/** All numbers together. */
export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
/** A value of one byte, repeated. */
export const bytes = (length: number, fill = 7): Uint8Array => new Uint8Array(length).fill(fill);
