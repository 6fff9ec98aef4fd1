// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A map from keys to values in flash that survives power loss at any moment and wears all pages alike.
 *
 * NON-TOCK: the store of OpenSK's `libraries/persistent_store`, bit for bit; README.md states its claim.
 *
 * Every operation is a generator: `runAtOnce` runs it on a flash that answers at once, and a split-phase user
 * performs the requests it yields. One operation at a time; an operation that was begun is run to its end, or
 * dropped together with the store, as a power loss does.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { AllocationMeter } from './allocation-meter.ts';
import { applyClear, recover } from './boot.ts';
import { compact, readSpan } from './compaction.ts';
import { deleteKey } from './deletion.ts';
import type { ReadCounts } from './flash-access.ts';
import {
  Internal,
  MAX_KEY,
  MAX_PAGES,
  MAX_UPDATES,
  buildUser,
  bytesToWords,
  isFlipped,
  isSupported,
} from './format.ts';
import type { Extension } from './extension.ts';
import { Log } from './log.ts';
import { Kind, UNKNOWN } from './kinds.ts';
import type { Status, StoreError } from './kinds.ts';
import type { ModeName } from './mode.ts';
import { MODES } from './mode.ts';
import type { Steps, Storage } from '../store/storage.ts';
import type { Update } from './transaction.ts';
import { areValid, capacityOf, isKey, writeTransaction } from './transaction.ts';

export type { ReadCounts } from './flash-access.ts';
export type { ModeName } from './mode.ts';
export type { StoreError } from './kinds.ts';
export type { Update } from './transaction.ts';

/** Where an entry stands. Good until the next operation that changes the store. */
export interface Handle {
  readonly key: number;
  /** Virtual position of the header, words. */
  readonly position: number;
  /** Bytes of the value. */
  readonly length: number;
}

/** How much of something is used, words. */
export interface Ratio {
  readonly used: number;
  readonly total: number;
}

/** How a store is to behave. */
export interface StoreOptions {
  /** Default `ours`: what was deleted is unreadable once a recovery completes. */
  readonly mode?: ModeName;
  /** Entries of other kinds; default: none. */
  readonly extension?: Extension<Log> | undefined;
  /** Told how much working memory the operations need at a time. */
  readonly meter?: AllocationMeter;
}

/** Words of flash used up, and set aside. */
export interface Lifetime extends Ratio {
  /**
   * Words at the end of the last cycle that the specification sets aside for an emergency: a page and a longest value.
   * They follow `total` less a longest value; ordinary operations may reach into the first of them.
   */
  readonly reserved: number;
  /** Words that useEmergencyLifetime would let be written: none before the last page to be erased has been. */
  readonly emergency: number;
}

const DONE: Result<void, StoreError> = Ok();

export class Store {
  /** The largest key there is. */
  static readonly MAX_KEY = MAX_KEY;
  /** The most updates one transaction may have. */
  static readonly MAX_UPDATES = MAX_UPDATES;

  /** The mode it was made with. */
  readonly mode: ModeName;
  protected readonly log: Log;
  private readonly supported: boolean;
  private isEmergency = false;

  /** A store that is not open yet: `boot` opens it. The storage is its own from here on. */
  constructor(storage: Storage, { mode = 'ours', extension, meter }: StoreOptions = {}) {
    // The words of extensions are those that would erase page 63.
    this.supported =
      isSupported(storage) && (extension === undefined || storage.numPages < MAX_PAGES);
    this.mode = mode;
    this.log = new Log(storage, MODES[mode], extension, meter);
  }

  /**
   * What the operations so far read, counted as OpenSK's crate reads: it has no keys in RAM and parses every live
   * entry at each search. Costs of time are charged by this; what is really asked of the flash is less.
   */
  reads(): ReadCounts {
    return this.log.flash.reads();
  }

  /** The longest value this geometry allows, bytes. */
  get maxValueLength(): number {
    return this.log.format.maxValueLength;
  }

  /**
   * Opens the store: initialises a blank flash, or finishes or rolls back what was cut. To be done first, and again
   * after StorageError. InvalidArgument: unsupported geometry, nothing was touched. InvalidStorage: the flash
   * holds something else; erase it all. NoLifetime: the flash has an unfinished compaction that no store begins. StorageError: the
   * flash failed.
   */
  *boot(): Steps<Result<void, StoreError>> {
    if (!this.supported) return Err('InvalidArgument');
    this.isEmergency = false;
    return toResult(yield* recover(this.log));
  }

  /** The same as boot, on a store that is open. */
  recover(): Steps<Result<void, StoreError>> {
    return this.boot();
  }

