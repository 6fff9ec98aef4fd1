// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store of several users, each with keys, a capacity and a lifetime of its own.
 *
 * NON-TOCK: OpenSK's store specification, Extensions/Isolation; no public code has it.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import { bytesToWords } from '../format.ts';
import { UNKNOWN } from '../kinds.ts';
import type { Status } from '../kinds.ts';
import type { Steps, Storage } from '../../store/storage.ts';
import type { Ratio, StoreError, Update } from '../store.ts';
import { areValid, isKey } from '../transaction.ts';
import type { CounterError, Overflow } from './counters.ts';
import { MAX_COUNT, MAX_COUNTER } from './counters.ts';
import { PAIR_WORDS } from './extension-log.ts';
import { Bill, COUNTER_KEY, Owners, isUser, sharesFit, usableLifetime } from './shares.ts';
import type { Isolation, Permission } from './shares.ts';
import { UserStore } from './user-store.ts';

export { COUNTER_KEY } from './shares.ts';
export type { Isolation, Permission } from './shares.ts';

/**
 * Why an operation of a user failed. NoAccess: the user lacks the permission for a key. NoCapacity, NoLifetime: that
 * user has no more; others may have. NoCounter: there is none of that number. Otherwise what the store said.
 */
export type IsolationError = CounterError | 'NoAccess';

type Outcome<T = void> = Result<T, IsolationError>;

/** A store whose log may hold trackers and markers. It must always be opened as one, with the same functions. */
export class IsolatedStore {
  private readonly store: UserStore;
  private readonly owners: Owners;

  constructor(
    storage: Storage,
    private readonly isolation: Isolation,
  ) {
    this.store = new UserStore(storage);
    this.owners = new Owners(isolation);
  }

  /** What the shares of all users may be together, words. */
  get limits(): { readonly capacity: number; readonly lifetime: number } {
    const { format } = this.store;
    return { capacity: format.totalCapacity, lifetime: usableLifetime(format) };
  }

  /** As Store.boot. InvalidArgument also when the shares of the users are not lawful or together above the limits. */
  *boot(): Steps<Result<void, StoreError>> {
    if (!sharesFit(this.isolation, this.store.format)) return Err('InvalidArgument');
    return yield* this.store.boot();
  }

  /** A fresh copy of the value of a key, or undefined when it is not there. */
  *find(user: number, key: number): Steps<Outcome<Uint8Array | undefined>> {
    const allowed = this.check(user, 'ReadOnly', [key]);
    return allowed === 'Done' ? yield* this.store.find(key) : Err(allowed);
  }

  /** The keys that are there and that a user may read. */
  keys(user: number): Outcome<number[]> {
    const allowed = this.check(user, 'ReadOnly', []);
    if (allowed !== 'Done') return Err(allowed);
    const handles = this.store.handles();
    if (!handles.ok) return handles;
    const keys = handles.value.map(({ key }) => key);
    return Ok(keys.filter((key) => this.may(user, 'ReadOnly', key)));
  }

  /** As Store.insert. */
  insert(user: number, key: number, value: Uint8Array): Steps<Outcome> {
    return this.transaction(user, [{ op: 'insert', key, value }]);
  }

  /** As Store.remove: needs neither capacity nor lifetime. */
  remove(user: number, key: number): Steps<Outcome> {
    return this.transaction(user, [{ op: 'remove', key }]);
  }

  /** As Store.transaction; the user must have ReadWrite on all its keys. */
  *transaction(user: number, updates: readonly Update[]): Steps<Outcome> {
    const { store } = this;
    if (!areValid(updates, store.maxValueLength)) return Err('InvalidArgument');
    const keys = updates.map(({ key }) => key);
    const allowed = this.check(user, 'ReadWrite', keys);
    if (allowed !== 'Done') return Err(allowed);
    const bill = this.billOf(user, updates);
    if (bill.total > 0) {
      const entered = yield* this.enter(user, bill);
      if (entered !== 'Done') return Err(entered);
    }
    return yield* store.transaction(updates);
  }

  /** As Store.clear. NoAccess, and nothing is removed, when there is a key from `minKey` on that the user may not write. */
  *clear(user: number, minKey: number): Steps<Outcome> {
    const { store } = this;
    if (!isKey(minKey)) return Err('InvalidArgument');
    const handles = store.handles();
    if (!handles.ok) return handles;
    const keys = handles.value.map(({ key }) => key).filter((key) => key >= minKey);
    const allowed = this.check(user, 'ReadWrite', keys);
    if (allowed !== 'Done') return Err(allowed);
    // Its word is outside what users can reserve, but a first tracker is not.
    const entered = yield* this.enter(user, new Bill(), 1);
    return entered === 'Done' ? yield* store.clear(minKey) : Err(entered);
  }

