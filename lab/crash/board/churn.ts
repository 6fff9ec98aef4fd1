// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A workload that keeps a small store busy: it fills it by half and rewrites it, so that it compacts often.
 *
 * NON-TOCK: drawn from a seed; no waits, so that the whole time is the device's own.
 */
import type { WorkloadCall, WorkloadLine, WorkloadUpdate } from '#apps/workload';
import type { BoardKind } from '#boards/board';
import { Random } from '#kernel/random';

const KEYS = 24;
const LONGEST_VALUE = 1023;
const MOST_UPDATES = 4;

/** What is to be kept busy, and for how long. */
export interface ChurnOptions {
  readonly board: BoardKind;
  readonly storePages: number;
  readonly seed: number;
  readonly lines: number;
}

/** That many lines, the same for the same options. All keys with middling values fill half of the store. */
export function churn({ board, storePages, seed, lines }: ChurnOptions): WorkloadLine[] {
  const room = (storePages - 1) * board.freshFlash().pageSize;
  const draw = new Draw(new Random(seed), Math.min(LONGEST_VALUE, Math.floor(room / KEYS)));
  return Array.from({ length: lines }, (_, index) => {
    const call = draw.call();
    return { t: 0, event: call.op, act: index + 1, ...call };
  });
}

class Draw {
  constructor(
    private readonly random: Random,
    private readonly longest: number,
  ) {}

  call(): WorkloadCall {
    const { random } = this;
    const kind = random.below(20);
    if (kind < 10) return this.insert(this.key());
    if (kind < 13) return { op: 'remove', key: this.key() };
    if (kind < 17) return { op: 'transaction', updates: this.updates() };
    if (kind < 18) return { op: 'clear', key: KEYS - random.below(4) };
    if (kind < 19) return { op: 'prepare', words: random.below(64) };
    return { op: 'find', key: this.key() };
  }

  private key(): number {
    return this.random.below(KEYS);
  }

  private insert(key: number): WorkloadUpdate {
    return { op: 'insert', key, size: this.random.below(this.longest) };
  }

  /** Updates of different keys. */
  private updates(): WorkloadUpdate[] {
    const drawn = new Map<number, WorkloadUpdate>();
    for (let count = 1 + this.random.below(MOST_UPDATES); count > 0; count--) {
      const key = this.key();
      const removes = this.random.below(3) === 0;
      drawn.set(key, removes ? { op: 'remove', key } : this.insert(key));
    }
    return [...drawn.values()];
  }
}
