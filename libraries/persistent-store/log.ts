// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The log of entries in flash: where it begins and ends, what stands at a position, and its small changes.
 *
 * NON-TOCK: the parser and word changes of OpenSK's `libraries/persistent_store/src/store.rs`.
 */
import type { AllocationMeter } from './allocation-meter.ts';
import { DeadRun } from './dead-run.ts';
import { EntryList } from './entry-list.ts';
import type { Extension, Reading } from './extension.ts';
import type { Outcome } from './flash-access.ts';
import * as format from './format.ts';
import { ERASED, HEADER_WORDS, Internal, WORD_SIZE } from './format.ts';
import { Info, KIND_OF_INTERNAL, Kind, UNKNOWN } from './kinds.ts';
import type { Status } from './kinds.ts';
import { MODES, type Mode } from './mode.ts';
import { PageHeaders } from './page-headers.ts';
import type { Steps, Storage } from '../store/storage.ts';

/** No word: outside the signed 32 bits. */
const UNREADABLE = 0x1_0000_0000;

/** The log of one flash, with the live entries in RAM. */
export class Log extends PageHeaders {
  readonly entries = new EntryList();
  /** False before the first boot, and after a deletion pass broke off. */
  entriesKnown = false;
  /** Position of the first entry of the oldest page. */
  head = UNKNOWN;

  /** The entry parsed last: its first word, the position after it, its user header's fields or internal field. */
  word = 0;
  next = 0;
  key = 0;
  length = 0;
  field = 0;
  /** The last entry that `skipDead` went over. */
  dead = UNKNOWN;
  private readonly run = new DeadRun();
  /** The look-ahead under way: from where, how far, and the last word found written. */
  private aheadFrom = UNKNOWN;
  private aheadNext = 0;
  private aheadWords = 0;
  private aheadLast = UNKNOWN;

  /** Positions from here on are none: their words are those of the first page. */
  private readonly limit = this.mode.reachesEndOfLife ? this.format.endOfLife : Infinity;

  /** The page that was accessed last, and its first position. */
  private seekPage = 0;
  private seekBegin = 0;

  /** One past the last entry, once looked for; and what looking for it again would read. */
  private knownTail = UNKNOWN;
  private newestHead = 0;
  private newestEnd = 0;
  private newestCost = 0;

  constructor(
    storage: Storage,
    mode: Mode = MODES.ours,
    readonly extension?: Extension<Log>,
    meter?: AllocationMeter,
  ) {
    super(storage, mode, extension?.reservedWords, meter);
  }

  // --- Reading ---------------------------------------------------------------------------------

  /** Makes `seekPage` the page of a position and returns its byte offset there. Most steps stay on a page. */
  private seek(position: number): number {
    let word = position - this.seekBegin;
    if (word < 0 || word >= this.format.virtualPageSize) {
      this.seekBegin = this.format.pageBegin(position);
      this.seekPage = this.format.page(position);
      word = position - this.seekBegin;
    }
    return (HEADER_WORDS + word) * WORD_SIZE;
  }

  private wordAt(position: number): number | undefined {
    const byteOffset = this.seek(position);
    return this.flash.word(this.seekPage, byteOffset);
  }

  /** What stands at a position; fills in `next` and the fields of its kind. */
  parse(position: number): Kind | undefined {
    if (this.aheadFrom === position) return this.lookAhead();
    const word = this.wordAt(position);
    if (word === undefined) return undefined;
    this.word = word;
    if (format.isPadding(word)) return this.parsed(Kind.PADDING, position, 1, 1);
    if (format.isHeader(word)) return this.parseUser(position, word);
    const low = word & 31;
    if (!format.isInternal(low)) return this.lookAheadFrom(position, 1);
    return this.parseInternal(position, word, low);
  }

