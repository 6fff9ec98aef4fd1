// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How the store touches its flash: words, programs that skip what is there already, erasures, and their count.
 *
 * NON-TOCK: the access rules of OpenSK's `libraries/persistent_store`, made able to wait.
 *
 * Every attempt here is a plain function. It returns its outcome, or `undefined` after leaving a request in
 * `request`; then `settle` performs that request and resumes the attempt. So an operation costs no generator
 * where the flash is at hand, and the same source runs where it is not.
 */
import { ERASED, HEADER_WORDS, WORD_SIZE } from './format.ts';
import type { FlashRequest, Steps, Storage } from '../store/storage.ts';

/** The outcome of something that changes the flash. */
export type Outcome = 'Done' | 'StorageError' | 'InvalidStorage';

/** What a device without the store's index in RAM would have read: see Store.reads. */
export interface ReadCounts {
  /** Calls, those of length zero included. */
  calls: number;
  emptyCalls: number;
  bytes: number;
  /** Each call's bytes rounded up to words, summed. */
  words: number;
}

/** Bytes fetched for a word that is not at hand: its neighbours will be asked for next. */
const LINE_SIZE = 64;
/** Lines kept: an attempt needs two at once, an entry's first and last word. */
const LINES = 4;

interface Line {
  page: number;
  byteOffset: number;
  length: number;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
}

interface MutableRequest extends FlashRequest {
  operation: FlashRequest['operation'];
  page: number;
  byteOffset: number;
  length: number;
  bytes: Uint8Array;
}

/** The longest entry: a header and 256 words. */
const MAX_ENTRY_WORDS = 257;
const BUFFER_WORDS = MAX_ENTRY_WORDS + 1;
/** What is written over wiped words; never changed. */
const ZEROS = new Int32Array(MAX_ENTRY_WORDS);
const ZERO_BYTES = new Uint8Array(ZEROS.buffer);

const NOTHING = new Uint8Array(0);
const NO_PAGE = -1;

function makeLine(): Line {
  const words = new Int32Array(LINE_SIZE / WORD_SIZE);
  return { page: NO_PAGE, byteOffset: 0, length: 0, words, bytes: new Uint8Array(words.buffer) };
}

export class FlashAccess {
  /** Read calls of one word each, by far the most, and all others. */
  private wordReads = 0;
  private readonly otherReads: ReadCounts = { calls: 0, emptyCalls: 0, bytes: 0, words: 0 };

  /** Where entries are built and copied, as words and as bytes: the longest fits, and a single word after it. */
  readonly words = new Int32Array(BUFFER_WORDS);
  readonly bytes = new Uint8Array(this.words.buffer);

  private readonly request: MutableRequest = {
    operation: 'read',
    page: 0,
    byteOffset: 0,
    length: 0,
    bytes: NOTHING,
  };
  private readonly lines: Line[] = [];
  private nextLine = 0;

  /** The program or erasure under way: what is left of it, and whether its request was just performed. */
  private source = this.words;
  private sourceBytes = this.bytes;
  private page = 0;
  private byteOffset = 0;
  private from = 0;
  private left = 0;
  private leftOnNextPage = 0;
  private checked = 0;
  private performed = false;

  private readonly resumeProgram = (): Outcome | undefined => this.attemptProgram();
  private readonly resumeErase = (): Outcome | undefined => this.attemptErase();

  constructor(readonly storage: Storage) {}

  /** What was read so far. */
  reads(): ReadCounts {
    const { otherReads, wordReads } = this;
    return {
      calls: otherReads.calls + wordReads,
      emptyCalls: otherReads.emptyCalls,
      bytes: otherReads.bytes + wordReads * WORD_SIZE,
      words: otherReads.words + wordReads,
    };
  }

  /** Counts a read call of whole words. */
  countRead(words: number): void {
    if (words === 1) this.wordReads += 1;
    else this.countBytes(words * WORD_SIZE);
  }

  /** Counts read calls of one word each. */
  countWords(calls: number): void {
    this.wordReads += calls;
  }

  private countBytes(length: number): void {
    this.countCalls(1, length === 0 ? 1 : 0, length);
  }

  /** Counts read calls, some of them of nothing; of several, all read whole words. */
  countCalls(calls: number, emptyCalls: number, bytes: number): void {
    const { otherReads } = this;
    otherReads.calls += calls;
    otherReads.emptyCalls += emptyCalls;
    otherReads.bytes += bytes;
    otherReads.words += (bytes + 3) >>> 2;
  }

