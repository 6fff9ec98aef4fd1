// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Who programmed each word of a flash part, and when: first and last since its page was erased.
 *
 * NON-TOCK: real cells remember nothing; this is why a violation can explain itself.
 */

const MAX_WRITERS = 256;
const NOBODY = 'an unnamed writer';
const WORD_SIZE = 4;

export class History {
  /** Time of the first and of the last program of each word, ns since the first power-on; empty until there is one. */
  private times = new Float64Array(0);
  /** Number of the writer of each. */
  private writers = new Uint8Array(0);
  private readonly names: string[] = [NOBODY];

  constructor(private readonly words: number) {}

  /** A word that was programmed `count` times before was programmed again. */
  note(word: number, count: number, time: number, writer: number): void {
    if (this.times.length === 0) this.begin();
    const index = word * 2 + (count === 0 ? 0 : 1);
    this.times[index] = time;
    this.writers[index] = writer;
  }

  /** Most parts that are powered on are never programmed. */
  private begin(): void {
    this.times = new Float64Array(this.words * 2);
    this.writers = new Uint8Array(this.words * 2);
  }

  /** The number of a writer; the 257th and later ones are nobody. */
  numberOf(name: string): number {
    const known = this.names.indexOf(name);
    if (known >= 0) return known;
    if (this.names.length === MAX_WRITERS) return 0;
    return this.names.push(name) - 1;
  }

  nameOf(writer: number): string {
    return this.names[writer] ?? NOBODY;
  }

  /** What the words from `start` to before `end` hold was loaded: nobody knows who wrote it. */
  forget(start: number, end: number): void {
    if (this.times.length === 0) this.begin();
    this.times.fill(Number.NaN, start * 2, end * 2);
  }

  /** Ends a sentence about a word that was programmed `count` times before. */
  tell(word: number, count: number): string {
    if (count === 0) return '';
    const first = this.entry(word * 2);
    return count === 1 ? `; first ${first}` : `; first ${first}, last ${this.entry(word * 2 + 1)}`;
  }

  private entry(index: number): string {
    const time = (this.times[index] ?? 0) / 1e6;
    if (Number.isNaN(time)) return 'before this state was loaded';
    return `by ${this.nameOf(this.writers[index] ?? 0)} at ${time.toFixed(3)} ms`;
  }
}

/** The address of a word, as explanations print it. */
export function wordAddress(word: number): string {
  return `word 0x${(word * WORD_SIZE).toString(16)}`;
}
