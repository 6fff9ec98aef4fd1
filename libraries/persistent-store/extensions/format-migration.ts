// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Migration of a store from one format of pages and entries to another, over any power loss.
 *
 * NON-TOCK: the steps that OpenSK's store specification gives under "Examples/Migration", with its separator 0x83ffffff.
 *
 * That word is no valid entry today: bits 27..31, where single words have their count of zero bits, hold 16, and of the
 * bits below only bit 26 is zero. So it is compared by equality; and because a user header that is being written can look like it, it
 * counts only directly after an entry that announces it.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import { compact, readSpan } from '../compaction.ts';
import { Internal, WORD_SIZE } from '../format.ts';
import { Info, Kind, UNKNOWN } from '../kinds.ts';
import type { Status, StoreError } from '../kinds.ts';
import type { Log } from '../log.ts';
import { Store } from '../store.ts';
import type { Steps } from '../../store/storage.ts';
import { buildSecondInit, isSecondInit, readLog, secondHead, toSecond } from './second-format.ts';

/** What ends the first format in the log: the prefix of bits 0..25 without information. */
export const SEPARATOR = 0x83ff_ffff | 0;

/** The key of the entry before the separator; like all from 2048 on it is kept for migrations. */
export const ANNOUNCE_KEY = 4095;

const ANNOUNCEMENT = Uint8Array.of(0x66, 0x6d, 0x74, 0x32);

/** Words of that entry. */
const ANNOUNCE_WORDS = 2;

/** A store in the first format that can be brought to the second. It need not be booted before. */
export class FormatMigration extends Store {
  /**
   * Brings the flash from the first format to the second, or goes on with that, or does nothing when it was done. After
   * any error or power loss it can be called again on a new object. NoCapacity: what is live does not fit twice; the store is
   * as before, in the first format. NoLifetime: a page to be erased has no cycles left; likewise. Otherwise as Store.boot.
   */
  *migrateFormat(): Steps<Result<void, StoreError>> {
    const { log } = this;
    const head = yield* secondHead(log);
    if (!head.ok) return head;
    if (head.value !== UNKNOWN) {
      const content = yield* readLog(log, head.value);
      if (!content.ok) return content;
      if (content.value.erase !== UNKNOWN) return toResult(yield* finish(log, content.value.erase));
    }
    const separator = yield* findSeparator(log);
    if (!separator.ok) return separator;
    if (separator.value !== UNKNOWN) return toResult(yield* copyAll(log, separator.value));
    // Pages of the second format alone: it was done.
    return head.value === UNKNOWN ? yield* this.begin() : Ok();
  }

  /** Compacts, announces the separator and writes it. */
  private *begin(): Steps<Result<void, StoreError>> {
    const { log } = this;
    const booted = yield* this.boot();
    if (!booted.ok) return booted;
    const removed = yield* this.remove(ANNOUNCE_KEY);
    if (!removed.ok) return removed;
    const room = yield* this.makeRoomTwice();
    if (room !== 'Done') return Err(room);
    const announced = yield* this.insert(ANNOUNCE_KEY, ANNOUNCEMENT);
    if (!announced.ok) return announced;
    const tail = log.tail() ?? (yield* log.findTail());
    if (tail === UNKNOWN) return Err(log.failure);
    log.forgetTail();
    log.flash.words[0] = SEPARATOR;
    const written = log.write(tail, 0, 1) ?? (yield* log.flash.settleProgram());
    return toResult(written === 'Done' ? yield* copyAll(log, tail) : written);
  }

  /** Compacts until the live entries fit once more after the page of the separator. */
  private *makeRoomTwice(): Steps<Status> {
    const { log } = this;
    const { format } = log;
    for (let steps = 0; ; steps++) {
      const tail = log.tail() ?? (yield* log.findTail());
      if (tail === UNKNOWN) return log.failure;
      // Each old page is erased once more, also the newest.
      if (format.cycle(tail + ANNOUNCE_WORDS) >= format.maxPageErases) return 'NoLifetime';
      const begin = format.nextPage(tail + ANNOUNCE_WORDS);
      const end = format.pageBegin(log.head) + format.numPages * format.virtualPageSize;
      const needed = begin + log.entries.usedWords + 1;
      if (needed <= end && log.room(tail) > ANNOUNCE_WORDS) return 'Done';
      if (steps === format.numPages - 1) return 'NoCapacity';
      const status = yield* compact(log);
      if (status !== 'Done') return status;
    }
  }
}