  /** A word of a page, not counted; `undefined` when it must be fetched. */
  word(page: number, byteOffset: number): number | undefined {
    return this.storage.readWord(page, byteOffset) ?? this.fetchedWord(page, byteOffset);
  }

  private fetchedWord(page: number, byteOffset: number): number | undefined {
    for (const line of this.lines) {
      const at = byteOffset - line.byteOffset;
      if (line.page === page && at >= 0 && at < line.length) return line.words[at >>> 2];
    }
    const { request, storage } = this;
    const line = (this.lines[this.nextLine] ??= makeLine());
    line.page = NO_PAGE;
    request.operation = 'read';
    request.page = page;
    request.byteOffset = byteOffset - (byteOffset % LINE_SIZE);
    request.length = Math.min(LINE_SIZE, storage.pageSize - request.byteOffset);
    request.bytes =
      request.length === LINE_SIZE ? line.bytes : line.bytes.subarray(0, request.length);
    return undefined;
  }

  /** Performs the request an attempt left, and resumes the attempt until it has an outcome. */
  *settle<T>(resume: () => T | undefined, failed: T): Steps<T> {
    for (;;) {
      const done = yield this.request;
      if (!done) {
        this.forgetLines();
        return failed;
      }
      if (this.request.operation === 'read') this.keepLine();
      else this.performed = true;
      const outcome = resume();
      if (outcome !== undefined) return outcome;
    }
  }

  private keepLine(): void {
    const line = this.lines[this.nextLine];
    if (line === undefined) return;
    line.page = this.request.page;
    line.byteOffset = this.request.byteOffset;
    line.length = this.request.length;
    this.nextLine = (this.nextLine + 1) % LINES;
  }

  private forgetLines(): void {
    for (const line of this.lines) line.page = NO_PAGE;
  }

  /**
   * Writes `count` words of `words` from `from` on at a place, going on after the header of the next page when
   * the page ends. Words that are equal from the start on are skipped; from the first that differs on, all are
   * written in one call a page. InvalidStorage when that word would have to set a bit.
   */
  program(page: number, byteOffset: number, from: number, count: number): Outcome | undefined {
    return this.begin(this.words, this.bytes, page, byteOffset, from, count);
  }

  /** Writes one word. */
  programWord(page: number, byteOffset: number, word: number): Outcome | undefined {
    this.words[MAX_ENTRY_WORDS] = word;
    return this.begin(this.words, this.bytes, page, byteOffset, MAX_ENTRY_WORDS, 1);
  }

  /** Writes zeros over `count` words. */
  programZeros(page: number, byteOffset: number, count: number): Outcome | undefined {
    const fits = byteOffset + count * WORD_SIZE <= this.storage.pageSize;
    if (fits && this.storage.isFilled?.(page, byteOffset, count, 0) === true) {
      this.countRead(count);
      return 'Done';
    }
    return this.begin(ZEROS, ZERO_BYTES, page, byteOffset, 0, count);
  }

  private begin(
    source: Int32Array<ArrayBuffer>,
    sourceBytes: Uint8Array<ArrayBuffer>,
    page: number,
    byteOffset: number,
    from: number,
    count: number,
  ): Outcome | undefined {
    const room = (this.storage.pageSize - byteOffset) >>> 2;
    this.source = source;
    this.sourceBytes = sourceBytes;
    this.page = page;
    this.byteOffset = byteOffset;
    this.from = from;
    this.left = count < room ? count : room;
    this.leftOnNextPage = count - this.left;
    this.checked = 0;
    this.performed = false;
    this.countRead(this.left);
    return this.attemptProgram();
  }

  /** Goes on with a program that had to wait. */
  settleProgram(): Steps<Outcome> {
    return this.settle<Outcome>(this.resumeProgram, 'StorageError');
  }

  private attemptProgram(): Outcome | undefined {
    for (;;) {
      const outcome = this.performed ? 'Done' : this.attemptPage();
      if (outcome !== 'Done' || this.leftOnNextPage === 0) return outcome;
      this.page = (this.page + 1) % this.storage.numPages;
      this.byteOffset = HEADER_WORDS * WORD_SIZE;
      this.from += this.left;
      this.left = this.leftOnNextPage;
      this.leftOnNextPage = 0;
      this.checked = 0;
      this.performed = false;
      this.countRead(this.left);
    }
  }

