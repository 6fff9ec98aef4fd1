// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Charges CPU time for what a store reads, call by call as OpenSK's crate would make them.
 *
 * NON-TOCK: real code takes its time by itself.
 */
import { ns, type Nanoseconds } from '#kernel/time';

/** What reads of a store cost, and who is charged. */
export interface ReadCharge {
  /** Charges CPU time. */
  readonly spend: (time: Nanoseconds) => void;
  /** Software cost of a non-empty read call of the store. */
  readonly readCost: Nanoseconds;
}

export class StoreReads {
  private charged = 0;

  constructor(
    private readonly store: {
      reads(): { readonly calls: number; readonly emptyCalls: number };
    },
    private readonly charge: ReadCharge,
  ) {}

  /** Non-empty read calls at the storage interface since power-on. */
  get calls(): number {
    const { calls, emptyCalls } = this.store.reads();
    return calls - emptyCalls;
  }

  /** Lets the time of the reads since the last call pass: before the flash is used, and before an answer. */
  settle(): void {
    const { calls } = this;
    const { spend, readCost } = this.charge;
    spend(ns((calls - this.charged) * readCost));
    this.charged = calls;
  }
}
