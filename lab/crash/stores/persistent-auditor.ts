// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Judges a recovered persistent store by what the recovery touched, against a state that was looked at whole.
 *
 * NON-TOCK: an entry that stands where it stood, in words that nobody touched, reads as it did; only others are read.
 *
 * Positions, entries and page headers are worked out here from the format, not by the store's own code.
 */
import { BufferStorage } from '#libraries/persistent-store/buffer-storage';
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
import { walkFlash } from '#libraries/persistent-store/invariants';
import { runAtOnce } from '#libraries/persistent-store/run-at-once';
import type { Cells } from '../cells.ts';
import { areEqual } from '../oracle.ts';
import type { Auditor, Judgement, Specification, StoreSession } from '../store-adapter.ts';
import type { Verdict } from '../verdict.ts';
import type { PersistentSession } from './persistent-session.ts';

const KEYS = 4096;
const ABSENT = -1;
const HEADER_WORDS = 2;

const OLD: Judgement = { verdict: 'OLD' };
const NEW: Judgement = { verdict: 'NEW' };

export class PersistentAuditor implements Auditor {
  private readonly format: Format;
  /** Where each key stood, or ABSENT. */
  private readonly positions = new Float64Array(KEYS).fill(ABSENT);
  /** The flash word in which it began. */
  private readonly indices = new Int32Array(KEYS);
  private remembered: number[] = [];
  /** For each flash word of the remembered log, the flash word in which its entry begins. */
  private readonly begins: Int32Array;
  private tail = 0;
  private head = 0;

  /** Marks of one judgement: those with its number are set. */
  private turn = 0;
  private readonly wordTurns: Int32Array;
  private readonly entryTurns: Int32Array;
  private readonly foundTurns = new Int32Array(KEYS);
  /** Words that differ from the remembered state. */
  private readonly touched: Int32Array;
  private touchedCount = 0;

  /** Keys that the operation in flight is about. */
  private readonly isInFlight = new Uint8Array(KEYS);
  private inFlight: number[] = [];
  private before: Specification | undefined;
  private after: Specification | undefined;

  constructor(private readonly cells: Cells) {
    const words = cells.words.length;
    this.format = new Format(cells.geometry);
    this.begins = new Int32Array(words);
    this.wordTurns = new Int32Array(words);
    this.entryTurns = new Int32Array(words);
    this.touched = new Int32Array(words);
  }

  // --- The whole ---------------------------------------------------------------------------------

  check(session: StoreSession): Judgement | undefined {
    const { cells } = this;
    const flash = new BufferStorage(cells.geometry, false);
    flash.image.set(cells.image);
    flash.wordWrites.set(cells.wordWrites);
    flash.pageErases.set(cells.pageErases);
    const { finding, tail } = walkFlash(flash);
    if (finding !== undefined) {
      const verdict = finding.invariant === 'wiped' ? 'NOT_WIPED' : 'SPACE_LEAK';
      return { verdict, sentence: finding.sentence };
    }
    const lifetime = tailOf(session);
    if (lifetime === tail) return undefined;
    return leak(`the store has its tail at ${lifetime ?? '?'}, the flash at ${tail}`);
  }

