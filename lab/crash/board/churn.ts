// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A workload that keeps a small store busy: it fills it by half and rewrites it, so that it compacts often.
 *
 * NON-TOCK: drawn from a seed; no waits, so that the whole time is the device's own.
 */
import type { WorkloadCall, WorkloadLine, WorkloadUpdate } from '#apps/workload';
import { Random } from '#kernel/random';

const KEYS = 24;
const LONGEST = 160;
const MOST_UPDATES = 4;

/** That many lines, the same for the same seed. */
export function churn(seed: number, lines: number): WorkloadLine[] {
  const random = new Random(seed);
  return Array.from({ length: lines }, (_, index) => {
    const call = draw(random);
    return { t: 0, event: call.op, act: index + 1, ...call };
  });
}

function draw(random: Random): WorkloadCall {
  const kind = random.below(20);
  if (kind < 10) return insert(random);
  if (kind < 13) return { op: 'remove', key: random.below(KEYS) };
  if (kind < 17) return { op: 'transaction', updates: updates(random) };
  if (kind < 18) return { op: 'clear', key: KEYS - random.below(4) };
  if (kind < 19) return { op: 'prepare', words: random.below(64) };
  return { op: 'find', key: random.below(KEYS) };
}

function insert(random: Random): WorkloadUpdate {
  return { op: 'insert', key: random.below(KEYS), size: random.below(LONGEST) };
}

/** Updates of different keys. */
function updates(random: Random): WorkloadUpdate[] {
  const drawn = new Map<number, WorkloadUpdate>();
  for (let count = 1 + random.below(MOST_UPDATES); count > 0; count--) {
    const key = random.below(KEYS);
    const size = random.below(LONGEST);
    drawn.set(key, random.below(3) === 0 ? { op: 'remove', key } : { op: 'insert', key, size });
  }
  return [...drawn.values()];
}
