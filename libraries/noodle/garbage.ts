// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What may be popped: a plan made from the records in the queue alone.
 *
 * NON-TOCK: the rules of a peer.
 */
import { isWhole, type WriteRecord } from './record.ts';
import type { Rules } from './rules.ts';

/**
 * The records whose elements are to be popped, in the order of the queue. `kept`: so many of the newest whole records stay,
 * at least 1. Without any whole record nothing is popped: a boot that read badly must not take the rest.
 */
export function garbageOf(
  records: readonly WriteRecord[],
  kept: number,
  rules: Pick<Rules, 'garbage'>,
): readonly WriteRecord[] {
  const keepers = newestWhole(records, kept);
  if (keepers.size === 0) return [];
  if (rules.garbage === 'all-else') return records.filter((record) => !keepers.has(record));
  return records.slice(
    0,
    records.findIndex((record) => keepers.has(record)),
  );
}

/**
 * The oldest record, when it may be given up for a new one because unfinished ones take the room: a backup with such
 * a record behind it, or, with no whole record at all, whatever is left.
 */
export function squeezed(records: readonly WriteRecord[]): WriteRecord | undefined {
  const [oldest] = records;
  const whole = records.filter(isWhole).length;
  const isSpare = whole === 0 || (whole > 1 && whole < records.length);
  return isSpare && oldest !== undefined && !newestWhole(records, 1).has(oldest)
    ? oldest
    : undefined;
}

function newestWhole(records: readonly WriteRecord[], count: number): ReadonlySet<WriteRecord> {
  const whole = records.filter(isWhole).sort((one, other) => one.sequence - other.sequence);
  return new Set(whole.slice(-count));
}
