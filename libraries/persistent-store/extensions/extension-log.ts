// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The entries of the extensions in the log: read at boot, moved by compaction, written and replaced.
 *
 * NON-TOCK: what OpenSK's store specification asks of extensions: compaction keeps what they mean.
 *
 * A counter or tracker is two words, its value first: the header makes it valid, so its checksum need not cover
 * the value. Increments and markers are never copied: what they say goes into the counter or tracker that moves.
 */
import { ERASED, WORD_SIZE } from '../format.ts';
import { Kind, UNKNOWN } from '../kinds.ts';
import type { Status } from '../kinds.ts';
import { readSpan } from '../compaction.ts';
import type { Extension, Reading } from '../extension.ts';
import type { Log } from '../log.ts';
import type { Steps } from '../../store/storage.ts';
import { CounterTable } from './counter-table.ts';
import { UserTable } from './user-table.ts';
import * as words from './words.ts';
import { Single } from './words.ts';

/** Words of a counter or a tracker. */
export const PAIR_WORDS = 2;

/** Words of an entry that a compaction does not copy. */
const DROPPED = 0;

/** The extension of a store with counters, and of one with users. */
export class ExtensionLog implements Extension<Log> {
  readonly counters = new CounterTable();
  readonly users = new UserTable();
  private readonly valueBytes = new Uint8Array(WORD_SIZE);

  /** `reservedWords`: room between head and tail kept for markers and first trackers. */
  constructor(readonly reservedWords = 0) {}

  get usedWords(): number {
    return PAIR_WORDS * (this.counters.counters.size + this.users.trackers.size);
  }

  classify(word: number): Reading | undefined {
    return words.classify(word);
  }

  reset(): void {
    this.counters.reset();
    this.users.reset();
  }

  *walk(log: Log, position: number): Steps<Status> {
    const { word } = log;
    if (words.isIncrement(word)) {
      this.counters.noteIncrements(position, word);
      return 'Done';
    }
    const subject = words.singleSubject(word);
    if (words.singleKind(word) === Single.MARKER) {
      this.users.mark(position, subject);
      return 'Done';
    }
    const read = yield* readSpan(log, position + 1, WORD_SIZE, this.valueBytes);
    if (read !== 'Done') return read;
    const value = new DataView(this.valueBytes.buffer).getUint32(0, true);
    if (words.singleKind(word) === Single.COUNTER) this.counters.note(position, word, value);
    else this.users.note(position, subject, value, words.singleFlag(word));
    return 'Done';
  }

  *finishLast(log: Log, position: number): Steps<Status> {
    const { next, word } = log;
    const status = yield* log.initPage(position, next - 1);
    if (status !== 'Done' || words.isIncrement(word)) return status;
    if (words.singleKind(word) !== Single.COUNTER) return status;
    return yield* this.deleteOlder(log);
  }

  *beginCopy(log: Log, target: number): Steps<Status> {
    if (log.entriesKnown) return 'Done';
    this.reset();
    let position = log.head;
    while (position < target) {
      const kind = log.parse(position) ?? (yield* log.settleParse(position));
      if (kind === Kind.FAILED) return log.failure;
      // The log ends in its head page, before the target; what is beyond is a copy.
      if (kind === Kind.TAIL || kind === Kind.PARTIAL) return 'Done';
      const { next } = log;
      const status = kind === Kind.EXTENSION ? yield* this.walk(log, position) : 'Done';
      if (status !== 'Done') return status;
      position = next;
    }
    return 'Done';
  }

  *copy(log: Log, position: number, target: number): Steps<number> {
    const { word } = log;
    const { counters, users } = this;
    if (words.isIncrement(word)) {
      if (counters.open === position) counters.open = UNKNOWN;
      return DROPPED;
    }
    const subject = words.singleSubject(word);
    switch (words.singleKind(word)) {
      case Single.COUNTER: {
        const counter = counters.counters.get(subject);
        if (counter?.position !== position) return log.fail('InvalidStorage');
        counter.position = target;
        return yield* this.copyPair(log, target, word, counter.value);
      }
      case Single.TRACKER: {
        if (users.trackers.get(subject)?.position !== position) return log.fail('InvalidStorage');
        const marks = users.current === subject;
        const used = users.used(subject, target);
        users.note(target, subject, used, marks);
        const header = words.buildSingle(Single.TRACKER, subject, marks);
        return yield* this.copyPair(log, target, header, used);
      }
      default:
        return DROPPED;
    }
  }

  /** Writes both words at once: a compaction that is cut is done again. */
  private *copyPair(log: Log, target: number, header: number, value: number): Steps<number> {
    log.flash.words[0] = header;
    log.flash.words[1] = value;
    const written = yield* log.writeCopy(target, PAIR_WORDS);
    if (written !== 'Done') return log.fail(written);
    const status = yield* log.initPage(target, target + 1);
    return status === 'Done' ? PAIR_WORDS : log.fail(status);
  }

  /** Writes a counter or tracker at the tail: its value, then the header that makes it valid. */
  *writePair(log: Log, tail: number, header: number, value: number): Steps<Status> {
    log.forgetTail();
    const { flash } = log;
    flash.words[0] = header;
    flash.words[1] = value | 0;
    if (flash.words[1] !== ERASED) {
      const first = log.write(tail + 1, 1, 1) ?? (yield* flash.settleProgram());
      if (first !== 'Done') return first;
    }
    const second = log.write(tail, 0, 1) ?? (yield* flash.settleProgram());
    return second === 'Done' ? yield* log.initPage(tail, tail + 1) : second;
  }

  /** Writes a word of increments or a marker at the tail. */
  *writeOne(log: Log, tail: number, word: number): Steps<Status> {
    log.moveTail(tail, 1, 1);
    log.flash.words[0] = word;
    const written = log.write(tail, 0, 1) ?? (yield* log.flash.settleProgram());
    return written === 'Done' ? yield* log.initPage(tail, tail) : log.broken(written);
  }

  /** Deletes the counter that the one noted last has replaced: marks its header, then wipes its value. */
  *deleteOlder(log: Log): Steps<Status> {
    const { older } = this.counters;
    this.counters.older = UNKNOWN;
    if (older === UNKNOWN) return 'Done';
    const kind = log.parse(older) ?? (yield* log.settleParse(older));
    if (kind !== Kind.EXTENSION) return log.unless(kind);
    const header = words.toDeletedCounter(log.word);
    const marked = log.replace(older, header) ?? (yield* log.flash.settleProgram());
    if (marked !== 'Done') return log.broken(marked);
    return log.broken(log.wipe(older + 1, 1) ?? (yield* log.flash.settleProgram()));
  }
}
