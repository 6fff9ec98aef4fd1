// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Judges a recovered persistent store by what the recovery touched, against a state that was looked at whole.
 *
 * NON-TOCK: an entry that stands where it stood, in words that nobody touched, reads as it did; only others are read.
 */
import { BufferStorage } from '#libraries/store/buffer-storage';
import { bytesToWords } from '#libraries/persistent-store/format';
import { walkFlash } from '#libraries/persistent-store/invariants';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Cells } from '../cells.ts';
import { areEqual } from '../oracle.ts';
import type { Auditor, Judgement, Specification, StoreSession } from '../store-adapter.ts';
import { leak, PersistentLogAuditor } from './persistent-log-auditor.ts';
import type { PersistentSession } from './persistent-session.ts';

const KEYS = 4096;
const ABSENT = -1;

/** Which states an entry fits: that before the operation in flight, and that after it. */
const NEITHER = 0;
const ONLY_BEFORE = 1;
const ONLY_AFTER = 2;
const BOTH = 3;

const OLD: Judgement = { verdict: 'OLD' };
const NEW: Judgement = { verdict: 'NEW' };

/** What the store read of a key during one operation, and the words that it read. */
interface Reading {
  readonly position: number;
  readonly index: number;
  readonly words: Int32Array;
  /** Which of the two states its value fits. */
  readonly shown: number;
}

export class PersistentAuditor implements Auditor {
  /** Where each key stood, or ABSENT. */
  private readonly positions = new Float64Array(KEYS).fill(ABSENT);
  /** The flash word in which it began. */
  private readonly indices = new Int32Array(KEYS);
  private remembered: number[] = [];
  private readonly log: PersistentLogAuditor;

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
  private readonly readings = new Map<number, Reading>();
  private before: Specification | undefined;
  private after: Specification | undefined;

  constructor(private readonly cells: Cells) {
    const words = cells.words.length;
    this.log = new PersistentLogAuditor(cells);
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
      this.indices[key] = this.log.indexOf(position);
    }
    this.log.remember(head, tailOf(session) ?? head);
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
      this.judgeLog(session) ??
      judgement
    );
  }

  /** Finds out which keys the operation in flight is about. */
  private aim(before: Specification, after: Specification): void {
    for (const key of this.inFlight) this.isInFlight[key] = 0;
    this.before = before;
    this.after = after;
    this.readings.clear();
    const one = before.entries();
    const other = after.entries();
    this.inFlight = [];
    for (const [key, value] of one) if (other.get(key) !== value) this.inFlight.push(key);
    for (const key of other.keys()) if (!one.has(key)) this.inFlight.push(key);
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
      this.entryTurns[this.log.begins[this.touched[at] ?? 0] ?? 0] = turn;
    }
  }

  private judgeContent(
    session: StoreSession,
    before: Specification,
    after: Specification,
  ): Judgement | undefined {
    const { size: count } = storeOf(session).index;
    let asBefore = 0;
    let asAfter = 0;
    for (let slot = 0; slot < count; slot++) {
      const shown = this.shownBy(session, slot);
      if (shown === NEITHER) return undefined;
      if (shown !== ONLY_AFTER) asBefore += 1;
      if (shown !== ONLY_BEFORE) asAfter += 1;
    }
    if (asBefore === count && before.entries().size === count) return OLD;
    return asAfter === count && after.entries().size === count ? NEW : undefined;
  }

  /** Which of the two states an entry of the store's list fits. */
  private shownBy(session: StoreSession, slot: number): number {
    const { index } = storeOf(session);
    const key = index.keys[slot] ?? 0;
    const position = index.positions[slot] ?? 0;
    if (this.foundTurns[key] === this.turn || index.slot(key) !== slot) return NEITHER;
    this.foundTurns[key] = this.turn;
    if (this.positions[key] === position && !this.isTouched(key)) {
      return this.isInFlight[key] === 0 ? BOTH : ONLY_BEFORE;
    }
    return this.read(session, key, position)?.shown ?? NEITHER;
  }

  /**
   * Reads a key by the store's own means and compares its value. What stood at the same position in the same words the last
   * time is not read again. Undefined when the store does not find it.
   */
  private read(session: StoreSession, key: number, position: number): Reading | undefined {
    const known = this.readings.get(key);
    if (known?.position === position && this.stands(known)) return known;
    const found = runAtOnce(storeOf(session).find(key));
    if (!found.ok || found.value === undefined) return undefined;
    const words = Int32Array.from({ length: 1 + bytesToWords(found.value.length) }, (_, nth) =>
      this.log.wordAt(position + nth),
    );
    const isBefore = areEqual(found.value, this.before?.entries().get(key));
    const isAfter = areEqual(found.value, this.after?.entries().get(key));
    const shown = fit(isBefore, isAfter);
    const reading = { position, index: this.log.indexOf(position), words, shown };
    this.readings.set(key, reading);
    return reading;
  }

  private stands({ position, index, words }: Reading): boolean {
    const room = this.log.roomAt(position);
    for (let nth = 0; nth < words.length; nth++) {
      const word = nth < room ? this.cells.words[index + nth] : this.log.wordAt(position + nth);
      if (word !== words[nth]) return false;
    }
    return true;
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

  private judgeLog(session: StoreSession): Judgement | undefined {
    const tail = tailOf(session);
    if (tail === undefined) return { verdict: 'UNREADABLE', sentence: 'it does not find its tail' };
    const { head, index } = storeOf(session);
    const touched = this.touched.subarray(0, this.touchedCount);
    return this.log.judge({ head, tail, index }, touched);
  }
}

function fit(isBefore: boolean, isAfter: boolean): number {
  if (isBefore) return isAfter ? BOTH : ONLY_BEFORE;
  return isAfter ? ONLY_AFTER : NEITHER;
}

function storeOf(session: StoreSession): PersistentSession['store'] {
  return (session as StoreSession & Pick<PersistentSession, 'store'>).store;
}

function tailOf(session: StoreSession): number | undefined {
  const lifetime = runAtOnce(storeOf(session).lifetime());
  return lifetime.ok ? lifetime.value.used : undefined;
}