  private parseInternal(position: number, word: number, low: Internal): Kind | undefined {
    const reading = this.extension?.classify(word);
    if (reading !== undefined) return this.parseExtension(position, reading);
    const difference = format.singleDifference(word);
    if (difference < 0) return this.invalid(1);
    if (difference > 0) return this.lookAheadFrom(position, 1);
    this.field = format.internalField(low, word);
    if (low === Internal.ERASE && this.field >= this.format.numPages) return this.invalid(1);
    return this.parsed(KIND_OF_INTERNAL[low], position, 1, 1);
  }

  /**
   * Goes over the dead entries after one that is dead, from `position` to before `end`, as long as they are whole on
   * one page at hand: where that ends, and in `dead` the last. Counts what `parse` and `wipe` of each would read.
   */
  skipDead(dead: number, position: number, end: number): number {
    this.dead = dead;
    const first = this.seek(position) / WORD_SIZE;
    const words = this.flash.storage.memory?.(this.seekPage);
    if (words === undefined || this.aheadFrom === position) return position;
    const { run } = this;
    const room = Math.min(end, this.limit) - position;
    run.walk(words, first, Math.min(words.length, first + room), this.format.maxValueLength);
    if (run.entries === 0) return position;
    const bytes = (run.entries + run.valueWords) * WORD_SIZE;
    this.flash.countCalls(2 * run.entries, run.emptyEntries, bytes);
    this.dead = position + run.last - first;
    return position + run.end - first;
  }

  /** Goes on with a parse that had to wait. */
  *settleParse(position: number): Steps<Kind> {
    this.failure = 'StorageError';
    const kind = yield* this.flash.settle<Kind>(() => this.parse(position), Kind.FAILED);
    if (kind === Kind.FAILED) this.aheadFrom = UNKNOWN;
    return kind;
  }

  private parseUser(position: number, header: number): Kind | undefined {
    const length = format.headerLength(header);
    const words = format.bytesToWords(length);
    const tooLong = length > this.format.maxValueLength || position + words >= this.limit;
    if (format.isDeleted(header)) {
      return tooLong ? this.invalid(1) : this.parsed(Kind.PADDING, position, 1 + words, 1);
    }
    const difference = format.headerDifference(header);
    if (difference < 0) return this.invalid(1);
    if (tooLong) return this.lookAheadFrom(position, 1);
    this.key = format.headerKey(header);
    this.length = length;
    if (words > 0) return this.parseLast(position, words, difference);
    if (difference !== 0) return this.lookAheadFrom(position, 1);
    return this.parsed(Kind.USER, position, 1, 1);
  }

  /** The last word of an entry is written last: its zero bits must be those that the header promised. */
  private parseLast(position: number, words: number, difference: number): Kind | undefined {
    const last = this.wordAt(position + words);
    if (last === undefined) return undefined;
    const isWhole = difference === 32 - format.ones(last);
    if (!isWhole && last === ERASED) return this.lookAheadFrom(position, 2);
    return this.parsed(isWhole ? Kind.USER : Kind.PARTIAL_USER, position, 1 + words, 2);
  }

  private parseExtension(position: number, { kind, words }: Reading): Kind | undefined {
    if (kind === Kind.PARTIAL) return this.lookAheadFrom(position, 1);
    return kind === Kind.FAILED ? this.invalid(1) : this.parsed(kind, position, words, 1);
  }

  private parsed(kind: Kind, position: number, words: number, calls: number): Kind {
    this.flash.countWords(calls);
    this.next = position + words;
    return kind;
  }

  private invalid(calls: number): Kind {
    this.flash.countWords(calls);
    this.failure = 'InvalidStorage';
    return Kind.FAILED;
  }

  /** Tells a partly written entry from the tail: programs may have set any bits, so all its words could be first. */
  private lookAheadFrom(position: number, calls: number): Kind | undefined {
    this.aheadWords = this.aheadOf(position);
    this.flash.countWords(calls + this.aheadWords);
    this.aheadFrom = position;
    this.aheadNext = 0;
    this.aheadLast = UNKNOWN;
    return this.lookAhead();
  }

  /** Words to look at from a position on. */
  private aheadOf(position: number): number {
    return Math.max(0, Math.min(this.format.maxPrefix, this.limit - position));
  }

