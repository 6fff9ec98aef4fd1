// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Looks at the words of a persistent store's log that a recovery touched: dead ones wiped, blank ones blank, none left over.
 *
 * NON-TOCK: the flash half of persistent-auditor.ts.
 *
 * Positions, entries and page headers are worked out here from the format, not by the store's own code.
 */
import type { EntryList } from '#libraries/persistent-store/entry-list';
import {
  Format,
  bytesToWords,
  headerKey,
  headerLength,
  initCycle,
  isDeleted,
  isHeader,
  isPadding,
  singleDifference,
} from '#libraries/persistent-store/format';
import type { Cells } from '../cells.ts';
import type { Judgement } from '../store-adapter.ts';
import type { Verdict } from '../verdict.ts';

const HEADER_WORDS = 2;

/** Where a recovered store has its log, and what it knows to live in it. */
export interface RecoveredLog {
  readonly head: number;
  readonly tail: number;
  readonly index: EntryList;
}

export class PersistentLogAuditor {
  private readonly format: Format;
  /** For each flash word of the remembered log, the flash word in which its entry begins. */
  readonly begins: Int32Array;
  private tail = 0;
  private head = 0;

  /** The page of the word judged last: its first word, and its first position with that head. */
  private pageIndex = -1;
  private pageBegin = 0;
  private pageHead = -1;

  constructor(private readonly cells: Cells) {
    this.format = new Format(cells.geometry);
    this.begins = new Int32Array(cells.words.length);
  }

  /** The log is sound, from here to there: later ones are compared with it. */
  remember(head: number, tail: number): void {
    this.head = head;
    this.tail = tail;
    this.noteBegins();
  }

  private noteBegins(): void {
    for (let position = this.head; position < this.tail;) {
      const begin = this.indexOf(position);
      const end = position + this.entryWords(this.cells.words[begin] ?? 0);
      for (; position < end; position++) this.begins[this.indexOf(position)] = begin;
    }
  }

  /** The flash word of a position. */
  indexOf(position: number): number {
    const { format } = this;
    return format.page(position) * format.pageWords + HEADER_WORDS + format.word(position);
  }

  private entryWords(word: number): number {
    return isHeader(word) ? 1 + bytesToWords(headerLength(word)) : 1;
  }

  /** Words from a position to the end of its page. */
  roomAt(position: number): number {
    return this.format.virtualPageSize - this.format.word(position);
  }

  /** The word at a position. */
  wordAt(position: number): number {
    return this.cells.words[this.indexOf(position)] ?? 0;
  }

  /** The words that were touched must be what the format has them be after a recovery. */
  judge(log: RecoveredLog, touched: Int32Array): Judgement | undefined {
    const { head, tail } = log;
    const grown = this.judgeGrowth(log, Math.max(this.tail, head));
    if (grown !== undefined) return grown;
    if (head !== this.head) {
      const prefix = this.judgeZeros(this.format.pageBegin(head), head);
      if (prefix !== undefined) return prefix;
    }
    for (const index of touched) {
      const found = this.judgeWord(index, head, tail);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The log from where it ended to where it ends: whole entries that the store knows, dead ones wiped, and padding. */
  private judgeGrowth({ index, tail }: RecoveredLog, from: number): Judgement | undefined {
    let position = from;
    while (position < tail) {
      const word = this.wordAt(position);
      const end = position + this.entryWords(word);
      if (isHeader(word) && !isDeleted(word)) {
        const slot = index.slot(headerKey(word));
        if (slot < 0 || index.positions[slot] !== position)
          return leak(`an entry nobody knows is at ${position}`);
      } else if (isHeader(word)) {
        const fault = this.judgeZeros(position + 1, end);
        if (fault !== undefined) return fault;
      } else if (!isPadding(word)) {
        return leak(`word ${hex(word)} of an operation stands at ${position}`);
      }
      position = end;
    }
    return position === tail ? undefined : leak(`the log ends at ${position}, not at ${tail}`);
  }

  private judgeZeros(from: number, to: number): Judgement | undefined {
    for (let position = from; position < to; position++) {
      const word = this.wordAt(position);
      if (word !== 0)
        return fault('NOT_WIPED', `${hex(word)} of a deleted value is at ${position}`);
    }
    return undefined;
  }

  /** One word that is not as it was. Words come page by page mostly: where a page begins is worked out once. */
  private judgeWord(index: number, head: number, tail: number): Judgement | undefined {
    const { pageWords } = this.format;
    if (index < this.pageIndex || index >= this.pageIndex + pageWords || head !== this.pageHead) {
      const page = Math.floor(index / pageWords);
      this.pageIndex = page * pageWords;
      this.pageHead = head;
      this.pageBegin = this.beginOf(page, head);
    }
    const begin = this.pageBegin;
    const offset = index - this.pageIndex;
    const word = this.cells.words[index] ?? 0;
    if (offset < HEADER_WORDS) return this.judgeHeader(offset, word, begin, head, tail);
    const position = begin + offset - HEADER_WORDS;
    if (position >= tail) return word === -1 ? undefined : leak(`${hex(word)} is beyond the tail`);
    const isRemembered = position < this.tail && position >= head;
    return isRemembered ? this.judgeOldWord(index, position) : undefined;
  }

  private judgeHeader(
    offset: number,
    word: number,
    begin: number,
    head: number,
    tail: number,
  ): Judgement | undefined {
    if (offset === 0) return this.judgeInit(word, begin, begin <= head || begin < tail);
    return word === -1 ? undefined : leak(`the page from ${begin} on has compact info left`);
  }

  /** A word of the remembered log: if its entry is deleted, it and what follows its header is wiped. */
  private judgeOldWord(index: number, position: number): Judgement | undefined {
    const entry = this.begins[index] ?? 0;
    const header = this.cells.words[entry] ?? 0;
    if (!isHeader(header) || !isDeleted(header)) return undefined;
    return entry === index
      ? this.judgeZeros(position + 1, position + this.entryWords(header))
      : this.judgeZeros(position, position + 1);
  }

  /** The first position of a page in the window from a head on. */
  private beginOf(page: number, head: number): number {
    const { format } = this;
    const begin = format.pageBegin(head);
    const pages = (page - format.page(begin) + format.numPages) % format.numPages;
    return begin + pages * format.virtualPageSize;
  }

  private judgeInit(word: number, begin: number, isReached: boolean): Judgement | undefined {
    if (!isReached) return word === -1 ? undefined : leak('a page is begun that no entry reaches');
    const isRight = singleDifference(word) === 0 && initCycle(word) === this.format.cycle(begin);
    return isRight
      ? undefined
      : leak(`init info ${hex(word)} of the page from ${begin} on is wrong`);
  }
}

function fault(verdict: Verdict, sentence: string): Judgement {
  return { verdict, sentence };
}

/** Room is lost, or something is left where nothing may be. */
export function leak(sentence: string): Judgement {
  return fault('SPACE_LEAK', sentence);
}

function hex(word: number): string {
  return `0x${(word >>> 0).toString(16).padStart(8, '0')}`;
}
