// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What lies between the controller and the cells: flash words with their padding, scrambling and ECC.
 *
 * NON-TOCK: hardware. A flash word is two words that share check bits; the half that a program does not
 * name is padded with ones before scrambling and ECC.
 */
import type { Random } from '#kernel/random';
import type { NorFlash } from '../../silicon/nor-flash.ts';
import { randomSubset } from '../../silicon/subset.ts';
import type { PageRules } from './flash-protection.ts';
import { scramble, unscramble, type WordPair } from './scramble.ts';

const ONES = 0xffff_ffff;

/** A page that an operation works on: its cells, and the rules that hold for it. */
export interface Place {
  readonly cells: NorFlash;
  readonly page: number;
  readonly rules: PageRules;
}

/** The words of a flash word that a program names. */
export type Halves = readonly [low: number | undefined, high: number | undefined];

/** The index of the flash word at a byte address within a page. */
export function flashWordAt({ cells, page }: Place, byte: number): number {
  return (page * cells.pageSize + byte) >>> 3;
}

export class FlashArray {
  constructor(private readonly key: number) {}

  /** Reads a flash word; undefined when its check bits do not fit. */
  read({ cells, rules }: Place, index: number): WordPair | undefined {
    const stored: WordPair = [cells.read(index * 2), cells.read(index * 2 + 1)];
    if (rules.ecc && cells.ecc?.fits(index, ...stored) === false) return undefined;
    const erased = stored[0] === ONES && stored[1] === ONES;
    return rules.scramble && !erased ? unscramble(this.key, index, stored) : stored;
  }

  /** Programs a flash word. */
  program({ cells, rules }: Place, index: number, halves: Halves): void {
    const [low, high] = this.stored(rules, index, halves);
    // Padding takes no program of its own, unless scrambling made content of it.
    if (halves[0] !== undefined || low !== ONES) cells.program(index * 2, low);
    if (halves[1] !== undefined || high !== ONES) cells.program(index * 2 + 1, high);
    cells.programCheck(index, rules.ecc);
  }

  /** The power goes while a flash word is programmed: each bit has moved with that probability. */
  tearProgram(place: Place, index: number, halves: Halves, random: Random, share: number): void {
    const { cells, rules } = place;
    const outcomes = this.stored(rules, index, halves).map((value, half) => {
      const word = index * 2 + half;
      const old = cells.read(word);
      cells.interruptProgram(word, value, randomSubset(random, share));
      const left = cells.read(word);
      return { moved: left !== old, complete: left === (old & value) >>> 0 };
    });
    if (outcomes.every(({ complete }) => complete)) cells.programCheck(index, rules.ecc);
    else if (outcomes.some(({ moved }) => moved)) cells.ecc?.spoil(index);
  }

  /** An erasure ends before its time: each bit has moved with that probability. */
  tearErase(cells: NorFlash, pages: readonly number[], random: Random, share: number): void {
    for (const page of pages) cells.interruptErase(page, () => randomSubset(random, share));
  }

  private stored(rules: PageRules, index: number, [low = ONES, high = ONES]: Halves): WordPair {
    const pair: WordPair = [low, high];
    return rules.scramble ? scramble(this.key, index, pair) : pair;
  }
}
