// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the store is to do, as a map: every operation, its checks and its effect, without flash, wear or power.
 *
 * NON-TOCK: the specification of OpenSK's `persistent_store`; driver.ts holds the store against it.
 *
 * It shares no code with the store, so that a mistake in one is not a mistake in both. Lifetime is no part of it.
 */
import type { Geometry } from '../store/storage.ts';
import type { Update } from './transaction.ts';

/** An operation that may change the store. `removehandle`: by the handle that the key has, if it has one. */
export type Change =
  | { readonly op: 'insert'; readonly key: number; readonly value: Uint8Array }
  | { readonly op: 'remove' | 'removehandle'; readonly key: number }
  | { readonly op: 'transaction'; readonly updates: readonly Update[] }
  | { readonly op: 'clear'; readonly minKey: number }
  | { readonly op: 'prepare'; readonly length: number };

/** How the model ends an operation: done, or refused with nothing changed. */
export type Verdict = 'Ok' | 'InvalidArgument' | 'NoCapacity';

const KEYS = 4096;
const MOST_UPDATES = 31;
const MOST_VALUE_BYTES = 1023;
/** Words at the begin of each page that hold no entries. */
const PAGE_HEADER = 2;

/** The specification of the store, and its state. */
export class StoreModel {
  /** The longest value, bytes: all of a page but its header words and the entry's own, at most 1023. */
  readonly maxValueLength: number;
  /** Words that live entries may take. */
  readonly totalCapacity: number;
  private readonly content: Map<number, Uint8Array>;

  /** An empty store of a shape, or one that holds a copy of what is given. */
  constructor(shape: Geometry, content: ReadonlyMap<number, Uint8Array> = new Map()) {
    const words = shape.pageSize / 4 - PAGE_HEADER;
    this.maxValueLength = Math.min(4 * (words - 1), MOST_VALUE_BYTES);
    const longest = Math.ceil(this.maxValueLength / 4);
    // One page is for compaction, which costs a word a page; an entry may hang over; a word a page is for `clear`.
    this.totalCapacity = (shape.numPages - 1) * (words - 1) - longest - shape.numPages;
    this.content = new Map(content);
  }

  /** A store of the same shape and content that changes by itself. */
  clone(shape: Geometry): StoreModel {
    return new StoreModel(shape, this.content);
  }

  /** The value of a key, or undefined. Not to be changed. */
  find(key: number): Uint8Array | undefined {
    return this.content.get(key);
  }

  /** All keys and values. Not to be changed. */
  entries(): ReadonlyMap<number, Uint8Array> {
    return this.content;
  }

  /** Words that live entries take: one each, and the value's bytes rounded up to words. */
  usedCapacity(): number {
    let used = 0;
    for (const value of this.content.values()) used += entryWords(value);
    return used;
  }

  /** Words that an operation takes while it lasts; what it replaces or deletes is not free before its end. */
  wordsFor(change: Change): number {
    switch (change.op) {
      case 'insert':
        return entryWords(change.value);
      case 'remove':
      case 'removehandle':
        return 0;
      case 'clear':
        return 1;
      case 'prepare':
        return change.length;
      case 'transaction':
        return transactionWords(change.updates);
    }
  }

  /** What the operation will say; changes nothing. */
  judge(change: Change): Verdict {
    if (!this.isLawful(change)) return 'InvalidArgument';
    // The word of a `clear` is set aside: it works on a full store.
    if (change.op === 'clear') return 'Ok';
    const free = this.totalCapacity - this.usedCapacity();
    return this.wordsFor(change) > free ? 'NoCapacity' : 'Ok';
  }

  /** Performs an operation, unless it is refused. */
  apply(change: Change): Verdict {
    const verdict = this.judge(change);
    if (verdict === 'Ok') this.perform(change);
    return verdict;
  }

  private isLawful(change: Change): boolean {
    switch (change.op) {
      case 'insert':
        return isKey(change.key) && change.value.length <= this.maxValueLength;
      case 'remove':
        return isKey(change.key);
      case 'clear':
        return isKey(change.minKey);
      case 'removehandle':
      case 'prepare':
        return true;
      case 'transaction':
        return this.areLawful(change.updates);
    }
  }

  private areLawful(updates: readonly Update[]): boolean {
    const keys = new Set(updates.map(({ key }) => key));
    return (
      updates.length <= MOST_UPDATES &&
      keys.size === updates.length &&
      updates.every((update) => this.isLawful(update))
    );
  }

  private perform(change: Change): void {
    switch (change.op) {
      case 'insert':
        this.content.set(change.key, change.value.slice());
        return;
      case 'remove':
      case 'removehandle':
        this.content.delete(change.key);
        return;
      case 'transaction':
        for (const update of change.updates) this.perform(update);
        return;
      case 'clear':
        for (const key of [...this.content.keys()]) {
          if (key >= change.minKey) this.content.delete(key);
        }
        return;
      case 'prepare':
        return;
    }
  }
}

function isKey(key: number): boolean {
  return Number.isInteger(key) && key >= 0 && key < KEYS;
}

function entryWords(value: Uint8Array): number {
  return 1 + Math.ceil(value.length / 4);
}

/** One update is that operation alone. More need a marker, and a removal among them needs a word. */
function transactionWords(updates: readonly Update[]): number {
  let words = updates.length > 1 ? 1 : 0;
  for (const update of updates) {
    if (update.op === 'insert') words += entryWords(update.value);
    else if (updates.length > 1) words += 1;
  }
  return words;
}
