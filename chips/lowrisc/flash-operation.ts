// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One operation of the flash controller's driver: what is to be done, for whom, and how far it is.
 *
 * NON-TOCK: Tock's driver has these as fields of its own.
 */
import type * as hil from '#kernel/hil';
import type { Result } from '#kernel/result';

/** How an operation ended. */
export type FlashOutcome = Result<void, hil.flash.FlashError>;

/** Who has an operation done: told once, and never from within the call. */
export interface FlashOperationClient {
  operationDone(outcome: FlashOutcome): void;
}

const WORD_BITS = 32;

/** An operation under way. */
export class Operation {
  /** Offset of the next word that goes into the FIFO. */
  next = 0;
  /** Where the window ends whose words go into the FIFO now. */
  windowEnd = 0;

  constructor(
    readonly kind: 'read' | 'program' | 'erase',
    readonly client: FlashOperationClient,
    readonly address: number,
    readonly length: number,
    private readonly bytes: Uint8Array,
  ) {}

  /** Whether there are words left for the FIFO in this window. */
  get fills(): boolean {
    return this.next < this.windowEnd;
  }

  /** The next word for the FIFO. */
  take(): number {
    let word = 0;
    for (let shift = 0; shift < WORD_BITS; shift += 8)
      word |= (this.bytes[this.next++] ?? 0) << shift;
    return word >>> 0;
  }
}