  private lookAhead(): Kind | undefined {
    const { aheadFrom: from, aheadWords } = this;
    if (this.aheadNext === 0) this.skipErased(from, aheadWords);
    for (let ahead = this.aheadNext; ahead < aheadWords; ahead++) {
      const word = this.wordAt(from + ahead);
      if (word === ERASED) continue;
      this.aheadNext = ahead;
      if (word === undefined) return undefined;
      this.aheadLast = ahead;
    }
    this.next = from + this.aheadLast + 1;
    this.aheadFrom = UNKNOWN;
    return this.aheadLast === UNKNOWN ? Kind.TAIL : Kind.PARTIAL;
  }

  /** Most look-aheads come upon nothing on their page: a storage may know that at once. */
  private skipErased(from: number, words: number): void {
    const byteOffset = this.seek(from);
    const here = Math.min(words, this.format.pageWords - byteOffset / WORD_SIZE);
    if (this.flash.isKnownErased(this.seekPage, byteOffset, here)) this.aheadNext = here;
  }

  // --- The tail --------------------------------------------------------------------------------

  /** One past the last entry, counted as looked for in flash; UNKNOWN with `failure` set when it has none. */
  tail(): number | undefined {
    if (this.knownTail === UNKNOWN) return undefined;
    const ahead = this.knownTail < this.newestEnd ? 1 + this.aheadOf(this.knownTail) : 0;
    this.flash.countWords(this.format.numPages + this.newestCost + ahead);
    return this.knownTail;
  }

  /** Looks for the tail in flash: from the newest page's head to the first place where nothing stands. */
  *findTail(): Steps<number> {
    let position = yield* this.extremumHead(true);
    if (position === UNKNOWN) return UNKNOWN;
    this.newestHead = position;
    this.newestEnd = this.format.nextPage(position);
    this.newestCost = 0;
    let isCertain = true;
    while (position < this.newestEnd) {
      const kind = this.parse(position) ?? (yield* this.settleParse(position));
      if (kind === Kind.FAILED) return UNKNOWN;
      if (kind === Kind.TAIL) break;
      // A partial entry costs a look-ahead each time. Boot leaves none; do not rely on where one ends.
      isCertain &&= kind !== Kind.PARTIAL && kind !== Kind.PARTIAL_USER;
      this.newestCost += this.costOf(kind);
      position = this.next;
    }
    if (isCertain) this.knownTail = position;
    return position;
  }

  /** Words read one by one to parse the entry just parsed. */
  private costOf(kind: Kind): number {
    return kind === Kind.USER && this.length > 0 ? 2 : 1;
  }

  /** Words that can be written at a tail before a compaction is needed. */
  room(tail: number): number {
    return Math.max(0, this.head + this.format.virtualCapacity - tail);
  }

  /** Words between a tail and the end of life, once no page can be compacted any more; before, none. */
  reserve(tail: number): number {
    return this.isLastCycle() && this.limit !== Infinity ? Math.max(0, this.limit - tail) : 0;
  }

  private isLastCycle(): boolean {
    return this.format.cycle(this.head) >= this.format.maxPageErases;
  }

  /** Where a walk from the head over all entries ends at the latest. */
  walkEnd(): number {
    const end = this.head + this.format.window;
    return this.isLastCycle() && this.limit !== Infinity ? Math.max(end, this.limit) : end;
  }

  /** The tail must be looked for again. */
  forgetTail(): void {
    this.knownTail = UNKNOWN;
  }

  /** An entry was written at the tail: it moves on. */
  moveTail(position: number, words: number, cost: number): void {
    if (this.knownTail !== position) {
      this.knownTail = UNKNOWN;
      return;
    }
    this.knownTail = position + words;
    this.newestCost += cost;
  }

  // --- Changes ---------------------------------------------------------------------------------

  /** Writes words of the entry buffer at a position. */
  write(position: number, from: number, count: number): Outcome | undefined {
    const byteOffset = this.seek(position);
    return this.flash.program(this.seekPage, byteOffset, from, count);
  }

