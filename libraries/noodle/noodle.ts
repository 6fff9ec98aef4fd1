// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * noodle: a list of nodes in RAM, and in flash a queue of write records, each the whole list.
 *
 * NON-TOCK: built from the design notes of a peer; README.md draws its flash.
 */
import { assert } from '#kernel/assert';
import { Err, Ok, type Result } from '#kernel/result';
import { HARDENED as HARDENED_QUEUE, type Mode } from '../sequential-storage/mode.ts';
import type { StoreFault } from '../store/definition.ts';
import type { Steps, Storage } from '../store/storage.ts';
import {
  END_SIZE,
  START_SIZE,
  bodyOf,
  decodeBody,
  encodeData,
  encodeEnd,
  encodeStart,
} from './element.ts';
import { ElementQueue } from './element-queue.ts';
import { garbageOf, spareOf } from './garbage.ts';
import type { NodeList } from './nodes.ts';
import { isWhole, nextSequence, sources, type WriteRecord } from './record.ts';
import { HARDENED, type Rules } from './rules.ts';

/** Why noodle did not do what it was asked. */
export type NoodleFault =
  /** A node was attached, and flash not looked at since. */
  | 'NeedsFirstRead'
  /** There is no room for a record; garbage may be. */
  | 'NeedsGarbageCollect'
  /** A key and its value do not fit on a page. */
  | 'ElementTooLong'
  /** There is no number left. */
  | 'NumbersUsedUp'
  /** What was written reads otherwise, as often as it was tried. */
  | 'WriteVerificationFailed'
  /** What is in flash contradicts itself. */
  | 'InconsistentFlash'
  /** The flash failed; boot before going on. */
  | 'StorageError';

/** How an operation ends. */
export type NoodleOutcome<T = void> = Result<T, NoodleFault>;

/** What can be chosen. */
export interface NoodleOptions {
  readonly rules?: Rules;
  /** The variant of the queue. */
  readonly queue?: Mode;
  /** So many of the newest whole records are kept, at least 1. Default: 3. */
  readonly kept?: number;
  /** So often a record is written until it reads as it should. Default: 3. */
  readonly tries?: number;
}

/** Records that are kept when nothing else is asked for. */
export const KEPT = 3;
/** Attempts to write a record when nothing else is asked for. */
export const TRIES = 3;
/** The largest number of a record. */
export const MAX_SEQUENCE = 0xffff_ffff;

export class Noodle {
  private readonly rules: Rules;
  private readonly kept: number;
  private readonly tries: number;
  private readonly queue: ElementQueue;
  private next = 1;
  private isEmpty = true;

  /** A noodle that is off. Panics when it is to keep no record: nothing would be left to boot from. */
  constructor(
    storage: Storage,
    private readonly nodes: NodeList,
    { rules = HARDENED, queue = HARDENED_QUEUE, kept = KEPT, tries = TRIES }: NoodleOptions = {},
  ) {
    assert(kept >= 1, 'noodle keeps at least one record');
    this.rules = rules;
    this.kept = kept;
    this.tries = tries;
    this.queue = new ElementQueue(storage, queue, rules);
  }

  // --- Reading ---------------------------------------------------------------------------------

  /**
   * Looks at flash: once for the records, and once more at those that the list is made of. Every node that is Initial is
   * hydrated. To be called first, and again when nodes were attached.
   */
  *read(): Steps<NoodleOutcome> {
    const booted = yield* this.queue.boot();
    if (!booted.ok) return failed(booted.error);
    const records = yield* this.queue.records();
    if (!records.ok) return failed(records.error);
    this.next = nextSequence(records.value, this.rules);
    const read = sources(records.value, this.rules);
    if (!read.ok) return failed(read.error);
    this.isEmpty = read.value.length === 0;
    if (this.isEmpty && this.rules.clearsUnconfirmed) return yield* this.clear(records.value);
    return yield* this.hydrate(read.value);
  }

  private *hydrate(records: readonly WriteRecord[]): Steps<NoodleOutcome> {
    const found = new Map<string, Uint8Array>();
    for (const record of records) {
      const bodies = yield* this.queue.bodies(record);
      if (!bodies.ok) return failed(bodies.error);
      for (const body of bodies.value) {
        const pair = decodeBody(body);
        if (pair !== undefined) found.set(pair.key, pair.value);
      }
    }
    this.nodes.hydrate(found);
    return Ok();
  }

  private *clear(records: readonly WriteRecord[]): Steps<NoodleOutcome> {
    const popped = yield* this.queue.pop(records, records);
    return popped.ok ? yield* this.hydrate([]) : failed(popped.error);
  }

  /** Whether flash held a record that counts when it was looked at, or one was written since. */
  get holdsRecord(): boolean {
    return !this.isEmpty;
  }

  // --- Writing ---------------------------------------------------------------------------------

  /**
   * Writes the list when a node needs it, or when flash has no record at all; says whether it did. Nothing is erased but pages
   * that hold what an interrupted erasure left: fit for the last moments before the power goes.
   */
  *write(): Steps<NoodleOutcome<boolean>> {
    const { nodes } = this;
    if (nodes.needsRead()) return Err('NeedsFirstRead');
    if (!nodes.needsWrite() && !this.isEmpty) return Ok(false);
    const pairs = nodes.pairs();
    const elements = pairs.map(({ key, value }) => encodeData(key, value));
    if (elements.some(({ length }) => length > this.queue.maxElement)) return Err('ElementTooLong');
    for (let tried = 0; tried < this.tries; tried++) {
      const written = yield* this.attempt(elements);
      if (!written.ok) return written;
      if (written.value) {
        this.isEmpty = false;
        nodes.confirm(pairs);
        return Ok(true);
      }
      // What reads otherwise may be where the queue goes on: it has to look.
      const booted = yield* this.queue.boot();
      if (!booted.ok) return failed(booted.error);
    }
    return Err('WriteVerificationFailed');
  }