  /**
   * Sets the value of a key; the value must not change until the operation ends. InvalidArgument: key or length out of range.
   * NoCapacity: live entries, this one and the one it replaces do not fit together. NoLifetime: a page must be
   * erased and has no cycles left.
   */
  *insert(key: number, value: Uint8Array): Steps<Result<void, StoreError>> {
    const { log } = this;
    if (!isKey(key) || value.length > this.maxValueLength) return Err('InvalidArgument');
    const words = 1 + bytesToWords(value.length);
    const reserved = yield* this.reserve(words);
    if (reserved !== 'Done') return Err(reserved);
    const tail = log.tail() ?? (yield* log.findTail());
    if (tail === UNKNOWN) return Err(log.failure);
    buildUser(log.flash.words, log.flash.bytes, key, value);
    log.meter?.inUse(words);
    const written = yield* log.writeEntry(tail, words);
    if (written !== 'Done') return Err(written);
    log.entries.append(tail, key, value.length);
    const initialised = yield* log.initPage(tail, tail + words - 1);
    if (initialised !== 'Done') return Err(initialised);
    return toResult(yield* deleteKey(log, key, tail));
  }

  /** Removes a key; it need not be there. InvalidArgument: key out of range. Needs no capacity and no lifetime. */
  *remove(key: number): Steps<Result<void, StoreError>> {
    const { log } = this;
    if (!isKey(key)) return Err('InvalidArgument');
    const tail = log.tail() ?? (yield* log.findTail());
    if (tail === UNKNOWN) return Err(log.failure);
    return toResult(yield* deleteKey(log, key, tail));
  }

  /** Removes the entry a handle names. InvalidArgument: it was compacted away. InvalidStorage: it is gone. */
  *removeHandle(handle: Handle): Steps<Result<void, StoreError>> {
    const { log } = this;
    const checked = this.check(handle);
    if (checked !== 'Done') return Err(checked);
    const status = yield* log.deleteAt(handle.position, bytesToWords(handle.length));
    if (status !== 'Done') return Err(status);
    const slot = log.entries.slotAt(handle.position, handle.key);
    if (!log.entriesKnown || slot === -1) return Err('InvalidStorage');
    log.entries.removeSlot(slot);
    return DONE;
  }

  /** A fresh copy of the value of a key, or undefined when it is not there. */
  *find(key: number): Steps<Result<Uint8Array | undefined, StoreError>> {
    const found = this.findHandle(key);
    if (!found.ok) return found;
    return found.value === undefined ? Ok(undefined) : yield* this.value(found.value);
  }

  /** The handle of a key, or undefined when it is not there. */
  findHandle(key: number): Result<Handle | undefined, StoreError> {
    const { entries, entriesKnown, flash } = this.log;
    if (!entriesKnown) return Err('InvalidStorage');
    const slot = entries.slot(key);
    flash.countWords(entries.scanCost(slot === -1 ? entries.size : slot + 1));
    return Ok(slot === -1 ? undefined : this.handleOf(slot));
  }

  /** Handles of all entries, in the order of the store's list: by age after boot, shuffled by removals. */
  handles(): Result<Handle[], StoreError> {
    const { entries, entriesKnown, flash } = this.log;
    if (!entriesKnown) return Err('InvalidStorage');
    flash.countWords(entries.scanCost(entries.size));
    return Ok(Array.from({ length: entries.size }, (_, slot) => this.handleOf(slot)));
  }

  /** A fresh copy of the value a handle names. InvalidArgument: the entry was deleted or compacted away. */
  *value(handle: Handle): Steps<Result<Uint8Array, StoreError>> {
    const { log } = this;
    const found = yield* this.parseHandle(handle);
    if (found !== 'Done') return Err(found);
    const { length, word } = log;
    const value = new Uint8Array(length);
    const status = yield* readSpan(log, handle.position + 1, length, value);
    if (status !== 'Done') return Err(status);
    if (isFlipped(word) && length > 0) value[length - 1] = 0xff;
    return Ok(value);
  }

  /** Bytes of the value a handle names, looked up in flash: so a deleted entry is noticed. Errors as for value. */
  *length(handle: Handle): Steps<Result<number, StoreError>> {
    const found = yield* this.parseHandle(handle);
    return found === 'Done' ? Ok(this.log.length) : Err(found);
  }

  /** Parses the user entry that a handle names. */
  private *parseHandle(handle: Handle): Steps<Status> {
    const { log } = this;
    const checked = this.check(handle);
    if (checked !== 'Done') return checked;
    const { position } = handle;
    const kind = log.parse(position) ?? (yield* log.settleParse(position));
    if (kind === Kind.USER) return 'Done';
    return kind === Kind.PADDING ? 'InvalidArgument' : log.unless(kind);
  }

