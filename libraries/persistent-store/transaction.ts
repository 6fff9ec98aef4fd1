// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Transactions: a marker with the number of updates, the updates, then their effect.
 *
 * NON-TOCK: the transactions of OpenSK's `libraries/persistent_store`.
 *
 * The commit point is the last word of the last update: boot counts what follows the marker, and completes or
 * rolls back by that count.
 */
import { deleteIf } from './deletion.ts';
import { Internal, MAX_KEY, MAX_UPDATES, buildUser, bytesToWords } from './format.ts';
import { Kind, UNKNOWN } from './kinds.ts';
import type { Status } from './kinds.ts';
import type { Log } from './log.ts';
import type { Steps } from '../store/storage.ts';

/** One change of a transaction. */
export type Update =
  | { readonly op: 'insert'; readonly key: number; readonly value: Uint8Array }
  | { readonly op: 'remove'; readonly key: number };

/** Whether a number can be a key. */
export function isKey(key: number): boolean {
  return Number.isInteger(key) && key >= 0 && key <= MAX_KEY;
}

/** Whether updates may form a transaction: at most 31, each lawful by itself, no key twice. */
export function areValid(updates: readonly Update[], maxValueLength: number): boolean {
  if (updates.length > MAX_UPDATES) return false;
  if (new Set(updates.map((update) => update.key)).size < updates.length) return false;
  return updates.every(
    (update) =>
      isKey(update.key) && (update.op === 'remove' || update.value.length <= maxValueLength),
  );
}

/** Words a transaction writes before it takes effect. */
export function capacityOf(updates: readonly Update[]): number {
  let words = 1;
  for (const update of updates) {
    words += 1 + (update.op === 'insert' ? bytesToWords(update.value.length) : 0);
  }
  return words;
}

/** Writes a transaction whose words are reserved, and applies it. */
export function* writeTransaction(log: Log, updates: readonly Update[]): Steps<Status> {
  const marker = log.tail() ?? (yield* log.findTail());
  if (marker === UNKNOWN) return log.failure;
  let status = yield* writeInternal(log, marker, Internal.MARKER, updates.length);
  let tail = marker + 1;
  for (const update of updates) {
    if (status !== 'Done') return status;
    const words = update.op === 'insert' ? 1 + bytesToWords(update.value.length) : 1;
    status = yield* writeUpdate(log, tail, update);
    tail += words;
  }
  if (status !== 'Done') return status;
  return yield* apply(log, new Set(updates.map((update) => update.key)), marker);
}

function* writeUpdate(log: Log, position: number, update: Update): Steps<Status> {
  if (update.op === 'remove') {
    return yield* writeInternal(log, position, Internal.REMOVE, update.key);
  }
  const { words, bytes } = log.flash;
  const count = buildUser(words, bytes, update.key, update.value);
  log.meter?.inUse(count);
  const status = yield* log.writeEntry(position, count);
  return status === 'Done' ? yield* log.initPage(position, position + count - 1) : status;
}

function* writeInternal(log: Log, position: number, kind: Internal, field: number): Steps<Status> {
  const written = log.writeInternal(position, kind, field);
  const status = log.broken(written ?? (yield* log.flash.settleProgram()));
  return status === 'Done' ? yield* log.initPage(position, position) : status;
}

/** Takes the effect of a whole transaction: older values go, the marker goes, the updates become entries. */
function* apply(log: Log, keys: ReadonlySet<number>, marker: number): Steps<Status> {
  log.meter?.inUse(keys.size);
  const deleted = yield* deleteIf(log, marker, (key) => keys.has(key));
  if (deleted !== 'Done') return deleted;
  const unmarked = yield* log.setPadding(marker);
  if (unmarked !== 'Done') return unmarked;
  const end = log.walkEnd();
  let position = marker + 1;
  while (position < end) {
    const kind = log.parse(position) ?? (yield* log.settleParse(position));
    if (kind === Kind.TAIL) break;
    const { next } = log;
    if (kind === Kind.USER) {
      log.entries.append(position, log.key, log.length);
    } else if (kind === Kind.REMOVE) {
      const status = yield* log.setPadding(position);
      if (status !== 'Done') return status;
    } else {
      return log.unless(kind);
    }
    position = next;
  }
  return 'Done';
}

