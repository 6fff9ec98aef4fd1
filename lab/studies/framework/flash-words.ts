// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A flash that counts what a store programs in flash words of 8 bytes, and which of it a part that takes one program
 * a word, or a flash word with check bits, could not take.
 *
 * NON-TOCK: Earl Grey's controller shows a program of all its bus words; this one tells first programs from later ones.
 */
import { BufferStorage } from '#libraries/store/buffer-storage';

/** Programs of flash words, by what was there before. */
export interface Programs {
  /** Bus words of 4 bytes in them. */
  words: number;
  /** The flash word was blank. */
  first: number;
  /** The half that is programmed was blank, the other one was not. */
  otherHalf: number;
  /** A word of 4 bytes was programmed a second time. */
  sameWord: number;
}

/** None so far. */
export const NO_PROGRAMS: Programs = { words: 0, first: 0, otherHalf: 0, sameWord: 0 };

const WORD_SIZE = 4;

export class FlashWords extends BufferStorage {
  /** Since the flash was made. */
  readonly programs: Programs = { ...NO_PROGRAMS };
  /** The most programs that a flash word took between two erasures. */
  mostPrograms = 0;
  private readonly perWord = new Uint8Array(this.image.length / WORD_SIZE);
  private readonly perFlashWord = new Uint8Array(this.image.length / (2 * WORD_SIZE));

  override write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    const first = (page * this.pageSize + byteOffset) / WORD_SIZE;
    const end = first + length / WORD_SIZE;
    for (let unit = first >>> 1; 2 * unit < end; unit++) {
      this.program(unit, Math.max(first, 2 * unit), Math.min(end, 2 * unit + 2));
    }
    return super.write(page, byteOffset, bytes, start, length);
  }

  /** The words from `from` to before `to`, all in one flash word, are programmed together. */
  private program(unit: number, from: number, to: number): void {
    const before = this.perFlashWord[unit] ?? 0;
    const again = (this.perWord[from] ?? 0) + (this.perWord[to - 1] ?? 0) > 0;
    if (before === 0) this.programs.first++;
    else this.programs[again ? 'sameWord' : 'otherHalf']++;
    this.programs.words += to - from;
    this.perFlashWord[unit] = before + 1;
    this.mostPrograms = Math.max(this.mostPrograms, before + 1);
    for (let word = from; word < to; word++) this.perWord[word] = 1;
  }

  override erase(page: number): boolean {
    const words = this.pageSize / WORD_SIZE;
    this.perWord.fill(0, page * words, (page + 1) * words);
    this.perFlashWord.fill(0, (page * words) / 2, ((page + 1) * words) / 2);
    return super.erase(page);
  }

  /** How often each flash word was programmed since its page was erased. */
  get programCounts(): Uint8Array {
    return this.perFlashWord.slice();
  }
}

/** What was programmed from one moment to another. */
export function difference(after: Programs, before: Programs): Programs {
  return {
    words: after.words - before.words,
    first: after.first - before.first,
    otherHalf: after.otherHalf - before.otherHalf,
    sameWord: after.sameWord - before.sameWord,
  };
}
