// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A start: finds the slots in use, and repairs what a loss of power left of a change or a flush.
 *
 * NON-TOCK: the design lets a start delete leftover increments. That it must delete older versions, too, before anything else
 * happens, is what this store adds: else a deletion of the newest one brings the one before it back.
 */
import type { Steps } from '../store/storage.ts';
import { CfstoreError, type Status } from './driver.ts';
import { flushSlots } from './flush.ts';
import { TlvType, kvidAt } from './format.ts';
import { noteWhole, type LiveSlot } from './journal.ts';
import { ANY, cursorOf, holds, type Entry, type Records, type Wants } from './records.ts';

/** Bytes in RAM of a key that a start remembers: its number, and where its newest version is. */
const REMEMBERED = 8;

/** Finds or makes the slots. JOURNAL_FAILED: the flash failed, or holds something else, or a snapshot that has rotted. */
export function* start(records: Records): Steps<Status> {
  const { journal } = records;
  [journal.nextSequence, journal.nextKvid] = [0, 1];
  [journal.liveBytes, journal.liveCount] = [0, 0];
  const tail = yield* journal.find();
  const { snapshot } = journal;
  if (tail === undefined || snapshot === undefined) return yield* begin(records);
  journal.nextSequence = snapshot.sequenceStart;
  const check = yield* records.checkOf(snapshot, (entry) => {
    count(records, entry);
  });
  if (!holds(check, 0, tail.check)) return CfstoreError.JOURNAL_FAILED;
  snapshot.knownTo = snapshot.end;
  return yield* recover(records, snapshot);
}

/** The first snapshot on blank flash: one without keys. */
function* begin(records: Records): Steps<Status> {
  const { journal } = records;
  if (!(yield* journal.isUnused())) return CfstoreError.JOURNAL_FAILED;
  return yield* flushSlots(records);
}

/** Numbers that come next are larger than those that are there. */
function count({ journal }: Records, { header }: Entry): void {
  journal.nextSequence = Math.max(journal.nextSequence, header.sequence + 1);
  journal.nextKvid = Math.max(journal.nextKvid, header.kvid + 1);
}

function* recover(records: Records, snapshot: LiveSlot): Steps<Status> {
  const { journal } = records;
  const { delta } = journal;
  if (delta !== undefined) {
    journal.nextSequence = delta.sequenceStart;
    delta.end = delta.limit;
  }
  let round = new Round(records, true);
  yield* round.walk(snapshot, delta, delta?.start ?? 0);
  while (round.next !== undefined) {
    const from = round.next;
    round = new Round(records, false);
    yield* round.walk(snapshot, delta, from);
  }
  if (delta?.closed !== true || !journal.config.mode.cleans) return 0;
  // The power went in a flush.
  const status = yield* flushSlots(records);
  return status < 0 ? CfstoreError.JOURNAL_FAILED : status;
}

/**
 * One walk over delta and snapshot that sees to it that each key has one version. It remembers as many keys as fit into the
 * buffers for requests, of which there are none yet; the rest is for another round.
 */
class Round {
  /** Where the next round begins; undefined when this was the last. */
  next: number | undefined;
  private readonly newest = new Map<number, Entry>();
  private readonly most: number;

  constructor(
    private readonly records: Records,
    private readonly isFirst: boolean,
  ) {
    const { kvbufs } = records.journal.config;
    this.most = Math.max(1, Math.floor((kvbufs.count * kvbufs.size) / REMEMBERED));
  }

  private get journal(): Records['journal'] {
    return this.records.journal;
  }

  *walk(snapshot: LiveSlot, delta: LiveSlot | undefined, from: number): Steps<void> {
    if (delta !== undefined) yield* this.walkDelta(delta, from);
    yield* this.walkSnapshot(snapshot);
  }

  private *walkDelta(delta: LiveSlot, from: number): Steps<void> {
    const { records, journal } = this;
    const cursor = cursorOf(delta, from);
    for (;;) {
      const entry = yield* records.next(cursor, ANY);
      if (entry === undefined) break;
      noteWhole(delta, entry.at, journal.format.sizeOf(entry.header));
      if (this.isFirst) count(records, entry);
      if (entry.header.type === TlvType.FULL) yield* this.full(entry);
      else if (journal.config.mode.cleans && (yield* records.isValid(entry))) {
        yield* records.invalidate(entry);
      }
    }
    delta.end = cursor.at;
  }

  /** A version in the delta: it is newer than those before it. */
  private *full(entry: Entry): Steps<void> {
    const { records, newest } = this;
    if (!(yield* records.isCommitted(entry))) return;
    if (this.isFirst) this.add(entry, 1);
    const { kvid } = entry.header;
    const older = newest.get(kvid);
    if (older !== undefined) yield* this.remove(older);
    if (older !== undefined || newest.size < this.most) newest.set(kvid, entry);
    else this.next ??= entry.at;
  }

  private *walkSnapshot(snapshot: LiveSlot): Steps<void> {
    const { records, newest } = this;
    const cursor = cursorOf(snapshot);
    for (;;) {
      const wants: Wants = (bytes, at) => this.isFirst || newest.has(kvidAt(bytes, at));
      const entry = yield* records.next(cursor, wants);
      if (entry === undefined) return;
      if (!(yield* records.isValid(entry))) continue;
      if (this.isFirst) this.add(entry, 1);
      if (newest.has(entry.header.kvid)) yield* this.remove(entry);
    }
  }

  private *remove(entry: Entry): Steps<void> {
    if (!this.journal.config.mode.cleans) return;
    yield* this.records.invalidate(entry);
    this.add(entry, -1);
  }

  private add({ header }: Entry, times: number): void {
    const { journal } = this;
    journal.liveBytes += times * journal.format.sizeOf(header);
    journal.liveCount += times;
  }
}
