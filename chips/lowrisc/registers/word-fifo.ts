// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A FIFO of words between the bus and the flash macro.
 *
 * NON-TOCK: hardware.
 */

/** A ring of words. */
export class WordFifo {
  /** Words in it. */
  level = 0;
  /** The ring: who fills it itself, from `tail` on, raises `level`. */
  readonly words: Uint32Array;
  private head = 0;

  /** @param depth words that it holds. */
  constructor(readonly depth: number) {
    this.words = new Uint32Array(depth);
  }

  get isFull(): boolean {
    return this.level === this.depth;
  }

  /** Puts a word in; there must be room. */
  push(word: number): void {
    this.words[this.tail] = word;
    this.level++;
  }

  /** Takes the oldest word; undefined: there is none. */
  shift(): number | undefined {
    if (this.level === 0) return undefined;
    const word = this.words[this.head];
    this.head = (this.head + 1) % this.depth;
    this.level--;
    return word;
  }

  clear(): void {
    this.level = 0;
  }

  /** Where the next word goes. */
  get tail(): number {
    return (this.head + this.level) % this.depth;
  }

  /** For how many words there is room from there on, to the end of the ring at most. */
  get gap(): number {
    const { tail, depth, level } = this;
    return Math.min(depth - level, depth - tail);
  }
}
