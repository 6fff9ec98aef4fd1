// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The counters in RAM: where each stands, its value with the increments since, and the half word that is free.
 *
 * NON-TOCK: the counters that OpenSK's store specification names under "Extensions".
 */
import { UNKNOWN } from '../kinds.ts';
import {
  firstIncrement,
  isSecondFree,
  secondIncrement,
  singleFlag,
  singleSubject,
} from './words.ts';

/** What a counter does after its largest value: go on from 0, or stay. */
export type Overflow = 'wraps' | 'saturates';

/** The largest value of a counter: 32 bits. */
export const MAX_COUNT = 0xffff_ffff;

/** A counter that exists. */
export interface Counter {
  /** Position of its header. */
  position: number;
  readonly overflow: Overflow;
  /** Its value, all increments counted. */
  value: number;
}

export class CounterTable {
  readonly counters = new Map<number, Counter>();
  /** The word of increments whose second half is free, and where; at most one is used, the last. */
  openWord = 0;
  open = UNKNOWN;
  /** Where the counter that was walked last stood before, for boot to finish its replacement; UNKNOWN if nowhere. */
  older = UNKNOWN;

  reset(): void {
    this.counters.clear();
    this.open = UNKNOWN;
    this.older = UNKNOWN;
  }

  /** Takes note of a counter at a position; a counter of that number before it is replaced. */
  note(position: number, header: number, value: number): void {
    const id = singleSubject(header);
    this.older = this.counters.get(id)?.position ?? UNKNOWN;
    const overflow = singleFlag(header) ? 'wraps' : 'saturates';
    this.counters.set(id, { position, overflow, value });
  }

  /** Takes note of a word of increments at a position, the last one so far. */
  noteIncrements(position: number, word: number): void {
    this.count(firstIncrement(word));
    const second = secondIncrement(word);
    if (second !== undefined) this.count(second);
    this.open = isSecondFree(word) ? position : UNKNOWN;
    this.openWord = word;
  }

  /** Counts one increment; none when the counter does not exist. */
  count(id: number): void {
    const counter = this.counters.get(id);
    if (counter === undefined) return;
    if (counter.value < MAX_COUNT) counter.value += 1;
    else if (counter.overflow === 'wraps') counter.value = 0;
  }

  /** Whether an increment of a counter may go into the free half: its word must be younger than the counter. */
  fits(id: number): boolean {
    return this.open !== UNKNOWN && this.open > (this.counters.get(id)?.position ?? UNKNOWN);
  }
}
