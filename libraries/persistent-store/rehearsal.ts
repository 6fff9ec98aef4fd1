// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Opens a copy of a store and notes what that changes: what a boot would repair, and what stands in its way.
 *
 * NON-TOCK: the recovery of boot.ts, watched.
 */
import { recover } from './boot.ts';
import type { BufferStorage } from '../store/buffer-storage.ts';
import * as format from './format.ts';
import { ERASED, Internal, WORD_SIZE } from './format.ts';
import { INTERNAL_NAMES } from './inspect-entries.ts';
import { FIRST_ENTRY, judgeCompact, judgeInit } from './inspect-pages.ts';
import { UNKNOWN } from './kinds.ts';
import type { StoreError } from './kinds.ts';
import { Log } from './log.ts';
import { MODES, type Mode } from './mode.ts';
import { runAtOnce } from '../store/run-at-once.ts';
import type { Storage } from '../store/storage.ts';
import type { Ratio } from './store.ts';

/** A write or erasure that a boot does. */
export interface Repair {
  readonly operation: 'write' | 'erase';
  readonly page: number;
  /** Bytes from the page's start; 0 for an erasure. */
  readonly byteOffset: number;
  /** Words before, unsigned; of an erasure none. */
  readonly before: readonly number[];
  /** The same words after, those that do not change included. */
  readonly after: readonly number[];
  /** What it is for. */
  readonly purpose: string;
}

/** A live entry of the store once it is open. */
export interface LiveEntry {
  readonly key: number;
  readonly position: number;
  /** Bytes of the value. */
  readonly length: number;
}

/** The store after the boot. */
export interface OpenedStore {
  readonly head: number;
  readonly tail: number;
  /** In the order of the store's list. */
  readonly entries: readonly LiveEntry[];
  /** Words of live entries, of those they may take. */
  readonly capacity: Ratio;
  /** Words that can be written before a page must be compacted. */
  readonly room: number;
  /** Words written since the first boot, of those the erase cycles allow. */
  readonly lifetime: Ratio;
}

/** How a boot ends, and what it does on the way. */
export interface Rehearsal {
  readonly result: 'Ok' | StoreError;
  /** Why it does not open, as far as that can be told. */
  readonly reason: string | undefined;
  readonly repairs: readonly Repair[];
  /** Words passed to writes, those that do not change included. */
  readonly wordsWritten: number;
  readonly writeCalls: number;
  readonly erases: number;
  /** The flash afterwards. */
  readonly image: Uint8Array;
  /** Undefined when it does not open. */
  readonly store: OpenedStore | undefined;
}

interface Place {
  readonly page: number;
  readonly byteOffset: number;
}

/** A storage that notes every change of another, and where it was read last. */
class WatchedStorage implements Storage {
  readonly wordSize: number;
  readonly pageSize: number;
  readonly numPages: number;
  readonly maxWordWrites: number;
  readonly maxPageErases: number;
  readonly repairs: Repair[] = [];
  lastRead: Place = { page: 0, byteOffset: 0 };
  /** Words of a copied entry that go on the page after the one just written. */
  private owed = 0;

  constructor(private readonly cells: BufferStorage) {
    this.wordSize = cells.wordSize;
    this.pageSize = cells.pageSize;
    this.numPages = cells.numPages;
    this.maxWordWrites = cells.maxWordWrites;
    this.maxPageErases = cells.maxPageErases;
  }

  readWord(page: number, byteOffset: number): number | undefined {
    this.lastRead = { page, byteOffset };
    return this.cells.readWord(page, byteOffset);
  }

  read(page: number, byteOffset: number, length: number): Uint8Array {
    return this.cells.read(page, byteOffset, length);
  }

