// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A run of dead entries in the words of a page: deleted ones whose values are wiped, and padding.
 *
 * NON-TOCK: a shortcut of this implementation. Most of a log is dead, and each boot looks at all of it.
 */
import { bytesToWords, headerLength, isDeleted, isHeader, isPadding } from './format.ts';

/** Walks over one run at a time; what it found stands in its fields. */
export class DeadRun {
  /** Index of the word after the run, and of its last entry. */
  end = 0;
  last = 0;
  /** Entries in it; how many of them have no value; words of all values. */
  entries = 0;
  emptyEntries = 0;
  valueWords = 0;

  /** Walks from an index on; it ends before the first entry that lives, is not wiped, or goes beyond `stop`. */
  walk(words: Int32Array, from: number, stop: number, maxValueLength: number): void {
    let at = from;
    let last = from;
    let entries = 0;
    let emptyEntries = 0;
    while (at < stop) {
      const count = valueWordsOf(words[at] ?? 0, maxValueLength);
      const next = at + 1 + count;
      if (count < 0 || next > stop || !isWiped(words, at + 1, next)) break;
      if (count === 0) emptyEntries++;
      entries++;
      last = at;
      at = next;
    }
    this.end = at;
    this.last = last;
    this.entries = entries;
    this.emptyEntries = emptyEntries;
    this.valueWords = at - from - entries;
  }
}

/** Words of the value of a dead entry by its first word; negative: it is none. */
function valueWordsOf(word: number, maxValueLength: number): number {
  if (isPadding(word)) return 0;
  if (!isHeader(word) || !isDeleted(word)) return -1;
  const length = headerLength(word);
  return length > maxValueLength ? -1 : bytesToWords(length);
}

function isWiped(words: Int32Array, from: number, end: number): boolean {
  let bits = 0;
  for (let at = from; at < end; at++) bits |= words[at] ?? 0;
  return bits === 0;
}