/** Goes on from a marker found at boot: completes the transaction if all its updates are there, else rolls back. */
export function* recoverTransaction(log: Log, marker: number, end: number): Steps<Status> {
  const kind = log.parse(marker) ?? (yield* log.settleParse(marker));
  if (kind !== Kind.MARKER) return log.unless(kind);
  const count = log.field;
  const keys = new Set<number>();
  const collected = yield* collectKeys(log, marker + 1, end, keys, count);
  if (collected !== 'Done') return collected;
  if (keys.size > count) return 'InvalidStorage';
  return yield* keys.size === count ? apply(log, keys, marker) : rollBack(log, marker, end);
}

function* collectKeys(
  log: Log,
  from: number,
  end: number,
  keys: Set<number>,
  count: number,
): Steps<Status> {
  let position = from;
  let last = from;
  while (position < end) {
    const kind = log.parse(position) ?? (yield* log.settleParse(position));
    if (endsCollection(kind)) break;
    const key = keyOf(log, kind);
    if (key === UNKNOWN) return log.unless(kind);
    const isTooMany = log.mode.stopsAtCount && keys.size === count;
    if (isTooMany || keys.has(key)) return 'InvalidStorage';
    keys.add(key);
    log.meter?.inUse(keys.size);
    last = position;
    position = log.next;
  }
  return yield* initPageOfUpdate(log, last);
}

/** The key of an update just parsed, or UNKNOWN when it is none. */
function keyOf(log: Log, kind: Kind): number {
  if (kind === Kind.USER) return log.key;
  return kind === Kind.REMOVE ? log.field : UNKNOWN;
}

/** Whether the updates of a transaction that was cut may end here. */
function endsCollection(kind: Kind): boolean {
  return (
    kind === Kind.TAIL ||
    kind === Kind.PADDING ||
    kind === Kind.PARTIAL ||
    kind === Kind.PARTIAL_USER
  );
}

function* initPageOfUpdate(log: Log, last: number): Steps<Status> {
  const kind = log.parse(last) ?? (yield* log.settleParse(last));
  if (kind === Kind.FAILED) return log.failure;
  if (kind !== Kind.USER && kind !== Kind.REMOVE) return 'Done';
  return yield* log.initPage(last, log.next - 1);
}

function* rollBack(log: Log, marker: number, end: number): Steps<Status> {
  let position = marker + 1;
  while (position < end) {
    const kind = log.parse(position) ?? (yield* log.settleParse(position));
    if (kind === Kind.TAIL) break;
    const { next } = log;
    const status = yield* undo(log, kind, position, next - position - 1);
    if (status !== 'Done') return status;
    if (kind === Kind.PARTIAL || kind === Kind.PARTIAL_USER) break;
    position = next;
  }
  const initialised = yield* log.initPage(marker, marker);
  return initialised === 'Done' ? yield* log.setPadding(marker) : initialised;
}

function* undo(log: Log, kind: Kind, position: number, rest: number): Steps<Status> {
  switch (kind) {
    case Kind.PADDING:
      // An entry that was marked deleted when an earlier roll-back was cut, and perhaps not wiped yet.
      if (!log.mode.wipesInRollBack) return 'Done';
      return log.wipe(position + 1, rest) ?? (yield* log.flash.settleProgram());
    case Kind.USER:
      return yield* log.deleteAt(position, rest);
    case Kind.REMOVE:
      return yield* log.setPadding(position);
    case Kind.PARTIAL:
      return yield* recoverPartial(log, position, rest);
    case Kind.PARTIAL_USER:
      return yield* recoverDelete(log, position, rest);
    default:
      return log.unless(kind);
  }
}

/** Wipes an entry of which too little is known: first what follows its first word, then that. */
export function* recoverPartial(log: Log, position: number, rest: number): Steps<Status> {
  const wiped = log.wipe(position + 1, rest) ?? (yield* log.flash.settleProgram());
  if (wiped !== 'Done') return wiped;
  const initialised = yield* log.initPage(position, position + rest);
  return initialised === 'Done' ? yield* log.setPadding(position) : initialised;
}

/** Deletes a user entry that was not finished. To wipe it first could make its checksum right by accident. */
export function* recoverDelete(log: Log, position: number, rest: number): Steps<Status> {
  const initialised = yield* log.initPage(position, position + rest);
  return initialised === 'Done' ? yield* log.deleteAt(position, rest) : initialised;
}
