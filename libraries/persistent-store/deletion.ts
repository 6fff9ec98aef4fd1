// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Deleting older entries: by key after an insertion, by several keys, or from a least key on.
 *
 * NON-TOCK: the deletion pass of OpenSK's `libraries/persistent_store`.
 *
 * The pass walks the list in its own order, which compaction has shuffled: that order is part of the format's
 * behaviour, as a power loss exposes it. While a pass is under way the list is away; if the storage fails, it
 * stays away and every operation says InvalidStorage until the store is recovered.
 */
import { bytesToWords } from './format.ts';
import { UNKNOWN } from './kinds.ts';
import type { Status } from './kinds.ts';
import type { Log } from './log.ts';
import type { Steps } from '../store/storage.ts';

/** Deletes the entries of one key that lie before `end`. */
export function* deleteKey(log: Log, key: number, end: number): Steps<Status> {
  if (!log.entriesKnown) return 'InvalidStorage';
  const { entries } = log;
  const slot = entries.slot(key);
  // Only the entry just written may lie at or after the end, and it is the last: the pass would stop there.
  const bounded = (entries.positions[entries.size - 1] ?? UNKNOWN) >= end;
  const scanned = bounded ? entries.size - 1 : entries.size;
  if (slot === -1 || slot >= scanned) {
    log.flash.countWords(entries.scanCost(scanned));
    return 'Done';
  }
  log.flash.countWords(entries.scanCost(bounded ? slot + 1 : scanned));
  const status = yield* deleteSlot(log, slot);
  // The last entry has moved into the hole. Further ones of this key exist in crafted images only.
  if (status !== 'Done' || bounded || entries.slot(key) === -1) return status;
  return yield* deleteRest(log, slot, end, (each) => each === key);
}

/** Deletes the entries before `end` whose key is chosen. */
export function* deleteIf(
  log: Log,
  end: number,
  isChosen: (key: number) => boolean,
): Steps<Status> {
  if (!log.entriesKnown) return 'InvalidStorage';
  return yield* deleteRest(log, 0, end, isChosen);
}

function* deleteRest(
  log: Log,
  from: number,
  end: number,
  isChosen: (key: number) => boolean,
): Steps<Status> {
  const { entries } = log;
  let slot = from;
  while (slot < entries.size && (entries.positions[slot] ?? 0) < end) {
    log.flash.countWords(entries.lengths[slot] === 0 ? 1 : 2);
    if (isChosen(entries.keys[slot] ?? 0)) {
      const status = yield* deleteSlot(log, slot);
      if (status !== 'Done') return status;
    } else {
      slot += 1;
    }
  }
  return 'Done';
}

function* deleteSlot(log: Log, slot: number): Steps<Status> {
  const { entries } = log;
  log.entriesKnown = false;
  const words = bytesToWords(entries.lengths[slot] ?? 0);
  const status = yield* log.deleteAt(entries.positions[slot] ?? 0, words);
  if (status !== 'Done') return status;
  entries.removeSlot(slot);
  log.entriesKnown = true;
  return status;
}
