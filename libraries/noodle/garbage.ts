// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What may be popped: a plan made from the records in the queue alone.
 *
 * NON-TOCK: the rules of a peer.
 */
import { byAge, isWhole, type WriteRecord } from './record.ts';
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
 * What may go besides when a record that must have room has none, because of what cuts left: the oldest record, unless it is the
 * newest that is whole.
 */
export function spareOf(records: readonly WriteRecord[]): WriteRecord | undefined {
  const [oldest] = records;
  return oldest === undefined || newestWhole(records, 1).has(oldest) ? undefined : oldest;
}

function newestWhole(records: readonly WriteRecord[], count: number): ReadonlySet<WriteRecord> {
  return new Set(byAge(records.filter(isWhole)).slice(-count));
}