  private attemptPage(): Outcome | undefined {
    for (; this.checked < this.left; this.checked++) {
      const old = this.word(this.page, this.byteOffset + this.checked * WORD_SIZE);
      if (old === undefined) return undefined;
      const target = this.source[this.from + this.checked] ?? ERASED;
      if (old !== target) return wouldSetBit(old, target) ? 'InvalidStorage' : this.writeRest();
    }
    return 'Done';
  }

  private writeRest(): Outcome | undefined {
    const { page, checked } = this;
    const byteOffset = this.byteOffset + checked * WORD_SIZE;
    const start = (this.from + checked) * WORD_SIZE;
    const length = (this.left - checked) * WORD_SIZE;
    const written = this.storage.write(page, byteOffset, this.sourceBytes, start, length);
    if (written === undefined) this.ask('write', page, byteOffset, start, length);
    return this.mutated(written);
  }

  private ask(
    operation: 'write' | 'erase',
    page: number,
    byteOffset: number,
    start: number,
    length: number,
  ): void {
    const { request } = this;
    request.operation = operation;
    request.page = page;
    request.byteOffset = byteOffset;
    request.length = length;
    request.bytes =
      operation === 'write' ? this.sourceBytes.subarray(start, start + length) : NOTHING;
  }

  private mutated(done: boolean | undefined): Outcome | undefined {
    if (this.lines.length > 0) this.forgetLines();
    if (done === undefined) return undefined;
    return done ? 'Done' : 'StorageError';
  }

  /** Erases a page unless it is blank. The whole page counts as read. */
  erase(page: number): Outcome | undefined {
    this.page = page;
    this.checked = 0;
    this.performed = false;
    this.countRead(this.storage.pageSize / WORD_SIZE);
    return this.attemptErase();
  }

  /** Goes on with an erasure that had to wait. */
  settleErase(): Steps<Outcome> {
    return this.settle<Outcome>(this.resumeErase, 'StorageError');
  }

  private attemptErase(): Outcome | undefined {
    if (this.performed) return 'Done';
    const blank = this.attemptBlank();
    if (blank === undefined) return undefined;
    if (blank) return 'Done';
    const { page, storage } = this;
    const erased = storage.erase(page);
    if (erased === undefined) this.ask('erase', page, 0, 0, storage.pageSize);
    return this.mutated(erased);
  }

  /** Whether words of a page are known at once to be all ones. Not counted. */
  isKnownErased(page: number, byteOffset: number, count: number): boolean {
    return this.storage.isFilled?.(page, byteOffset, count, ERASED) === true;
  }

  /** Whether a page is all ones from a word on. The whole page counts as read. */
  isBlank(page: number, fromWord: number): boolean | undefined {
    this.page = page;
    this.checked = fromWord;
    this.countRead(this.storage.pageSize / WORD_SIZE);
    return this.attemptBlank();
  }

  /** Goes on with `isBlank`; "failed" when the flash could not be read. */
  settleBlank(): Steps<boolean | 'failed'> {
    return this.settle<boolean | 'failed'>(() => this.attemptBlank(), 'failed');
  }

  private attemptBlank(): boolean | undefined {
    const { page, storage } = this;
    const known = storage.isErased?.(page, this.checked * WORD_SIZE);
    if (known !== undefined) return known;
    const end = storage.pageSize;
    for (let at = this.checked * WORD_SIZE; at < end; at += WORD_SIZE) {
      const word = this.word(page, at);
      if (word === ERASED) continue;
      this.checked = at / WORD_SIZE;
      return word === undefined ? undefined : false;
    }
    return true;
  }

  /** Reads bytes of a page into `into` from `start` on, counted; false when the flash failed. */
  readInto(
    page: number,
    byteOffset: number,
    into: Uint8Array,
    start: number,
    length: number,
  ): boolean | undefined {
    this.countBytes(length);
    if (length === 0) return true;
    const data = this.storage.read(page, byteOffset, length);
    if (data !== undefined) {
      into.set(data, start);
      return true;
    }
    const { request } = this;
    request.operation = 'read';
    request.page = page;
    request.byteOffset = byteOffset;
    request.length = length;
    request.bytes = into.subarray(start, start + length);
    return undefined;
  }

  /** Performs the request that `readInto` left. */
  *settleRead(): Steps<boolean> {
    return yield this.request;
  }
}

/** Whether the first byte in which the words differ has a bit to set; bytes after it are not looked at. */
function wouldSetBit(old: number, target: number): boolean {
  const differing = old ^ target;
  let byte = 0xff;
  while ((differing & byte) === 0) byte <<= 8;
  // Earlier bytes are equal, so a bit to set below is in this byte.
  return (target & ~old & byte) !== 0;
}