  /** As Store.prepare, on the user's account. NoCapacity: the user could never insert so many words. */
  *prepare(user: number, words: number): Steps<Outcome> {
    const capacity = this.capacity(user);
    if (!capacity.ok) return capacity;
    const { used, total } = capacity.value;
    if (total - used < words + this.trackerWords(user)) return Err('NoCapacity');
    if (!(yield* this.store.isShort(words))) return Ok();
    return toResult(yield* this.store.compactOnce(user, this.isolation.lifetime(user)));
  }

  /** As CounterStore.readCounter; counters are keys from 4096 on. */
  readCounter(user: number, id: number): Outcome<number> {
    const allowed = this.check(user, 'ReadOnly', [COUNTER_KEY + id]);
    return allowed === 'Done' ? this.store.readCounter(id) : Err(allowed);
  }

  /** As CounterStore.createCounter. */
  *createCounter(user: number, id: number, value: number, overflow: Overflow): Steps<Outcome> {
    if (!isWithin(id, MAX_COUNTER) || !isWithin(value, MAX_COUNT)) return Err('InvalidArgument');
    const allowed = this.check(user, 'ReadWrite', [COUNTER_KEY + id]);
    if (allowed !== 'Done') return Err(allowed);
    const bill = new Bill();
    bill.add(this.owners.owner(COUNTER_KEY + id), PAIR_WORDS);
    const entered = yield* this.enter(user, bill);
    return entered === 'Done' ? yield* this.store.createCounter(id, value, overflow) : Err(entered);
  }

  /** As CounterStore.incrementCounter. An increment that fills a half costs its user nothing, whoever began the word. */
  *incrementCounter(user: number, id: number): Steps<Outcome> {
    if (!isWithin(id, MAX_COUNTER)) return Err('InvalidArgument');
    const allowed = this.check(user, 'ReadWrite', [COUNTER_KEY + id]);
    if (allowed !== 'Done') return Err(allowed);
    if (this.store.startsWord(id)) {
      const bill = new Bill();
      bill.add(user, 1);
      const entered = yield* this.enter(user, bill);
      if (entered !== 'Done') return Err(entered);
    }
    return yield* this.store.incrementCounter(id);
  }

  /** Words of live entries whose keys are the user's, of those it may have. The tracker of a user is among them. */
  capacity(user: number): Outcome<Ratio> {
    const allowed = this.check(user, 'ReadOnly', []);
    return allowed === 'Done' ? Ok(this.capacityOf(user)) : Err(allowed);
  }

  /** Words of the log that belong to a user, of those it may use. */
  *lifetime(user: number): Steps<Outcome<Ratio>> {
    const allowed = this.check(user, 'ReadOnly', []);
    if (allowed !== 'Done') return Err(allowed);
    const used = yield* this.store.lifetimeOf(user);
    if (used === UNKNOWN) return Err(this.store.failure);
    return Ok({ used, total: this.isolation.lifetime(user) });
  }

  private capacityOf(user: number): Ratio {
    const used = this.store.usedBy(user, (key) => this.owners.owner(key));
    return { used, total: this.isolation.capacity(user) };
  }

  private may(user: number, permission: Permission, key: number): boolean {
    const { access } = this.isolation;
    return (
      access(user, permission, key) || (permission === 'ReadOnly' && access(user, 'ReadWrite', key))
    );
  }

  private check(
    user: number,
    permission: Permission,
    keys: readonly number[],
  ): 'Done' | IsolationError {
    if (!isUser(this.isolation, user)) return 'InvalidArgument';
    if (!this.store.isOpen) return 'InvalidStorage';
    return keys.every((key) => this.may(user, permission, key)) ? 'Done' : 'NoAccess';
  }

  /** Entries count to the owners of their keys; what is needed only for a while, to the user. */
  private billOf(user: number, updates: readonly Update[]): Bill {
    const bill = new Bill();
    const isBundle = updates.length > 1;
    if (isBundle) bill.add(user, 1);
    for (const update of updates) {
      if (update.op === 'insert') {
        bill.add(this.owners.owner(update.key), 1 + bytesToWords(update.value.length));
      } else if (isBundle) {
        bill.add(user, 1);
      }
    }
    return bill;
  }

  private trackerWords(user: number): number {
    return this.store.hasTracker(user) ? 0 : PAIR_WORDS;
  }

  private *enter(user: number, bill: Bill, words = bill.total): Steps<Status> {
    const tracker = this.trackerWords(user);
    if (tracker > 0) bill.add(user, tracker);
    if (!bill.isCovered((each) => this.capacityOf(each))) return 'NoCapacity';
    return yield* this.store.enter(user, words, this.isolation.lifetime(user));
  }
}

function isWithin(n: number, most: number): boolean {
  return Number.isInteger(n) && n >= 0 && n <= most;
}

function toResult(status: Status): Outcome {
  return status === 'Done' ? Ok() : Err(status);
}
