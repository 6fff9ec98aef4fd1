// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The queue of items as a queue of elements: appended, read in records, popped from the old end.
 *
 * NON-TOCK: between noodle and the queue that it stands on.
 */
import { Err, Ok } from '#kernel/result';
import { behind, type Item, type Place } from '../sequential-storage/items.ts';
import { Queue } from '../sequential-storage/queue.ts';
import type { Mode } from '../sequential-storage/mode.ts';
import type { Outcome } from '../store/definition.ts';
import type { Steps, Storage } from '../store/storage.ts';
import { decodeElement } from './element.ts';
import { RecordReader, type WriteRecord } from './record.ts';
import type { Rules } from './rules.ts';

/** Nothing is erased while a record is written. */
const NO_ERASE = { mayErase: false };
const CACHES = { states: true, pointers: true, keys: 0 };

export class ElementQueue {
  readonly maxElement: number;
  private readonly queue: Queue;
  /** The youngest item that was read: what comes behind it is new. */
  private youngest: Place | undefined;

  constructor(
    storage: Storage,
    mode: Mode,
    private readonly rules: Rules,
  ) {
    this.queue = new Queue(storage, mode, CACHES);
    this.maxElement = this.queue.maxItemLength;
  }

  /** To be called first. */
  *boot(): Steps<Outcome> {
    this.youngest = undefined;
    return yield* this.queue.boot();
  }

  /** Whether elements of these lengths have room without an erasure, and leave a page blank. */
  fits(lengths: readonly number[]): Steps<Outcome<boolean>> {
    return this.queue.fits(lengths, 1);
  }

  /** Appends an element. */
  push(bytes: Uint8Array): Steps<Outcome> {
    return this.queue.push(bytes, NO_ERASE);
  }

  // --- Reading ---------------------------------------------------------------------------------

  /** All records, the oldest first. */
  records(): Steps<Outcome<readonly WriteRecord[]>> {
    return this.recordsBehind(undefined);
  }

  /** The records behind all that was read so far; after an erasure, all. */
  newRecords(): Steps<Outcome<readonly WriteRecord[]>> {
    return this.recordsBehind(this.youngest);
  }

  private *recordsBehind(after: Place | undefined): Steps<Outcome<readonly WriteRecord[]>> {
    const reader = new RecordReader(this.rules, after);
    let last = after;
    for (;;) {
      const next = yield* this.queue.next(last);
      if (!next.ok) return next;
      const item = next.value;
      if (item === undefined) break;
      if (last !== undefined && !areNeighbours(last, item)) reader.gap();
      reader.item(item, decodeElement(item.data));
      last = item;
    }
    reader.finish();
    this.youngest = last;
    return Ok(reader.records);
  }

  /** The bodies of a record's data elements. */
  *bodies(record: WriteRecord): Steps<Outcome<readonly Uint8Array[]>> {
    const bodies: Uint8Array[] = [];
    const walked = yield* this.each(record, record.before, (item) => {
      const element = decodeElement(item.data);
      if (element?.kind === 'data') bodies.push(element.body);
      return undefined;
    });
    return walked.ok ? Ok(bodies) : walked;
  }

  /** Does something with each item behind `after`, up to the last of a record. */
  private *each(
    { last }: WriteRecord,
    after: Place | undefined,
    what: (item: Item) => Steps<Outcome> | undefined,
  ): Steps<Outcome> {
    let item = after;
    for (;;) {
      const next = yield* this.queue.next(item);
      if (!next.ok) return next;
      if (next.value === undefined) return Ok();
      item = next.value;
      const steps = what(next.value);
      const done = steps === undefined ? Ok() : yield* steps;
      if (!done.ok || isSame(item, last)) return done;
    }
  }

  // --- Popping ---------------------------------------------------------------------------------

  /**
   * Pops the elements of some of all records and, when only the oldest may go, whatever stands before them. InvalidArgument:
   * there are older ones.
   */
  *pop(some: readonly WriteRecord[], records: readonly WriteRecord[]): Steps<Outcome> {
    const isFifo = this.rules.garbage === 'older';
    for (const [index, record] of some.entries()) {
      if (isFifo && record !== records[index]) return Err('InvalidArgument');
      const after = isFifo ? undefined : record.before;
      const popped = yield* this.each(record, after, (item) => this.queue.remove(item));
      if (!popped.ok) return popped;
    }
    return Ok();
  }

  /** Erases the oldest page when all of it is popped, and says whether it did. */
  eraseSpent(): Steps<Outcome<boolean>> {
    this.youngest = undefined;
    return this.queue.eraseSpent();
  }

  /** Erases the pages behind the one that a record ends on, and says whether there are any. */
  eraseBehind({ last }: WriteRecord): Steps<Outcome<boolean>> {
    this.youngest = undefined;
    return this.queue.eraseBehind(last);
  }
}

/** Whether nothing torn or popped stands between two items of one page. */
function areNeighbours(one: Place, next: Place): boolean {
  return one.page !== next.page || behind(one) === next.byteOffset;
}

function isSame(one: Place, other: Place): boolean {
  return one.page === other.page && one.byteOffset === other.byteOffset;
}
