// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store with 256 counters of 32 bits beside its keys, whose increments cost a word or half of one.
 *
 * NON-TOCK: the counters that OpenSK's store specification names under "Extensions"; no public code has them.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import { UNKNOWN } from '../kinds.ts';
import type { Status, StoreError } from '../kinds.ts';
import { Store } from '../store.ts';
import type { Steps, Storage } from '../../store/storage.ts';
import { MAX_COUNT } from './counter-table.ts';
import type { Overflow } from './counter-table.ts';
import { ExtensionLog, PAIR_WORDS } from './extension-log.ts';
import { MAX_COUNTER, Single, addIncrement, buildIncrement, buildSingle } from './words.ts';

export { MAX_COUNT } from './counter-table.ts';
export type { Overflow } from './counter-table.ts';
export { MAX_COUNTER } from './words.ts';

/** Why an operation on a counter failed. */
export type CounterError = StoreError | 'NoCounter';

/** A store whose log may hold counters. It must always be opened as one: see README.md. */
export class CounterStore extends Store {
  protected readonly extension: ExtensionLog;

  /** `extension` is for stores that build on this one. */
  constructor(storage: Storage, extension = new ExtensionLog()) {
    super(storage, { extension });
    this.extension = extension;
  }

  /** The value of a counter. NoCounter: there is none of that number. InvalidStorage: the store is not open. */
  readCounter(id: number): Result<number, CounterError> {
    if (!this.log.entriesKnown) return Err('InvalidStorage');
    const counter = this.extension.counters.counters.get(id);
    return counter === undefined ? Err('NoCounter') : Ok(counter.value);
  }

  /**
   * Sets a counter to a value and says what it does after the largest; one of that number is replaced. Two words of
   * capacity. InvalidArgument: number not 0 to 255, or value not 0 to 2^32 - 1. NoCapacity, NoLifetime: as for insert.
   */
  *createCounter(id: number, value: number, overflow: Overflow): Steps<Result<void, StoreError>> {
    const { extension, log } = this;
    if (!isWithin(id, MAX_COUNTER) || !isWithin(value, MAX_COUNT)) return Err('InvalidArgument');
    const reserved = yield* this.reserve(PAIR_WORDS);
    if (reserved !== 'Done') return Err(reserved);
    const tail = log.tail() ?? (yield* log.findTail());
    if (tail === UNKNOWN) return Err(log.failure);
    const header = buildSingle(Single.COUNTER, id, overflow === 'wraps');
    const written = yield* extension.writePair(log, tail, header, value);
    if (written !== 'Done') return Err(written);
    extension.counters.note(tail, header, value);
    return toResult(yield* extension.deleteOlder(log));
  }

  /**
   * Adds one to a counter. A word is written and holds this increment and a later one, so every second is free of
   * cost unless a compaction or the making of that counter came between; README.md says when.
   * A counter that does not exist is no error, and costs the same. InvalidArgument: number not 0 to 255.
   * NoCapacity, NoLifetime: as for insert, when a word is written.
   */
  *incrementCounter(id: number): Steps<Result<void, StoreError>> {
    if (!isWithin(id, MAX_COUNTER)) return Err('InvalidArgument');
    if (!this.log.entriesKnown) return Err('InvalidStorage');
    const { counters } = this.extension;
    const written = yield* counters.fits(id) ? this.fillHalf(id) : this.startWord(id);
    return toResult(written);
  }

  /** Whether the next increment of a counter writes a word at the tail. */
  protected needsWord(id: number): boolean {
    return !this.extension.counters.fits(id);
  }

  private *fillHalf(id: number): Steps<Status> {
    const { extension, log } = this;
    const { counters } = extension;
    const { open } = counters;
    counters.open = UNKNOWN;
    const word = addIncrement(counters.openWord, id);
    const status = log.replace(open, word) ?? (yield* log.flash.settleProgram());
    if (status === 'Done') counters.count(id);
    return log.broken(status);
  }

  private *startWord(id: number): Steps<Status> {
    const { extension, log } = this;
    const reserved = yield* this.reserve(1);
    if (reserved !== 'Done') return reserved;
    const tail = log.tail() ?? (yield* log.findTail());
    if (tail === UNKNOWN) return log.failure;
    const word = buildIncrement(id);
    const status = yield* extension.writeOne(log, tail, word);
    if (status === 'Done') extension.counters.noteIncrements(tail, word);
    return status;
  }
}

function isWithin(n: number, most: number): boolean {
  return Number.isInteger(n) && n >= 0 && n <= most;
}

function toResult(status: Status): Result<void, StoreError> {
  return status === 'Done' ? Ok() : Err(status);
}
