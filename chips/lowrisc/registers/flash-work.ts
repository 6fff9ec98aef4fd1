// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the flash macro is busy with: a flash word, or pages. Cells change when it is over.
 *
 * NON-TOCK: hardware.
 */
import type { Random } from '#kernel/random';
import type { NorFlash } from '../../silicon/nor-flash.ts';
import type { FlashArray, Halves, Place } from './flash-array.ts';

/** Something that the macro does for a time: what it has done then, and what a power loss leaves of it. */
export interface Work {
  done(): void;
  tear(random: Random, share: number): void;
}

/** Pages of one part that are erased together. */
export interface Erasure {
  readonly cells: NorFlash;
  readonly pages: readonly number[];
}

/** A flash word is programmed. */
export class Burn implements Work {
  constructor(
    private readonly array: FlashArray,
    private readonly place: Place,
    private readonly index: number,
    private readonly halves: Halves,
  ) {}

  done(): void {
    this.array.program(this.place, this.index, this.halves);
  }

  tear(random: Random, share: number): void {
    this.array.tearProgram(this.place, this.index, this.halves, random, share);
  }
}

/** Pages are erased. */
export class Wipe implements Work {
  constructor(
    private readonly array: FlashArray,
    private readonly erasures: readonly Erasure[],
  ) {}

  done(): void {
    for (const { cells, pages } of this.erasures) for (const page of pages) cells.erase(page);
  }

  tear(random: Random, share: number): void {
    for (const { cells, pages } of this.erasures) this.array.tearErase(cells, pages, random, share);
  }
}