  /** Writes a record and says whether it reads as it should. */
  private *attempt(elements: readonly Uint8Array[]): Steps<NoodleOutcome<boolean>> {
    const { rules } = this;
    const may = yield* this.mayBegin(elements);
    if (!may.ok) return may;
    const number = this.takeNumber();
    const begun = yield* this.pushAll([encodeStart(number), ...elements]);
    if (!begun.ok) return begun;
    const holds = rules.verifies === 'before-end' ? yield* this.holds(elements) : Ok(true);
    if (!holds.ok || !holds.value) return holds;
    const ended = yield* this.pushAll([encodeEnd(number, this.sealOf(elements))]);
    if (!ended.ok) return ended;
    const reads = rules.verifies === 'after-end' ? yield* this.reads(number) : Ok(true);
    if (reads.ok && reads.value) this.next = number + 1;
    return reads;
  }

  private *mayBegin(elements: readonly Uint8Array[]): Steps<NoodleOutcome> {
    if (this.next > MAX_SEQUENCE) return Err('NumbersUsedUp');
    const fits = yield* this.queue.fits(sizesOf(elements));
    if (!fits.ok) return failed(fits.error);
    return fits.value ? Ok() : Err('NeedsGarbageCollect');
  }

  /** The number of an attempt. By the peer's rules it is used again until an attempt succeeds. */
  private takeNumber(): number {
    const number = this.next;
    if (this.rules.next === 'after-any') this.next += 1;
    return number;
  }

  private sealOf(elements: readonly Uint8Array[]): number {
    const seal = this.rules.seal();
    for (const element of elements) seal.add(bodyOf(element));
    return seal.word();
  }

  private *pushAll(elements: readonly Uint8Array[]): Steps<NoodleOutcome> {
    for (const element of elements) {
      const pushed = yield* this.queue.push(element);
      if (!pushed.ok) return failed(pushed.error);
    }
    return Ok();
  }

  /** Whether the newest record reads back with these elements. */
  private *holds(elements: readonly Uint8Array[]): Steps<NoodleOutcome<boolean>> {
    const records = yield* this.queue.newRecords();
    if (!records.ok) return failed(records.error);
    const last = records.value.at(-1);
    if (last === undefined) return Ok(false);
    const bodies = yield* this.queue.bodies(last);
    if (!bodies.ok) return failed(bodies.error);
    const found = bodies.value;
    const isSame = elements.every((element, at) => areEqual(bodyOf(element), found[at]));
    return Ok(isSame && elements.length === found.length);
  }

  /** Whether the record just written counts, and is the one that its number leads to. */
  private *reads(number: number): Steps<NoodleOutcome<boolean>> {
    const isByPlace = this.rules.find === 'by-place';
    const read = yield* isByPlace ? this.queue.newRecords() : this.queue.records();
    if (!read.ok) return failed(read.error);
    const numbered = read.value.filter(({ sequence }) => sequence === number);
    const record = isByPlace ? numbered.at(-1) : numbered[0];
    return Ok(record !== undefined && isWhole(record));
  }

  // --- Garbage ---------------------------------------------------------------------------------

  /**
   * One piece of collecting garbage: erases the oldest page when it is popped whole, else pops the records to go that begin on
   * the same page. Says whether there was such a piece.
   */
  *collect(): Steps<NoodleOutcome<boolean>> {
    const erased = yield* this.queue.eraseSpent();
    if (!erased.ok) return failed(erased.error);
    if (erased.value) return Ok(true);
    const records = yield* this.queue.records();
    if (!records.ok) return failed(records.error);
    const garbage = garbageOf(records.value, this.kept, this.rules);
    const page = garbage[0]?.first.page;
    const piece = garbage.filter(({ first }) => first.page === page);
    return yield* this.pop(piece, records.value);
  }

  private *pop(
    some: readonly WriteRecord[],
    records: readonly WriteRecord[],
  ): Steps<NoodleOutcome<boolean>> {
    const popped = yield* this.queue.pop(some, records);
    return popped.ok ? Ok(some.length > 0) : failed(popped.error);
  }

  /**
   * For a record that must have room and has none, with no garbage left: erases the pages behind the last whole record, where
   * only unfinished ones are, else pops the oldest backup. Says whether it did.
   */
  *reclaim(): Steps<NoodleOutcome<boolean>> {
    const records = yield* this.queue.records();
    if (!records.ok) return failed(records.error);
    const last = records.value.findLast(isWhole);
    if (last !== undefined) {
      const erased = yield* this.queue.eraseBehind(last);
      if (!erased.ok) return failed(erased.error);
      if (erased.value) return Ok(true);
    }
    const spare = spareOf(records.value);
    return yield* this.pop(spare === undefined ? [] : [spare], records.value);
  }
}

/** Lengths of all elements of a record. */
function sizesOf(elements: readonly Uint8Array[]): number[] {
  return [START_SIZE, ...elements.map(({ length }) => length), END_SIZE];
}

/** A fault of the queue. Nothing is pushed that has no room: that would be a fault, too. */
function failed(fault: StoreFault): NoodleOutcome<never> {
  return Err(fault === 'InvalidStorage' ? 'InconsistentFlash' : 'StorageError');
}

function areEqual(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return one.length === other?.length && one.every((byte, at) => byte === other[at]);
}
