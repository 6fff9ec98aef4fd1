// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash of the laboratory: words, their wear, and a journal that takes back whatever a branch did.
 *
 * NON-TOCK: a branch costs what it changed, not what the flash holds.
 *
 * A program clears bits only: the result is old AND new, whatever was asked for.
 */
import type { Geometry } from '#libraries/store/storage';

/** A point to come back to; only the newest one may be used. */
export interface Mark {
  length: number;
  hash: number;
  check: number;
}

/** Page erase counts stand in the journal below this index. */
const PAGES = -1;
const FIRST_JOURNAL = 1 << 12;

/** The word that a program leaves. */
export function programmed(old: number, target: number): number {
  return old & target;
}

export class Cells {
  readonly pageWords: number;
  /** The whole flash, page 0 first, as words and as bytes. */
  readonly words: Int32Array<ArrayBuffer>;
  readonly image: Uint8Array<ArrayBuffer>;
  /** Programs that changed each word since its page was erased. */
  readonly wordWrites: Uint8Array;
  /** Completed erasures of each page. */
  readonly pageErases: Uint32Array;
  /** Two hashes of how the words differ from those at the last `settle`, kept by `put` alone. */
  hash = 0;
  check = 0;
  /** The first broken limit as a sentence; of the branch under way. */
  violation: string | undefined;

  /** Which words changed since the last `settle`, oldest first, some more than once; and what was there. */
  journal = new Int32Array(FIRST_JOURNAL);
  journalWords = new Int32Array(FIRST_JOURNAL);
  private journalWrites = new Uint32Array(FIRST_JOURNAL);
  journalLength = 0;

  /** A blank flash. */
  constructor(readonly geometry: Geometry) {
    const size = geometry.pageSize * geometry.numPages;
    this.pageWords = geometry.pageSize / 4;
    this.image = new Uint8Array(size).fill(0xff);
    this.words = new Int32Array(this.image.buffer);
    this.wordWrites = new Uint8Array(size / 4);
    this.pageErases = new Uint32Array(geometry.numPages);
  }

  /** Nothing before this moment will be taken back. */
  settle(): void {
    this.journalLength = 0;
    this.hash = 0;
    this.check = 0;
    this.violation = undefined;
  }

  /** Notes where the journal and the hashes are. */
  mark(into: Mark): void {
    into.length = this.journalLength;
    into.hash = this.hash;
    into.check = this.check;
  }

  /** Takes everything back that changed since a mark. */
  undo(mark: Mark): void {
    const { journal, journalWords, journalWrites, words, wordWrites } = this;
    for (let at = this.journalLength - 1; at >= mark.length; at--) {
      const index = journal[at] ?? 0;
      const writes = journalWrites[at] ?? 0;
      if (index < 0) {
        this.pageErases[PAGES - index] = writes;
        continue;
      }
      words[index] = journalWords[at] ?? 0;
      wordWrites[index] = writes;
    }
    this.journalLength = mark.length;
    this.hash = mark.hash;
    this.check = mark.check;
    this.violation = undefined;
  }

  private note(index: number, word: number, writes: number): void {
    const at = this.journalLength;
    if (at === this.journal.length) this.grow();
    this.journal[at] = index;
    this.journalWords[at] = word;
    this.journalWrites[at] = writes;
    this.journalLength = at + 1;
  }

  private grow(): void {
    const length = 2 * this.journal.length;
    const larger = <T extends Int32Array | Uint32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.journal = larger(new Int32Array(length), this.journal);
    this.journalWords = larger(new Int32Array(length), this.journalWords);
    this.journalWrites = larger(new Uint32Array(length), this.journalWrites);
  }

  /** Makes a word what it is to be, by whatever force, and counts `programs` of it. Keeps the hashes. */
  put(index: number, word: number, programs: number): void {
    const old = this.words[index] ?? 0;
    const writes = this.wordWrites[index] ?? 0;
    this.note(index, old, writes);
    this.hash ^= mix(index, old, 0x9e37_79b1) ^ mix(index, word, 0x9e37_79b1);
    this.check ^= mix(index, old, 0x85eb_ca77) ^ mix(index, word, 0x85eb_ca77);
    this.words[index] = word;
    this.wordWrites[index] = writes + programs;
    if (writes + programs > this.geometry.maxWordWrites) this.wornOut(index);
  }

  private wornOut(index: number): void {
    const { maxWordWrites } = this.geometry;
    this.violation ??= `the word at byte ${index * 4} is programmed more than ${maxWordWrites} times`;
  }

  /** Programs words without keeping the hashes: for what will be taken back before anybody asks for them. */
  program(first: number, bytes: Uint8Array, start: number, count: number): void {
    const { words, wordWrites } = this;
    const { maxWordWrites } = this.geometry;
    let from = start;
    for (let index = first; index < first + count; index++, from += 4) {
      const old = words[index] ?? 0;
      const word = programmed(old, wordOf(bytes, from));
      if (word === old) continue;
      const writes = wordWrites[index] ?? 0;
      this.note(index, old, writes);
      words[index] = word;
      wordWrites[index] = writes + 1;
      if (writes >= maxWordWrites) this.wornOut(index);
    }
  }

  /** Erases a page without keeping the hashes. */
  erase(page: number): void {
    const { words, wordWrites, pageWords } = this;
    this.countErase(page);
    for (let index = page * pageWords; index < (page + 1) * pageWords; index++) {
      const old = words[index] ?? 0;
      const writes = wordWrites[index] ?? 0;
      if (old === -1 && writes === 0) continue;
      this.note(index, old, writes);
      words[index] = -1;
      wordWrites[index] = 0;
    }
  }

  /** Counts an erasure of a page that was brought about word by word, and forgets how often those were programmed. */
  countErase(page: number): void {
    const erases = this.pageErases[page] ?? 0;
    this.note(PAGES - page, 0, erases);
    this.pageErases[page] = erases + 1;
    const { maxPageErases } = this.geometry;
    if (erases >= maxPageErases) {
      this.violation ??= `page ${page} is erased more than ${maxPageErases} times`;
    }
  }

  /** Sets the programs of a word; for an erase that was brought about word by word. */
  forgetPrograms(index: number): void {
    const writes = this.wordWrites[index] ?? 0;
    if (writes === 0) return;
    this.note(index, this.words[index] ?? 0, writes);
    this.wordWrites[index] = 0;
  }
}

/** The little-endian word at a place of some bytes. */
export function wordOf(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

/** What one word gives to a hash: as good as random, and different at each place. */
function mix(index: number, word: number, seed: number): number {
  let x = Math.imul(word ^ Math.imul(index + 1, seed), 0x2c1b_3c6d);
  x = Math.imul(x ^ (x >>> 15), 0x297a_2d39);
  return x ^ (x >>> 16);
}
