// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store that knows for whom it writes: markers before what is written, and what each user has used.
 *
 * NON-TOCK: the trackers and markers of OpenSK's store specification, Extensions/Isolation.
 */
import { compact } from '../compaction.ts';
import { bytesToWords } from '../format.ts';
import type { Format } from '../format.ts';
import { UNKNOWN } from '../kinds.ts';
import type { Status, StoreError } from '../kinds.ts';
import type { Steps, Storage } from '../../store/storage.ts';
import { CounterStore } from './counters.ts';
import { ExtensionLog, PAIR_WORDS } from './extension-log.ts';
import { COUNTER_KEY } from './shares.ts';
import { Single, buildSingle } from './words.ts';

/** Room kept between head and tail, so that a compaction can be announced: a first tracker, or markers. */
const RESERVED_WORDS = PAIR_WORDS;

/** A store with trackers and markers, for IsolatedStore. */
export class UserStore extends CounterStore {
  constructor(storage: Storage) {
    super(storage, new ExtensionLog(RESERVED_WORDS));
  }

  /** The sizes of this store. */
  get format(): Format {
    return this.log.format;
  }

  /** Whether boot has succeeded and no operation has failed since in a way that boot must mend. */
  get isOpen(): boolean {
    return this.log.entriesKnown;
  }

  /** Whether a user has a tracker, which is two words of its capacity. */
  hasTracker(user: number): boolean {
    return this.extension.users.trackers.has(user);
  }

  /** Words of live entries and trackers whose owner a user is. */
  usedBy(user: number, owner: (key: number) => number): number {
    const { entries } = this.log;
    let used = this.hasTracker(user) ? PAIR_WORDS : 0;
    for (let slot = 0; slot < entries.size; slot++) {
      if (owner(entries.keys[slot] ?? 0) === user)
        used += 1 + bytesToWords(entries.lengths[slot] ?? 0);
    }
    for (const id of this.extension.counters.counters.keys()) {
      if (owner(COUNTER_KEY + id) === user) used += PAIR_WORDS;
    }
    return used;
  }

  /** Words of the log that belong to a user; UNKNOWN when the flash failed, with `failure` set. */
  *lifetimeOf(user: number): Steps<number> {
    const { log } = this;
    const tail = log.tail() ?? (yield* log.findTail());
    return tail === UNKNOWN ? UNKNOWN : this.extension.users.used(user, tail);
  }

  /** Why `lifetimeOf` said UNKNOWN. */
  get failure(): StoreError {
    return this.log.failure;
  }

  /** Whether the next increment of a counter writes a word. */
  startsWord(id: number): boolean {
    return this.needsWord(id);
  }

  /** Whether a number of words cannot be written without a compaction. */
  *isShort(words: number): Steps<boolean> {
    const { log } = this;
    const tail = log.tail() ?? (yield* log.findTail());
    return tail === UNKNOWN || log.room(tail) < words;
  }

  /**
   * Makes the words written next belong to a user, and compacts on its account until `words` can be written.
   * `lifetime`: what it may use in all; NoLifetime when this would not be enough for a compaction, or at the end.
   */
  *enter(user: number, words: number, lifetime: number): Steps<Status> {
    for (;;) {
      const { log } = this;
      const tail = log.tail() ?? (yield* log.findTail());
      if (tail === UNKNOWN) return log.failure;
      const mark = this.markWords(user);
      const left = lifetime - this.extension.users.used(user, tail) - mark - words;
      if (log.room(tail) >= mark + words) {
        return left < 0 ? 'NoLifetime' : yield* this.mark(user, tail);
      }
      const status = yield* this.compactFor(user, tail, left);
      if (status !== 'Done') return status;
    }
  }

  /** Compacts one page on the account of a user who has `lifetime` words to spare for it. */
  *compactOnce(user: number, lifetime: number): Steps<Status> {
    const { log } = this;
    const tail = log.tail() ?? (yield* log.findTail());
    if (tail === UNKNOWN) return log.failure;
    const left = lifetime - this.extension.users.used(user, tail) - this.markWords(user);
    return yield* this.compactFor(user, tail, left);
  }

  private *compactFor(user: number, tail: number, left: number): Steps<Status> {
    const { format, head } = this.log;
    if (format.cycle(head) >= format.maxPageErases) return 'NoLifetime';
    const mark = this.markWords(user);
    // One that was announced and then cut may have used the room: then it is done on the account it was announced for.
    const fits = tail + mark <= head + format.virtualCapacity + RESERVED_WORDS;
    if (fits) {
      if (left < this.compactionWords(tail + mark)) return 'NoLifetime';
      const marked = yield* this.mark(user, tail);
      if (marked !== 'Done') return marked;
    }
    return yield* compact(this.log);
  }

  /** Words by which a compaction would move the tail. */
  private compactionWords(tail: number): number {
    const { entries, format, head } = this.log;
    const { counters, users } = this.extension;
    const end = format.nextPage(head);
    let words = 1;
    for (let slot = 0; slot < entries.size; slot++) {
      if ((entries.positions[slot] ?? 0) < end)
        words += 1 + bytesToWords(entries.lengths[slot] ?? 0);
    }
    for (const { position } of counters.counters.values()) if (position < end) words += PAIR_WORDS;
    for (const { position } of users.trackers.values()) if (position < end) words += PAIR_WORDS;
    return words + Math.max(tail, end) - tail;
  }

  /** Words that say that the next ones belong to a user. */
  private markWords(user: number): number {
    const { users } = this.extension;
    if (!users.trackers.has(user)) return PAIR_WORDS;
    return users.current === user ? 0 : 1;
  }

  private *mark(user: number, tail: number): Steps<Status> {
    const { extension, log } = this;
    const { users } = extension;
    switch (this.markWords(user)) {
      case 0:
        return 'Done';
      case 1: {
        const word = buildSingle(Single.MARKER, user);
        const status = yield* extension.writeOne(log, tail, word);
        if (status === 'Done') users.mark(tail, user);
        return status;
      }
      default: {
        const header = buildSingle(Single.TRACKER, user, true);
        const status = yield* extension.writePair(log, tail, header, 0);
        if (status === 'Done') users.note(tail, user, 0, true);
        return status;
      }
    }
  }
}
