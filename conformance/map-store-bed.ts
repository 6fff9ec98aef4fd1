// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the suites for stores that are maps share: a model, and random changes that are compared with it.
 *
 * NON-TOCK: see store.ts.
 */
import { expect } from 'chai';
import type { Random } from '#kernel/random';
import type { BufferStorage } from '#libraries/store/buffer-storage';
import type { MapDefinition, MapShape, MapStore, MapUpdate } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Storage } from '#libraries/store/storage';
import { randomBytes, said } from './store-bed.ts';

/** What a map holds. */
export type Content = Map<number, Uint8Array>;

/** One change of a random workload: several updates at once, one, or none, which is a piece of idle work. */
export type Change = readonly MapUpdate[];

/** A store that has booted on a flash. */
export function booted(
  definition: MapDefinition,
  storage: Storage,
  flash?: BufferStorage,
): MapStore {
  const store = definition.open(storage);
  expect(said(runAtOnce(store.boot(), flash)), 'boot').to.equal('Ok');
  return store;
}

/** Everything that a store shows, by its own means. */
export function contentOf(store: MapStore, flash?: BufferStorage): Content {
  const keys = runAtOnce(store.keys(), flash);
  if (!keys.ok) throw new Error(`keys: ${keys.error}`);
  expect(new Set(keys.value).size, 'each key once').to.equal(keys.value.length);
  const content: Content = new Map();
  for (const key of keys.value) {
    const value = runAtOnce(store.get(key), flash);
    if (!value.ok || value.value === undefined) throw new Error(`key ${key} is listed, not there`);
    content.set(key, value.value);
  }
  return content;
}

/** Content as text that is the same if and only if the content is. */
export function textOf(content: Content): string {
  const entries = [...content].sort(([one], [other]) => one - other);
  return entries.map(([key, value]) => `${key}=${value.join(',')}`).join(' ');
}

/** Fails unless a store shows exactly this. */
export function expectContent(store: MapStore, model: Content, flash?: BufferStorage): void {
  expect(textOf(contentOf(store, flash))).to.equal(textOf(model));
}

/** Changes and the model that they are compared with. */
export class Workload {
  readonly model: Content = new Map();

  constructor(
    private readonly random: Random,
    private readonly shape: MapShape,
    private readonly store: MapStore,
  ) {}

  /** A change that leaves the store about half full. */
  next(): Change {
    const { random, store } = this;
    const dice = random.below(10);
    if (dice === 0 && store.collect !== undefined) return [];
    if (dice > 1 || store.putAll === undefined) return [this.update()];
    const updates = [this.update(), this.update()];
    return updates[0]?.key === updates[1]?.key ? [this.update()] : updates;
  }

  private update(): MapUpdate {
    const { random, shape, model } = this;
    const isFull = this.used() * 2 > shape.capacity;
    const keys = [...model.keys()];
    const old = keys[random.below(keys.length)];
    if (old !== undefined && (isFull || random.below(4) === 0)) return { key: old };
    const key = old !== undefined && random.below(2) === 0 ? old : random.below(this.keys());
    const longest = Math.min(shape.maxValueLength, 40);
    return { key, value: randomBytes(random, random.below(longest + 1)) };
  }

  private keys(): number {
    return Math.min(this.shape.maxKey + 1, 40);
  }

  private used(): number {
    let used = 0;
    for (const { length } of this.model.values()) used += this.shape.unitsOf(length);
    return used;
  }

  /** What a store that keeps count has to answer; undefined when it may refuse for want of room. */
  expected(change: Change): 'Ok' | undefined {
    const { shape } = this;
    const [update] = change;
    if (!shape.exact || change.length > 1) return undefined;
    if (update?.value === undefined) return 'Ok';
    const old = this.model.get(update.key);
    const freed = old === undefined ? 0 : shape.unitsOf(old.length);
    const used = this.used() - freed + shape.unitsOf(update.value.length);
    return used > shape.capacity ? undefined : 'Ok';
  }
}

/** What a map holds after a change; the one before stays as it is. */
export function applied(model: Content, change: Change): Content {
  const next = new Map(model);
  for (const { key, value } of change) {
    if (value === undefined) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

/** Performs a change, and says how it ended. */
export function perform(store: MapStore, change: Change, flash?: BufferStorage): string {
  const [update] = change;
  if (update === undefined) return said(runAtOnce(some(store.collect?.()), flash));
  if (change.length > 1) return said(runAtOnce(some(store.putAll?.(change)), flash));
  const { key, value } = update;
  return said(runAtOnce(value === undefined ? store.delete(key) : store.put(key, value), flash));
}

function some<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the store lost an operation');
  return value;
}

/** Performs an update on a map. */
export function note(model: Content, { key, value }: MapUpdate): void {
  if (value === undefined) model.delete(key);
  else model.set(key, value);
}