  remember(session: StoreSession): void {
    const { index, head } = storeOf(session);
    for (const key of this.remembered) this.positions[key] = ABSENT;
    this.remembered = index.keys.slice(0, index.size);
    for (const [slot, key] of this.remembered.entries()) {
      const position = index.positions[slot] ?? ABSENT;
      this.positions[key] = position;
      this.indices[key] = this.indexOf(position);
    }
    this.head = head;
    this.tail = tailOf(session) ?? head;
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
  private indexOf(position: number): number {
    const { format } = this;
    return format.page(position) * format.pageWords + HEADER_WORDS + format.word(position);
  }

  private entryWords(word: number): number {
    return isHeader(word) ? 1 + bytesToWords(headerLength(word)) : 1;
  }

  // --- By what differs ---------------------------------------------------------------------------

  judge(session: StoreSession, before: Specification, after: Specification): Judgement | undefined {
    if (before !== this.before || after !== this.after) this.aim(before, after);
    this.turn += 1;
    this.collectTouched();
    const judgement = this.judgeContent(session, before, after);
    if (judgement === undefined) return undefined;
    return (
      this.judgeCapacity(session, judgement === OLD ? before : after) ??
      this.judgeFlash(session) ??
      judgement
    );
  }

  /** Finds out which keys the operation in flight is about. */
  private aim(before: Specification, after: Specification): void {
    for (const key of this.inFlight) this.isInFlight[key] = 0;
    this.before = before;
    this.after = after;
    const one = before.entries();
    const other = after.entries();
    const keys = new Set([...one.keys(), ...other.keys()]);
    this.inFlight = [...keys].filter((key) => !areEqual(one.get(key), other.get(key)));
    for (const key of this.inFlight) this.isInFlight[key] = 1;
  }

  /** Notes each word that differs, and each key whose entry has such a word. */
  private collectTouched(): void {
    const { cells, turn } = this;
    const { journal, journalWords, journalLength, words } = cells;
    this.touchedCount = 0;
    for (let at = 0; at < journalLength; at++) {
      const index = journal[at] ?? 0;
      // The first time a word is in the journal, what it was is what was remembered.
      if (index < 0 || this.wordTurns[index] === turn) continue;
      this.wordTurns[index] = turn;
      if (journalWords[at] === words[index]) continue;
      this.touched[this.touchedCount++] = index;
    }
    for (let at = 0; at < this.touchedCount; at++) {
      this.entryTurns[this.begins[this.touched[at] ?? 0] ?? 0] = turn;
    }
  }

  private judgeContent(
    session: StoreSession,
    before: Specification,
    after: Specification,
  ): Judgement | undefined {
    const { index } = storeOf(session);
    const { keys, positions } = index;
    const count = index.size;
    let asBefore = 0;
    let asAfter = 0;
    for (let slot = 0; slot < count; slot++) {
      const key = keys[slot] ?? 0;
      const position = positions[slot] ?? 0;
      if (this.foundTurns[key] === this.turn || index.slot(key) !== slot) return undefined;
      this.foundTurns[key] = this.turn;
      if (this.positions[key] === position && !this.isTouched(key)) {
        asBefore += 1;
        if (this.isInFlight[key] === 0) asAfter += 1;
        continue;
      }
      const found = runAtOnce(storeOf(session).find(key));
      if (!found.ok || found.value === undefined) return undefined;
      if (areEqual(found.value, before.entries().get(key))) asBefore += 1;
      if (areEqual(found.value, after.entries().get(key))) asAfter += 1;
    }
    if (asBefore === count && before.entries().size === count) return OLD;
    return asAfter === count && after.entries().size === count ? NEW : undefined;
  }

  /** Whether the remembered entry of a key has a word that differs. */
  private isTouched(key: number): boolean {
    return this.entryTurns[this.indices[key] ?? 0] === this.turn;
  }

  private judgeCapacity(session: StoreSession, shown: Specification): Judgement | undefined {
    const used = session.usedCapacity();
    const wanted = shown.usedCapacity();
    if (used === undefined || (used.ok && used.value === wanted)) return undefined;
    return leak(`it counts ${used.ok ? used.value : used.error} words instead of ${wanted}`);
  }

  /** The words that were touched must be what the format has them be after a recovery. */
  private judgeFlash(session: StoreSession): Judgement | undefined {
    const { head } = storeOf(session);
    const tail = tailOf(session);
    if (tail === undefined) return { verdict: 'UNREADABLE', sentence: 'it does not find its tail' };
    const grown = this.judgeGrowth(session, Math.max(this.tail, head), tail);
    if (grown !== undefined) return grown;
    if (head !== this.head) {
      const prefix = this.judgeZeros(this.format.pageBegin(head), head);
      if (prefix !== undefined) return prefix;
    }
    for (let at = 0; at < this.touchedCount; at++) {
      const fault = this.judgeWord(this.touched[at] ?? 0, head, tail);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** The log from where it ended to where it ends: whole entries that the store knows, dead ones wiped, and padding. */
  private judgeGrowth(session: StoreSession, from: number, tail: number): Judgement | undefined {
    const { index } = storeOf(session);
    let position = from;
    while (position < tail) {
      const word = this.cells.words[this.indexOf(position)] ?? 0;
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
      const word = this.cells.words[this.indexOf(position)] ?? 0;
      if (word !== 0)
        return fault('NOT_WIPED', `${hex(word)} of a deleted value is at ${position}`);
    }
    return undefined;
  }

  /** One word that is not as it was. */
  private judgeWord(index: number, head: number, tail: number): Judgement | undefined {
    const { format, cells } = this;
    const word = cells.words[index] ?? 0;
    const page = Math.floor(index / format.pageWords);
    const offset = index % format.pageWords;
    const begin = this.beginOf(page, head);
    if (offset === 0) return this.judgeInit(word, begin, begin <= head || begin < tail);
    if (offset === 1) return word === -1 ? undefined : leak(`page ${page} has compact info left`);
    const position = begin + offset - HEADER_WORDS;
    if (position >= tail) return word === -1 ? undefined : leak(`${hex(word)} is beyond the tail`);
    if (position >= this.tail || position < head) return undefined;
    const entry = this.begins[index] ?? 0;
    const header = cells.words[entry] ?? 0;
    if (entry !== index || !isHeader(header) || !isDeleted(header)) {
      const isDead = isHeader(header) && isDeleted(header);
      return isDead && word !== 0 ? fault('NOT_WIPED', `${hex(word)} at ${position}`) : undefined;
    }
    return this.judgeZeros(position + 1, position + this.entryWords(header));
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

function storeOf(session: StoreSession): PersistentSession['store'] {
  return (session as PersistentSession).store;
}

function tailOf(session: StoreSession): number | undefined {
  const lifetime = runAtOnce(storeOf(session).lifetime());
  return lifetime.ok ? lifetime.value.used : undefined;
}

function fault(verdict: Verdict, sentence: string): Judgement {
  return { verdict, sentence };
}

function leak(sentence: string): Judgement {
  return fault('SPACE_LEAK', sentence);
}

function hex(word: number): string {
  return `0x${(word >>> 0).toString(16).padStart(8, '0')}`;
}