  write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    const before = this.wordsAt(page, byteOffset, length);
    const done = this.cells.write(page, byteOffset, bytes, start, length);
    const after = this.wordsAt(page, byteOffset, length);
    const purpose = purposeOf(byteOffset, before, after, this.owed);
    this.owed = purpose.startsWith(COPY) && this.owed <= 0 ? owedBy(after) : 0;
    this.repairs.push({
      operation: 'write',
      page,
      byteOffset,
      before: before.map(unsigned),
      after: after.map(unsigned),
      purpose,
    });
    return done;
  }

  erase(page: number): boolean {
    const purpose = 'erase the page: its live entries were copied';
    this.repairs.push({ operation: 'erase', page, byteOffset: 0, before: [], after: [], purpose });
    return this.cells.erase(page);
  }

  private wordsAt(page: number, byteOffset: number, length: number): number[] {
    const words: number[] = [];
    for (let at = 0; at < length; at += WORD_SIZE) {
      words.push(this.cells.readWord(page, byteOffset + at) ?? ERASED);
    }
    return words;
  }
}

function unsigned(word: number): number {
  return word >>> 0;
}

/** Opens the store in `cells`, which it changes, as a store of that mode would. */
export function rehearse(cells: BufferStorage, mode: Mode = MODES.ours): Rehearsal {
  const storage = new WatchedStorage(cells);
  const log = new Log(storage, mode);
  const status = runAtOnce(recover(log), storage);
  const result = status === 'Done' ? 'Ok' : status;
  const { wordsWritten, writeCalls, erases } = cells.counts;
  return {
    result,
    reason: result === 'Ok' ? undefined : reasonOf(log, cells, result, storage.lastRead),
    repairs: storage.repairs,
    wordsWritten,
    writeCalls,
    erases,
    image: cells.image,
    store: result === 'Ok' ? opened(log) : undefined,
  };
}

function opened(log: Log): OpenedStore {
  const tail = runAtOnce(log.findTail());
  const { entries, head } = log;
  const { totalCapacity, totalLifetime } = log.format;
  const { positions, keys, lengths } = entries;
  return {
    head,
    tail,
    entries: positions.slice(0, entries.size).map((position, slot) => ({
      key: keys[slot] ?? 0,
      position,
      length: lengths[slot] ?? 0,
    })),
    capacity: { used: entries.usedWords, total: totalCapacity },
    room: tail === UNKNOWN ? 0 : log.room(tail),
    lifetime: { used: Math.max(0, tail), total: totalLifetime },
  };
}

// --- In words ----------------------------------------------------------------------------------

const NOT_AN_ENTRY = -1;
/** How the purpose of every copy begins. */
const COPY = 'copy ';

function purposeOf(
  byteOffset: number,
  before: readonly number[],
  after: readonly number[],
  owed: number,
): string {
  const [old = ERASED] = before;
  const [word = ERASED] = after;
  if (byteOffset === 0) {
    const { initCycle, initPrefix } = format;
    return `write its init info: cycle ${initCycle(word)}, prefix ${initPrefix(word)}`;
  }
  if (byteOffset < FIRST_ENTRY) {
    const distance = format.compactDistance(word);
    return `write its compact info: tail ${distance} words from the head`;
  }
  if (owed > 0 && byteOffset === FIRST_ENTRY) return copyOfRest(after.length);
  if (after.every((each) => each === 0)) return `wipe ${count(after.length)} of a value`;
  return after.length === 1 ? purposeOfWord(old, word) : purposeOfCopy(after);
}

function purposeOfWord(old: number, word: number): string {
  const low = word & 31;
  if (format.isHeader(old) && !format.isDeleted(old) && word === format.toDeleted(old)) {
    return `mark the entry of key ${format.headerKey(word)} deleted`;
  }
  if (word === format.toPadding(old)) return `turn ${nameOf(old)} into padding`;
  if (low === Internal.ERASE && format.singleDifference(word) === 0) {
    return `write the erase word of page ${format.internalField(low, word)}`;
  }
  return purposeOfCopy([word]);
}

function nameOf(word: number): string {
  const low = word & 31;
  const isWhole = format.isInternal(low) && format.singleDifference(word) === 0;
  if (!isWhole) return 'what was begun';
  const name = INTERNAL_NAMES[low];
  return name === 'marker' ? 'the marker' : `the ${name} word`;
}