  /**
   * Applies updates all or none, over any power loss. One update is just that operation; none is none.
   * InvalidArgument: more than 31, a key twice, or one not lawful. NoCapacity, NoLifetime: as for insert.
   * The values must not change until the operation ends.
   */
  *transaction(updates: readonly Update[]): Steps<Result<void, StoreError>> {
    const [only] = updates;
    if (only === undefined) return DONE;
    if (updates.length === 1) {
      return yield* only.op === 'insert'
        ? this.insert(only.key, only.value)
        : this.remove(only.key);
    }
    this.log.meter?.inUse(Math.min(updates.length, MAX_UPDATES));
    if (!areValid(updates, this.maxValueLength)) return Err('InvalidArgument');
    const reserved = yield* this.reserve(capacityOf(updates));
    if (reserved !== 'Done') return Err(reserved);
    return toResult(yield* writeTransaction(this.log, updates));
  }

  /** Removes every key from `minKey` on, all or none. InvalidArgument: `minKey` is no key. NoLifetime: as for insert. */
  *clear(minKey: number): Steps<Result<void, StoreError>> {
    const { log } = this;
    if (!isKey(minKey)) return Err('InvalidArgument');
    // The word for this is outside what users can reserve.
    const room = yield* this.makeRoom(1);
    if (room !== 'Done') return Err(room);
    const tail = log.tail() ?? (yield* log.findTail());
    if (tail === UNKNOWN) return Err(log.failure);
    const written =
      log.writeInternal(tail, Internal.CLEAR, minKey) ?? (yield* log.flash.settleProgram());
    const status = log.broken(written);
    return toResult(status === 'Done' ? yield* applyClear(log, tail) : status);
  }

  /**
   * Compacts one page unless that many words can be written without: for idle times, repeated at will.
   * NoCapacity: so many words could never be inserted. NoLifetime: as for insert.
   */
  *prepare(words: number): Steps<Result<void, StoreError>> {
    const { log } = this;
    if (!log.entriesKnown) return Err('InvalidStorage');
    const { used, total } = this.countedCapacity();
    if (total - used < words) return Err('NoCapacity');
    const tail = log.tail() ?? (yield* log.findTail());
    if (tail === UNKNOWN) return Err(log.failure);
    return log.room(tail) < words ? toResult(yield* compact(log)) : DONE;
  }

  /** Words taken by live entries, of those they may take. */
  capacity(): Result<Ratio, StoreError> {
    return this.log.entriesKnown ? Ok(this.countedCapacity()) : Err('InvalidStorage');
  }

  /** Words written since the first boot, of those the erase cycles allow at most; and what is left beyond. */
  *lifetime(): Steps<Result<Lifetime, StoreError>> {
    const { log } = this;
    const used = log.tail() ?? (yield* log.findTail());
    if (used === UNKNOWN) return Err(log.failure);
    const { totalLifetime: total, reservedLifetime: reserved } = log.format;
    return Ok({ used, total, reserved, emergency: log.reserve(used) });
  }

  /**
   * From here to the next boot, an insertion, transaction or clear that would end with NoLifetime may use the words of
   * `lifetime().emergency` instead, as long as they last. It is for a last time: to say goodbye, to clear, to make a
   * copy elsewhere. InvalidArgument: the mode is `upstream`, whose recovery would not find what was written there.
   */
  useEmergencyLifetime(): Result<void, StoreError> {
    if (!this.log.mode.reachesEndOfLife) return Err('InvalidArgument');
    this.isEmergency = true;
    return DONE;
  }

  private handleOf(slot: number): Handle {
    const { positions, keys, lengths } = this.log.entries;
    return { key: keys[slot] ?? 0, position: positions[slot] ?? 0, length: lengths[slot] ?? 0 };
  }

  private check(handle: Handle): Status {
    if (this.log.head === UNKNOWN) return 'InvalidStorage';
    return handle.position < this.log.head ? 'InvalidArgument' : 'Done';
  }

  private countedCapacity(): Ratio {
    const { entries, extension, flash, format } = this.log;
    flash.countWords(entries.scanCost(entries.size));
    return { used: entries.usedWords + (extension?.usedWords ?? 0), total: format.totalCapacity };
  }

  /** Checks that live words and these fit, and compacts until these can be written. */
  protected *reserve(words: number): Steps<Status> {
    if (!this.log.entriesKnown) return 'InvalidStorage';
    const { used, total } = this.countedCapacity();
    return total - used < words ? 'NoCapacity' : yield* this.makeRoom(words);
  }

  private *makeRoom(words: number): Steps<Status> {
    const { log } = this;
    for (;;) {
      const tail = log.tail() ?? (yield* log.findTail());
      if (tail === UNKNOWN) return log.failure;
      if (log.head === UNKNOWN) return 'InvalidStorage';
      if (log.room(tail) >= words) return 'Done';
      if (this.isEmergency && log.reserve(tail) >= words) return 'Done';
      const status = yield* compact(log);
      if (status !== 'Done') return status;
    }
  }
}

function toResult(status: Status): Result<void, StoreError> {
  return status === 'Done' ? DONE : Err(status);
}