  /** Writes an internal word at the tail, without its page's init info. */
  writeInternal(position: number, kind: Internal, field: number): Outcome | undefined {
    this.moveTail(position, 1, 1);
    const byteOffset = this.seek(position);
    return this.flash.programWord(this.seekPage, byteOffset, format.buildInternal(kind, field));
  }

  /** An entry of the entry buffer, at the tail: all but its last word, then that word, which makes it valid. */
  *writeEntry(position: number, words: number): Steps<Status> {
    this.moveTail(position, words, words > 1 ? 2 : 1);
    const body = this.write(position, 0, words - 1) ?? (yield* this.flash.settleProgram());
    if (body !== 'Done') return this.broken(body);
    const last = this.write(position + words - 1, words - 1, 1);
    return this.broken(last ?? (yield* this.flash.settleProgram()));
  }

  /** An entry of the entry buffer, at the tail, in one go: compaction redoes it whole if cut. */
  *writeCopy(position: number, words: number): Steps<Status> {
    this.moveTail(position, words, words > 1 ? 2 : 1);
    return this.broken(this.write(position, 0, words) ?? (yield* this.flash.settleProgram()));
  }

  /** Passes a status on; after a failure nothing is known about the tail. */
  broken(status: Status): Status {
    if (status !== 'Done') this.forgetTail();
    return status;
  }

  /** Writes the init info of the page that an entry from `first` to `last` begins or enters, unless it is valid. */
  *initPage(first: number, last: number): Steps<Status> {
    const { format: layout } = this;
    const begins = layout.word(first) === 0;
    if (!begins && layout.page(first) === layout.page(last)) return 'Done';
    const newFirst = begins ? first : last + 1;
    const page = layout.page(newFirst);
    const state = this.readInit(page) ?? (yield* this.settleInit(page));
    if (state === Info.FAILED) return this.broken(this.failure);
    this.forgetTail();
    if (state === Info.VALID) return 'Done';
    const init = format.buildInit(layout.cycle(newFirst), layout.word(newFirst));
    return this.flash.programWord(page, 0, init) ?? (yield* this.flash.settleProgram());
  }

  /** Makes the word at a position padding. */
  *setPadding(position: number): Steps<Status> {
    const word = this.wordAt(position) ?? (yield* this.settleWord(position));
    if (word === UNREADABLE) return this.broken('StorageError');
    const done = this.replace(position, format.toPadding(word));
    return this.broken(done ?? (yield* this.flash.settleProgram()));
  }

  private settleWord(position: number): Steps<number> {
    return this.flash.settle<number>(() => this.wordAt(position), UNREADABLE);
  }

  /** Writes a word over the one just read, which counts as a read. */
  replace(position: number, word: number): Outcome | undefined {
    this.flash.countWords(1);
    const byteOffset = this.seek(position);
    return this.flash.programWord(this.seekPage, byteOffset, word);
  }

  /** Writes zeros over words. */
  wipe(position: number, words: number): Outcome | undefined {
    if (words === 0) {
      this.flash.countRead(0);
      return 'Done';
    }
    const byteOffset = this.seek(position);
    return this.flash.programZeros(this.seekPage, byteOffset, words);
  }

  /** Deletes the entry at a position: clears its deleted bit, then wipes its value. */
  *deleteAt(position: number, valueWords: number): Steps<Status> {
    const word = this.wordAt(position) ?? (yield* this.settleWord(position));
    if (word === UNREADABLE) return this.broken('StorageError');
    const deleted = this.replace(position, format.toDeleted(word));
    const marked = deleted ?? (yield* this.flash.settleProgram());
    if (marked !== 'Done') return this.broken(marked);
    if (position >= this.newestHead && position < this.newestEnd && valueWords > 0) {
      this.newestCost -= 1;
    }
    const wiped = this.wipe(position + 1, valueWords);
    return this.broken(wiped ?? (yield* this.flash.settleProgram()));
  }
}
