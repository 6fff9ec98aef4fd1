// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Boot: initialises a blank flash, or completes or rolls back what a power loss cut.
 *
 * NON-TOCK: the recovery of OpenSK's `libraries/persistent_store`.
 *
 * Four steps in order, each of which may itself be cut and done again: the blank test, an unfinished erasure, an
 * unfinished copy, an unfinished operation.
 */
import { compact, copyPage, finishErase } from './compaction.ts';
import { deleteIf, deleteKey } from './deletion.ts';
import { buildInit } from './format.ts';
import { Info, Kind, UNKNOWN } from './kinds.ts';
import type { Status } from './kinds.ts';
import type { Log } from './log.ts';
import type { Steps } from '../store/storage.ts';
import { recoverTransaction, recoverDelete, recoverPartial } from './transaction.ts';

/** Brings the log from whatever is in flash into a state where operations can begin. */
export function* recover(log: Log): Steps<Status> {
  log.head = UNKNOWN;
  log.entriesKnown = false;
  log.entries.clear();
  log.forgetTail();
  const initialised = yield* initialise(log);
  if (initialised !== 'Done') return initialised;
  const erased = yield* recoverErase(log);
  if (erased !== 'Done') return erased;
  const compacted = yield* recoverCompaction(log);
  log.extension?.reset();
  return compacted === 'Done' ? yield* recoverOperation(log) : compacted;
}

function* initialise(log: Log): Steps<Status> {
  const { format, flash } = log;
  for (let page = 0; page < format.numPages; page++) {
    // The first word of page 0 may have been half written when the power went: write it again.
    const blank = flash.isBlank(page, page === 0 ? 1 : 0) ?? (yield* flash.settleBlank());
    if (blank === 'failed') return 'StorageError';
    if (!blank) return 'Done';
  }
  return flash.programWord(0, 0, buildInit(0, 0)) ?? (yield* flash.settleProgram());
}

function* recoverErase(log: Log): Steps<Status> {
  let position = yield* log.extremumHead(true);
  if (position === UNKNOWN) return log.failure;
  const end = log.format.nextPage(position);
  while (position < end) {
    const kind = log.parse(position) ?? (yield* log.settleParse(position));
    if (kind === Kind.FAILED) return log.failure;
    if (kind === Kind.ERASE) return yield* finishErase(log, position);
    if (kind !== Kind.PADDING && kind !== Kind.USER && kind !== Kind.EXTENSION) return 'Done';
    position = log.next;
  }
  return 'Done';
}

function* recoverCompaction(log: Log): Steps<Status> {
  const head = yield* log.extremumHead(false);
  if (head === UNKNOWN) return log.failure;
  log.head = head;
  const page = log.format.page(head);
  const state = log.readCompact(page) ?? (yield* log.settleCompact(page));
  switch (state) {
    case Info.FAILED:
      return log.failure;
    case Info.ERASED:
      return 'Done';
    case Info.PARTIAL:
      return yield* compact(log);
    case Info.VALID:
      return yield* copyPage(log);
  }
}

function* recoverOperation(log: Log): Steps<Status> {
  log.entriesKnown = true;
  let position = log.head;
  let last = position;
  const end = log.walkEnd();
  while (position < end) {
    const kind = log.parse(position) ?? (yield* log.settleParse(position));
    if (kind === Kind.TAIL) break;
    let { next } = log;
    if (kind === Kind.USER) {
      log.entries.append(position, log.key, log.length);
    } else if (kind === Kind.PADDING) {
      // Finishes a wipe that was cut. Most of a log is this: no generator of its own.
      const status =
        log.wipe(position + 1, next - position - 1) ?? (yield* log.flash.settleProgram());
      if (status !== 'Done') return status;
      // The dead are seldom alone.
      next = log.skipDead(position, next, end);
      position = log.dead;
    } else {
      const status = yield* finish(log, kind, position, next);
      // An operation that was cut is the last thing in the log; only the words of one may be more.
      if (status !== 'Done' || !isAmongOthers(kind)) return status;
    }
    last = position;
    position = next;
  }
  return yield* recoverInsert(log, last);
}

function isAmongOthers(kind: Kind): boolean {
  return kind === Kind.REMOVE || kind === Kind.EXTENSION;
}

function* finish(log: Log, kind: Kind, position: number, next: number): Steps<Status> {
  const rest = next - position - 1;
  switch (kind) {
    case Kind.REMOVE:
      return yield* log.setPadding(position);
    case Kind.CLEAR:
      return yield* applyClear(log, position);
    case Kind.MARKER:
      return yield* recoverTransaction(log, position, log.walkEnd());
    case Kind.PARTIAL:
      return yield* recoverPartial(log, position, rest);
    case Kind.PARTIAL_USER:
      return yield* recoverDelete(log, position, rest);
    case Kind.EXTENSION:
      return log.extension === undefined
        ? 'InvalidStorage'
        : yield* log.extension.walk(log, position);
    default:
      return log.unless(kind);
  }
}

/** The last entry may be an insertion whose page or older value was not seen to. */
function* recoverInsert(log: Log, position: number): Steps<Status> {
  const kind = log.parse(position) ?? (yield* log.settleParse(position));
  if (kind === Kind.FAILED) return log.failure;
  if (kind === Kind.EXTENSION && log.extension !== undefined) {
    return yield* log.extension.finishLast(log, position);
  }
  if (kind !== Kind.USER) return 'Done';
  const { key, next } = log;
  const status = yield* log.initPage(position, next - 1);
  return status === 'Done' ? yield* deleteKey(log, key, position) : status;
}

/** Goes on from the clear word at a position: deletes the entries from its least key on. */
export function* applyClear(log: Log, position: number): Steps<Status> {
  const initialised = yield* log.initPage(position, position);
  if (initialised !== 'Done') return initialised;
  const kind = log.parse(position) ?? (yield* log.settleParse(position));
  if (kind !== Kind.CLEAR) return log.unless(kind);
  const least = log.field;
  const status = yield* deleteIf(log, position, (key) => key >= least);
  return status === 'Done' ? yield* log.setPadding(position) : status;
}