function purposeOfCopy(words: readonly number[]): string {
  const [header = ERASED] = words;
  return owedBy(words) === NOT_AN_ENTRY
    ? copyOfRest(words.length)
    : `${COPY}the entry of key ${format.headerKey(header)}: ${count(words.length)}`;
}

function copyOfRest(words: number): string {
  return `${COPY}${count(words)} more`;
}

/** Words that an entry has beyond those given, which begin with its header. */
function owedBy(words: readonly number[]): number {
  const [header = ERASED] = words;
  if (!format.isHeader(header) || format.isDeleted(header)) return NOT_AN_ENTRY;
  const zeros = format.headerDifference(header);
  const owed = 1 + format.bytesToWords(format.headerLength(header)) - words.length;
  const last = words.length === 1 ? ERASED : (words.at(-1) ?? ERASED);
  const fits = owed === 0 ? zeros === 32 - format.ones(last) : owed > 0 && zeros >= 0;
  return fits ? owed : NOT_AN_ENTRY;
}

function count(words: number): string {
  return words === 1 ? '1 word' : `${words} words`;
}

/** Where the recovery gave up is where it read last. */
function reasonOf(log: Log, cells: BufferStorage, result: StoreError, place: Place): string {
  const { page, byteOffset } = place;
  if (result === 'NoLifetime') {
    const last = log.format.maxPageErases;
    return `page ${log.format.page(log.head)} must be erased and has had all its ${last} cycles`;
  }
  const word = cells.readWord(page, byteOffset) ?? ERASED;
  const isImpossible = byteOffset === 0 && judgeInit(log, word).state === 'impossible';
  if (!isImpossible && !hasValidHeader(log, cells)) return 'no page has a valid header';
  const at = `page ${page}, byte ${byteOffset}, ${hex(word)}`;
  if (byteOffset === 0) return `${at}: init info: ${initReason(log, word)}`;
  if (byteOffset < FIRST_ENTRY) return `${at}: compact info: ${compactReason(log, word)}`;
  return `${at}: ${entryReason(log, word)}`;
}

function hasValidHeader(log: Log, cells: BufferStorage): boolean {
  for (let page = 0; page < cells.numPages; page++) {
    if (judgeInit(log, cells.readWord(page, 0) ?? ERASED).state === 'valid') return true;
  }
  return false;
}

function initReason(log: Log, word: number): string {
  const { state, fault } = judgeInit(log, word);
  if (fault !== undefined) return fault;
  return state === 'valid'
    ? 'its page does not follow the one that was compacted'
    : `it is ${state} where the new head must be`;
}

function compactReason(log: Log, word: number): string {
  return judgeCompact(log, word).fault ?? 'the copies would begin in the page that is compacted';
}

const UNDERFLOW = 'counts fewer zero bits than there are';
const STRANGE = 'what stands there is left by no operation that was cut';

function entryReason({ format: layout }: Log, word: number): string {
  const low = word & 31;
  if (format.isHeader(word)) return headerReason(word, layout.maxValueLength);
  if (!format.isInternal(low)) return STRANGE;
  const name = INTERNAL_NAMES[low];
  const field = format.internalField(low, word);
  const difference = format.singleDifference(word);
  if (difference < 0) return `the checksum of the ${name} word ${UNDERFLOW}`;
  if (difference > 0 || low !== Internal.ERASE) return STRANGE;
  return field >= layout.numPages
    ? `an erase word of page ${field}, and there are ${layout.numPages} pages`
    : `an erase word of page ${field} that ends no compaction`;
}

function headerReason(header: number, longest: number): string {
  const length = format.headerLength(header);
  if (format.isDeleted(header)) {
    return length > longest
      ? `a deleted entry of ${length} bytes, and the longest is ${longest}`
      : STRANGE;
  }
  return format.headerDifference(header) < 0
    ? `the checksum of the entry of key ${format.headerKey(header)} ${UNDERFLOW}`
    : STRANGE;
}

function hex(word: number): string {
  return `0x${unsigned(word).toString(16).padStart(8, '0')}`;
}