/** Position of the separator behind its announcement; UNKNOWN when there is none. Writes nothing. */
function* findSeparator(log: Log): Steps<Result<number, StoreError>> {
  const head = yield* log.extremumHead(false);
  if (head === UNKNOWN) return notFound(log);
  const end = head + log.format.window;
  let position = head;
  while (position < end) {
    const kind = log.parse(position) ?? (yield* log.settleParse(position));
    if (kind === Kind.FAILED) return notFound(log);
    if (kind !== Kind.USER && kind !== Kind.PADDING) return Ok(UNKNOWN);
    const { next } = log;
    const found = yield* isAnnounced(log, kind, position);
    if (!found.ok) return found;
    if (found.value) return Ok(next);
    position = next;
  }
  return Ok(UNKNOWN);
}

/** A log that cannot be read is no reason to begin anew; one that boot will refuse is. */
function notFound(log: Log): Result<number, StoreError> {
  return log.failure === 'StorageError' ? Err('StorageError') : Ok(UNKNOWN);
}

/** Whether the entry just parsed is an announcement, and the separator is behind it. */
function* isAnnounced(log: Log, kind: Kind, position: number): Steps<Result<boolean, StoreError>> {
  if (kind !== Kind.USER || log.key !== ANNOUNCE_KEY) return Ok(false);
  if (log.length !== ANNOUNCEMENT.length) return Ok(false);
  const bytes = new Uint8Array(2 * WORD_SIZE);
  const status = yield* readSpan(log, position + 1, bytes.length, bytes);
  if (status !== 'Done') return Err(status);
  const word = new DataView(bytes.buffer).getInt32(WORD_SIZE, true);
  return Ok(word === SEPARATOR && ANNOUNCEMENT.every((byte, index) => byte === bytes[index]));
}

/**
 * Copies every entry before the separator to the pages after its own, in the second format. When it was cut it is done
 * again from the start: it always writes the same words at the same places. Then the erase word: the copies count.
 */
function* copyAll(log: Log, separator: number): Steps<Status> {
  const target = yield* copyEntries(log, separator);
  if (target === UNKNOWN) return log.failure;
  const page = log.format.page(separator);
  const erase = log.writeInternal(target, Internal.ERASE, page);
  const written = erase ?? (yield* log.flash.settleProgram());
  if (written !== 'Done') return written;
  const status = yield* initPage(log, target, target);
  return status === 'Done' ? yield* finish(log, target) : status;
}

/** Returns where the copies end; UNKNOWN on failure. */
function* copyEntries(log: Log, separator: number): Steps<number> {
  let target = log.format.nextPage(separator);
  let position = yield* log.extremumHead(false);
  if (position === UNKNOWN) return UNKNOWN;
  while (position < separator) {
    const kind = log.parse(position) ?? (yield* log.settleParse(position));
    if (kind !== Kind.USER && kind !== Kind.PADDING) return log.fail(log.unless(kind));
    const { key, next } = log;
    if (kind === Kind.USER && key !== ANNOUNCE_KEY) {
      const words = next - position;
      const status = yield* copyEntry(log, position, target, words);
      if (status !== 'Done') return log.fail(status);
      target += words;
    }
    position = next;
  }
  return target;
}

function* copyEntry(log: Log, position: number, target: number, words: number): Steps<Status> {
  const { flash } = log;
  const read = yield* readSpan(log, position, words * WORD_SIZE, flash.bytes);
  if (read !== 'Done') return read;
  flash.words[0] = toSecond(flash.words[0] ?? 0);
  const written = log.write(target, 0, words) ?? (yield* flash.settleProgram());
  return written === 'Done' ? yield* initPage(log, target, target + words - 1) : written;
}

/** Writes the init info, in the second format, of the page that an entry begins or enters. */
function* initPage(log: Log, first: number, last: number): Steps<Status> {
  const { format } = log;
  const begins = format.word(first) === 0;
  if (!begins && format.page(first) === format.page(last)) return 'Done';
  const at = begins ? first : last + 1;
  const init = buildSecondInit(format.cycle(at), format.word(at));
  return log.flash.programWord(format.page(at), 0, init) ?? (yield* log.flash.settleProgram());
}

/** Goes on from the erase word: erases all pages of the first format, then makes the erase word padding. */
function* finish(log: Log, erase: number): Steps<Status> {
  const { format } = log;
  const first = yield* initPage(log, erase, erase);
  if (first !== 'Done') return first;
  for (let page = 0; page < format.numPages; page++) {
    const state = log.readInit(page) ?? (yield* log.settleInit(page));
    // What is half erased may look impossible.
    if (state === Info.FAILED && log.failure === 'StorageError') return 'StorageError';
    if (state === Info.VALID && isSecondInit(log.info)) continue;
    const erased = log.flash.erase(page) ?? (yield* log.flash.settleErase());
    if (erased !== 'Done') return erased;
  }
  return yield* log.setPadding(erase);
}

function toResult(status: Status): Result<void, StoreError> {
  return status === 'Done' ? Ok() : Err(status);
}
