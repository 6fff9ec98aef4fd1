// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lists what stands in the log of a store, entry by entry, live and dead.
 *
 * NON-TOCK: OpenSK has no tool that looks into a store.
 */
import {
  ERASED,
  Internal,
  WORD_SIZE,
  bytesToWords,
  headerKey,
  headerLength,
  internalField,
  isFlipped,
  isHeader,
  isInternal,
  singleDifference,
} from './format.ts';
import { Kind } from './kinds.ts';
import type { Log } from './log.ts';
import type { Storage } from '../store/storage.ts';

/** Names of the internal words. */
export const INTERNAL_NAMES = {
  [Internal.ERASE]: 'erase',
  [Internal.MARKER]: 'marker',
  [Internal.CLEAR]: 'clear',
  [Internal.REMOVE]: 'remove',
} as const;

/** Name of an internal word. */
export type InternalName = (typeof INTERNAL_NAMES)[Internal];

/** An internal word: its field is a page (erase), a count of updates (marker), or a key (clear, remove). */
export interface InternalWord {
  readonly name: InternalName;
  readonly field: number;
}

/**
 * What became of an entry. `live`: the value of its key. `replaced`: a newer entry of its key follows. `pending`: an
 * update of a transaction whose marker still stands. `deleted`: marked so. `padding`: a word that means nothing any
 * more. `internal`: a word of an operation under way. `unfinished`: only some of its words were written.
 */
export type EntryState =
  'live' | 'replaced' | 'pending' | 'deleted' | 'padding' | 'internal' | 'unfinished';

/** One entry of the log. */
export interface EntryInspection {
  /** Virtual position of its first word. */
  readonly position: number;
  readonly page: number;
  /** Bytes from the page's start to its first word. */
  readonly byteOffset: number;
  /** Words it takes, its first included. */
  readonly words: number;
  readonly state: EntryState;
  /** Key of a user entry, deleted and unfinished ones included, where it is known. */
  readonly key: number | undefined;
  /** Bytes of its value. */
  readonly length: number | undefined;
  /** Its value; what is left of it when the entry is deleted or unfinished. */
  readonly value: Uint8Array | undefined;
  /** Of a deleted entry: whether its value was zeroed. */
  readonly isWiped: boolean | undefined;
  /** The internal word; of padding, the internal word that it was, where that can still be told. */
  readonly internal: InternalWord | undefined;
}

/** The log from `from` on, and where it could not be read any further. */
export interface EntryWalk {
  readonly entries: readonly EntryInspection[];
  /** Position at which something impossible stands, or undefined. */
  readonly stoppedAt: number | undefined;
}

/** Walks the log from a head to the first place where nothing stands. */
export function walkEntries(log: Log, storage: Storage, from: number): EntryWalk {
  const entries: EntryInspection[] = [];
  const end = from + log.format.window;
  let position = from;
  let isPending = false;
  while (position < end) {
    const kind = log.parse(position) ?? Kind.FAILED;
    if (kind === Kind.FAILED) return { entries: settle(entries), stoppedAt: position };
    if (kind === Kind.TAIL) break;
    const { next } = log;
    entries.push(describe(log, storage, kind, position, isPending));
    isPending ||= kind === Kind.MARKER;
    position = next;
  }
  return { entries: settle(entries), stoppedAt: undefined };
}

/** Of several live entries of one key, the last one counts. */
function settle(entries: EntryInspection[]): EntryInspection[] {
  const last = new Map<number, number>();
  for (const { state, key, position } of entries) {
    if (state === 'live' && key !== undefined) last.set(key, position);
  }
  return entries.map((entry) => {
    const isOld =
      entry.state === 'live' && entry.key !== undefined && last.get(entry.key) !== entry.position;
    return isOld ? { ...entry, state: 'replaced' } : entry;
  });
}

function describe(
  log: Log,
  storage: Storage,
  kind: Exclude<Kind, typeof Kind.FAILED | typeof Kind.TAIL>,
  position: number,
  isPending: boolean,
): EntryInspection {
  const { format, next, field } = log;
  const word = wordAt(log, storage, position);
  const place = {
    position,
    page: format.page(position),
    byteOffset: format.byteOffset(position),
    words: next - position,
    ...NOT_USER,
  };
  switch (kind) {
    case Kind.USER:
      return { ...place, ...user(log, storage, position), state: isPending ? 'pending' : 'live' };
    case Kind.PARTIAL_USER:
      return { ...place, ...user(log, storage, position), state: 'unfinished' };
    case Kind.PARTIAL:
      return { ...place, state: 'unfinished' };
    case Kind.PADDING:
      return { ...place, ...padding(log, storage, position, word) };
    case Kind.ERASE:
    case Kind.MARKER:
    case Kind.CLEAR:
    case Kind.REMOVE:
      return { ...place, state: 'internal', internal: { name: NAMES[kind], field } };
    case Kind.EXTENSION: // Only in a log that was opened with one.
      return { ...place, state: 'internal' };
  }
}

const NAMES = {
  [Kind.ERASE]: 'erase',
  [Kind.MARKER]: 'marker',
  [Kind.CLEAR]: 'clear',
  [Kind.REMOVE]: 'remove',
} as const;

const NOT_USER = {
  key: undefined,
  length: undefined,
  value: undefined,
  isWiped: undefined,
  internal: undefined,
} as const;

function user(
  log: Log,
  storage: Storage,
  position: number,
): Pick<EntryInspection, 'key' | 'length' | 'value'> {
  const header = wordAt(log, storage, position);
  const length = headerLength(header);
  const value = valueAt(log, storage, position, length);
  if (isFlipped(header) && length > 0) value[length - 1] = 0xff;
  return { key: headerKey(header), length, value };
}

/** Padding is a deleted entry, or a word whose lowest bit is cleared. */
function padding(
  log: Log,
  storage: Storage,
  position: number,
  word: number,
): Partial<EntryInspection> & Pick<EntryInspection, 'state'> {
  if (!isHeader(word)) return { state: 'padding', internal: formerInternal(word) };
  const length = headerLength(word);
  const words = bytesToWords(length);
  let isWiped = true;
  for (let each = 1; each <= words; each++) {
    isWiped &&= wordAt(log, storage, position + each) === 0;
  }
  const value = valueAt(log, storage, position, length);
  return { state: 'deleted', key: headerKey(word), length, value, isWiped };
}

/** The internal word that a padding word was: with its lowest bit back its checksum is right. */
function formerInternal(word: number): InternalWord | undefined {
  const before = word | 1;
  const low = before & 31;
  if (!isInternal(low) || singleDifference(before) !== 0) return undefined;
  return { name: INTERNAL_NAMES[low], field: internalField(low, before) };
}

function wordAt({ format }: Log, storage: Storage, position: number): number {
  return storage.readWord(format.page(position), format.byteOffset(position)) ?? ERASED;
}

/** The bytes as they are stored after a header. */
function valueAt(log: Log, storage: Storage, position: number, length: number): Uint8Array {
  const value = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    const word = wordAt(log, storage, position + 1 + Math.floor(at / WORD_SIZE));
    value[at] = (word >>> (8 * (at % WORD_SIZE))) & 0xff;
  }
  return value;
}
