// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Compaction: copies the live entries of the oldest page to the tail, then erases that page.
 *
 * NON-TOCK: the compaction of OpenSK's `libraries/persistent_store`.
 *
 * Each phase leaves a word in flash first, and boot goes on from it: the compact info of the head page (copy to
 * there), then the erase word at the tail (erase that page).
 */
import { Internal, WORD_SIZE, buildCompact, bytesToWords, compactDistance } from './format.ts';
import { Info, Kind, UNKNOWN } from './kinds.ts';
import type { Status } from './kinds.ts';
import type { Log } from './log.ts';
import type { Steps } from '../store/storage.ts';

/** Compacts one page. NoLifetime when the head page has used its erase cycles. */
export function* compact(log: Log): Steps<Status> {
  const { head, format } = log;
  if (head === UNKNOWN) return 'InvalidStorage';
  if (format.cycle(head) >= format.maxPageErases) return 'NoLifetime';
  const tail = log.tail() ?? (yield* log.findTail());
  if (tail === UNKNOWN) return log.failure;
  const target = Math.max(tail, format.nextPage(head));
  const info = buildCompact(target - head);
  const written =
    log.flash.programWord(format.page(head), WORD_SIZE, info) ?? (yield* log.flash.settleProgram());
  return written === 'Done' ? yield* copyPage(log) : written;
}

/** Copies the live entries of the head page to where its compact info says, then erases the page. */
export function* copyPage(log: Log): Steps<Status> {
  const { head, format } = log;
  const page = format.page(head);
  const state = log.readCompact(page) ?? (yield* log.settleCompact(page));
  if (state === Info.FAILED) return log.failure;
  const target = head + compactDistance(log.info);
  if (state !== Info.VALID || target < format.nextPage(head)) return 'InvalidStorage';
  const end = yield* copyEntries(log, target);
  return end === UNKNOWN ? log.failure : yield* writeErase(log, end, page);
}

/** Copies the live entries of the head page to `from` on, and returns where the copies end; UNKNOWN on failure. */
function* copyEntries(log: Log, from: number): Steps<number> {
  const end = log.format.nextPage(log.head);
  let target = from;
  let position = log.head;
  const begun = log.extension === undefined ? 'Done' : yield* log.extension.beginCopy(log, from);
  if (begun !== 'Done') return log.fail(begun);
  while (position < end) {
    const kind = log.parse(position) ?? (yield* log.settleParse(position));
    const { next } = log;
    // A partial entry beyond the page is what was just copied, read back.
    if (kind === Kind.TAIL || (kind === Kind.PARTIAL && next > end)) break;
    if (kind !== Kind.PADDING) {
      const words = yield* copyKind(log, kind, position, target);
      if (words === UNKNOWN) return UNKNOWN;
      target += words;
    }
    position = next;
  }
  return target;
}

/** Copies the entry just parsed, and returns the words this took; UNKNOWN on failure. */
function* copyKind(log: Log, kind: Kind, position: number, target: number): Steps<number> {
  if (kind === Kind.EXTENSION && log.extension !== undefined) {
    return yield* log.extension.copy(log, position, target);
  }
  if (kind !== Kind.USER) return log.fail(log.unless(kind));
  const words = log.next - position;
  const status = yield* copyEntry(log, position, target);
  return status === 'Done' ? words : log.fail(status);
}

function* copyEntry(log: Log, position: number, target: number): Steps<Status> {
  const { key, length } = log;
  const words = 1 + bytesToWords(length);
  log.meter?.inUse(words);
  const read = yield* readSpan(log, position, words * WORD_SIZE, log.flash.bytes);
  if (read !== 'Done') return read;
  if (log.entriesKnown) {
    const slot = log.entries.slotAt(position, key);
    if (slot === -1) return 'InvalidStorage';
    log.entries.removeSlot(slot);
  }
  const status = yield* log.writeCopy(target, words);
  if (status !== 'Done') return status;
  if (log.entriesKnown) log.entries.append(target, key, length);
  return yield* log.initPage(target, target + words - 1);
}

/** Reads bytes from a position on, over the end of its page, into a buffer. */
export function* readSpan(
  log: Log,
  position: number,
  length: number,
  into: Uint8Array,
): Steps<Status> {
  const { format, flash } = log;
  const page = format.page(position);
  const byteOffset = format.byteOffset(position);
  const here = Math.min(length, format.pageWords * WORD_SIZE - byteOffset);
  const first = flash.readInto(page, byteOffset, into, 0, here) ?? (yield* flash.settleRead());
  if (!first) return 'StorageError';
  if (here === length) return 'Done';
  const nextPage = (page + 1) % format.numPages;
  const begin = format.byteOffset(0);
  const second =
    flash.readInto(nextPage, begin, into, here, length - here) ?? (yield* flash.settleRead());
  return second ? 'Done' : 'StorageError';
}

function* writeErase(log: Log, position: number, page: number): Steps<Status> {
  const written = log.writeInternal(position, Internal.ERASE, page);
  const status = log.broken(written ?? (yield* log.flash.settleProgram()));
  if (status !== 'Done') return status;
  const initialised = yield* log.initPage(position, position);
  return initialised === 'Done' ? yield* finishErase(log, position) : initialised;
}

/** Goes on from the erase word at a position: erases its page and moves the head past it. */
export function* finishErase(log: Log, position: number): Steps<Status> {
  const { format, flash } = log;
  const kind = log.parse(position) ?? (yield* log.settleParse(position));
  if (kind !== Kind.ERASE) return log.unless(kind);
  const page = log.field;
  log.forgetTail();
  const erased = flash.erase(page) ?? (yield* flash.settleErase());
  if (erased !== 'Done') return erased;
  const moved = yield* moveHead(log, (page + 1) % format.numPages);
  if (moved !== 'Done') return moved;
  const begin = format.pageBegin(log.head);
  const wiped = log.wipe(begin, log.head - begin) ?? (yield* flash.settleProgram());
  return wiped === 'Done' ? yield* log.setPadding(position) : wiped;
}

function* moveHead(log: Log, nextPage: number): Steps<Status> {
  const state = log.readInit(nextPage) ?? (yield* log.settleInit(nextPage));
  if (state !== Info.VALID) return state === Info.FAILED ? log.failure : 'InvalidStorage';
  const head = log.format.pageHead(log.info, nextPage);
  if (log.entriesKnown && !allWithin(log, head)) return 'InvalidStorage';
  log.head = head;
  return 'Done';
}

/** Whether the entries still lie in the window once it begins at the new head. */
function allWithin(log: Log, head: number): boolean {
  return head >= log.head && log.entries.areFrom(head);
}
