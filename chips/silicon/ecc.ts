// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the check bits beside each unit of a part are worth, and how often each unit was programmed.
 *
 * NON-TOCK: matter. Check bits are cells, too: a program clears bits of them and none comes back before
 * the erasure. So the first program of a unit leaves bits that fit its content, and a later one leaves
 * the AND of two sets, which fits nothing. All ones and all zeros fit themselves. The bits themselves
 * are not kept, only whether they fit.
 */
import { assert } from '#kernel/assert';

const WORD_SIZE = 4;
const MOST = 0xff;
const ONES = 0xffff_ffff;

const Check = { Erased: 0, Fits: 1, Broken: 2 } as const;

/** The check bits and program counts of all units of a part. */
export class EccUnits {
  /** The most programs that any unit took between two erasures, since the part was made; at most 255. */
  mostPrograms = 0;
  private readonly checks: Uint8Array;
  private readonly counts: Uint8Array;

  /** @param words of the part; a unit is two of them. */
  constructor(
    readonly unit: number,
    words: number,
  ) {
    assert(unit === 2 * WORD_SIZE, 'a unit with check bits is two words');
    this.checks = new Uint8Array(words / 2);
    this.counts = new Uint8Array(words / 2);
  }

  /** A unit was programmed and now holds these words; `checked` when check bits were programmed with it. */
  programmed(unit: number, low: number, high: number, checked: boolean): void {
    const count = Math.min((this.counts[unit] ?? 0) + 1, MOST);
    this.counts[unit] = count;
    if (count > this.mostPrograms) this.mostPrograms = count;
    if (low === ONES && high === ONES) return;
    const first = this.checks[unit] === Check.Erased;
    this.checks[unit] = first && checked ? Check.Fits : Check.Broken;
  }

  /** Bits of a unit moved that were not all meant to. */
  spoil(unit: number): void {
    this.checks[unit] = Check.Broken;
  }

  /** Whether the check bits of a unit that holds these words fit. */
  fits(unit: number, low: number, high: number): boolean {
    if (low === high && (low === ONES || low === 0)) return true;
    return this.checks[unit] === Check.Fits;
  }

  /** How often a unit was programmed since its page was erased; at most 255. */
  programCount(unit: number): number {
    return this.counts[unit] ?? 0;
  }

  /** The words from `start` to before `end` are erased. */
  clear(start: number, end: number): void {
    this.checks.fill(Check.Erased, start >>> 1, end >>> 1);
    this.counts.fill(0, start >>> 1, end >>> 1);
  }

  /** The unit of a word was loaded: programmed once, by whoever made the image, with check bits that fit. */
  loaded(unit: number): void {
    this.checks[unit] = Check.Fits;
    this.counts[unit] = 1;
  }

  /** What is known of the words from `start` to before `end`, as the bytes of a snapshot. */
  views(start: number, end: number): Uint8Array[] {
    return [this.checks, this.counts].map((of) => of.subarray(start >>> 1, end >>> 1));
  }
}
