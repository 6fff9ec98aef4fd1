// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A new snapshot of all keys, from the old one and its delta.
 *
 * NON-TOCK: the flush of the design: tail of the delta, erasure of the oldest snapshot, copies, tail of the new snapshot, which is
 * what commits it. A cut anywhere before leaves the old snapshot and its delta in use.
 */
import type { Steps } from '../store/storage.ts';
import { CfstoreError, type Status } from './driver.ts';
import type { LiveSlot } from './journal.ts';
import { FULL, cursorOf, type Entry, type Records } from './records.ts';

/** Makes the snapshot. OUT_OF_MEMORY: not all keys fit into it, and nothing but the delta's tail has changed. */
export function* flushSlots(records: Records): Steps<Status> {
  const { journal } = records;
  const { snapshot, delta } = journal;
  if (delta !== undefined && !delta.closed) {
    yield* journal.close(delta, yield* records.checkOf(delta));
  }
  const target = yield* journal.begin('snapshot');
  let [bytes, count, last] = [0, 0, 0];
  for (const source of [snapshot, delta]) {
    if (source === undefined) continue;
    const cursor = cursorOf(source);
    for (;;) {
      const entry = yield* records.nextLive(cursor, FULL);
      if (entry === undefined) break;
      const size = journal.format.sizeOf(entry.header);
      if (target.end + size > target.limit || journal.hasUsedUp(target)) {
        return CfstoreError.OUT_OF_MEMORY;
      }
      yield* copy(records, entry, target);
      [bytes, count] = [bytes + size, count + 1];
      last = Math.max(last, entry.header.kvid);
    }
  }
  yield* journal.close(target, yield* records.checkOf(target));
  if (journal.flash.failed !== undefined) return CfstoreError.JOURNAL_FAILED;
  journal.snapshot = target;
  journal.delta = undefined;
  [journal.liveBytes, journal.liveCount, journal.nextKvid] = [bytes, count, last + 1];
  return 0;
}

/** Writes a record once more, under the next number, window by window. */
function* copy(records: Records, entry: Entry, target: LiveSlot): Steps<void> {
  const { flash, format, config } = records.journal;
  const header = { ...entry.header, sequence: records.journal.nextSequence++ };
  const at = records.journal.take(target, format.sizeOf(header));
  const copied: Entry = { slot: target.slot, at, header };
  const run = config.code.begin();
  const head = format.encode(header);
  run.update(head);
  yield* flash.program(copied.slot, copied.at, head);
  const end = format.validAt(header);
  for (let done = format.headerSize; done < end; done += config.window) {
    const length = Math.min(config.window, end - done);
    const part = (yield* records.bytes(entry, done, length)).slice();
    run.update(part);
    yield* flash.program(copied.slot, at + done, part);
  }
  yield* records.commit(copied, run.digest());
}
