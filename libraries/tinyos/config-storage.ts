// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ConfigStorage of TEP 129: values under keys of 32 bits, in entries that are appended, and copied when an area is full.
 *
 * NON-TOCK: TinyOS. One algorithm for all layouts, see `config-mode.ts`.
 *
 *     insert   append the new entry · kill the old one
 *     full     copy what lives in the oldest area to a blank one, the new entry with it · its header · erase the oldest
 */
import { Err, Ok } from '#kernel/result';
import type { RamUse } from '../store/definition.ts';
import type { Steps } from '../store/storage.ts';
import { Areas, type Entry, type Place } from './config-areas.ts';
import { ConfigCache } from './config-cache.ts';
import {
  AREA_HEADER,
  MAGIC_AT,
  MAX_LENGTH,
  NO_KEY,
  buildAreaHeader,
  crc8,
} from './config-format.ts';
import type { AreaSight, ConfigMode } from './config-mode.ts';
import type { DirectStorage, TinyosOutcome } from './direct-storage.ts';

/** Which storage, and what it may use. */
export interface ConfigOptions {
  readonly mode: ConfigMode;
  /** Keys whose places are kept in RAM. Default: none. */
  readonly cache?: number;
  /** Whether a value longer than its holder is cut to it; else it is TooLong. Default: false. */
  readonly truncates?: boolean;
  /** Programs that a word of the flash endures between two erasures. Default: as many as are needed. */
  readonly maxWordWrites?: number;
}

/** What was retrieved. */
export interface Retrieved {
  /** A fresh copy of the value, or of as much of it as was asked for. */
  readonly value: Uint8Array;
  /** Bytes of the whole value. */
  readonly size: number;
}

/** An entry that is to be written. */
interface Fresh {
  readonly key: number;
  readonly value: Uint8Array;
  /** Bytes of flash that it takes. */
  readonly size: number;
}

/** RAM besides what is in a copy: number and ends of the areas, where the next entry goes, the last key. */
const STATE_SIZE = 16;
const PER_AREA = 4;

const FAILED = Err('StorageError');
const DAMAGED = Err('InvalidStorage');
const REFUSED = Err('InvalidArgument');
const TOO_LONG = Err('TooLong');
const FULL = Err('NoCapacity');
const ABSENT = Err('NotFound');

export class ConfigStorage {
  private readonly mode: ConfigMode;
  private readonly areas: Areas;
  private readonly cache: ConfigCache;
  /** Areas that may count at a time. */
  private readonly most: number;
  /** Those that count, the oldest first. Entries are appended to the last, the head. */
  private live: number[] = [];
  /** The number of the head. */
  private sequence = -1;
  /** Where the next entry goes in the head. */
  private end = 0;
  /** The largest key. */
  private last = NO_KEY;
  /** Whether it has booted, and the flash has not failed since. */
  private isUp = false;

  constructor(
    storage: DirectStorage,
    private readonly options: ConfigOptions,
  ) {
    this.mode = options.mode;
    this.areas = new Areas(storage, options.mode);
    this.cache = new ConfigCache(options.cache ?? 0);
    this.most = options.mode.liveAreas(this.areas.count);
  }

  // --- Boot ----------------------------------------------------------------------------------------

  /**
   * Finds the areas that count, and puts right what a power cut left. InvalidStorage: the volume holds something else, has
   * units that are too small or too few, or words that endure too few programs; nothing was written. StorageError.
   */
  *boot(): Steps<TinyosOutcome> {
    const { mode, options, areas } = this;
    this.isUp = false;
    const canProgram = (options.maxWordWrites ?? mode.programsPerWord) >= mode.programsPerWord;
    if (!canProgram || this.most < 1 || areas.maxValueLength < 0) return DAMAGED;
    const sights: AreaSight[] = [];
    for (let area = 0; area < areas.count; area++) {
      const sight = yield* areas.look(area);
      if (sight === undefined) return FAILED;
      sights.push(sight);
    }
    this.live = [...mode.arrange(sights, this.most)];
    this.sequence = sights[this.live.at(-1) ?? NO_KEY]?.sequence ?? -1;
    if (mode.erasesRest) {
      const erased = yield* this.eraseRest();
      if (!erased.ok) return erased;
    }
    if (!(yield* this.takeUp())) return FAILED;
    this.isUp = true;
    return Ok();
  }

  /** Erases what does not count. Without an area that counts, no more can be there than the first entry of all. */
  private *eraseRest(): Steps<TinyosOutcome> {
    const { areas, live } = this;
    const used: number[] = [];
    for (let area = 0; area < areas.count; area++) {
      if (live.includes(area)) continue;
      const isBlank = yield* areas.isBlank(area);
      if (isBlank === undefined) return FAILED;
      if (!isBlank) used.push(area);
    }
    if (live.length === 0) {
      const isOurs = yield* this.isTornBegin(used);
      if (isOurs === undefined) return FAILED;
      if (!isOurs) return DAMAGED;
    }
    for (const area of used) if (!(yield* areas.erase(area))) return FAILED;
    return Ok();
  }

  /** Whether what is in areas that are not blank can be a first entry whose area never got its header. */
  private *isTornBegin(used: readonly number[]): Steps<boolean | undefined> {
    const { areas } = this;
    const [area] = used;
    if (area === undefined) return true;
    if (area !== 0 || used.length > 1) return false;
    const behind = Math.min(AREA_HEADER + areas.sizeOf(MAX_LENGTH), areas.size);
    const isRestBlank = yield* areas.isBlank(0, behind);
    // The number of the first area is 0: the second word of its header is blank.
    const isHeader = yield* areas.isBlank(0, AREA_HEADER / 2, AREA_HEADER);
    return isRestBlank === undefined || isHeader === undefined
      ? undefined
      : isRestBlank && isHeader;
  }

  /** Looks at all entries: where the next one goes, which was written last, which are twice there. */
  private *takeUp(): Steps<boolean> {
    const head = this.live.at(-1);
    let newest: Entry | undefined;
    this.end = this.areas.size;
    if (head !== undefined) {
      const end = yield* this.areas.walk(head, (entry) => (newest = entry));
      if (end === undefined) return false;
      const isFree = this.mode.checksTail ? yield* this.areas.isBlank(head, end.at) : true;
      if (isFree === undefined) return false;
      if (end.why === 'blank' && isFree) this.end = end.at;
    }
    const older = yield* this.noteAll(newest);
    if (older === undefined) return false;
    if (this.mode.killsDuplicates) {
      for (const entry of older) if (!(yield* this.areas.kill(entry))) return false;
    }
    return true;
  }

  /** Notes where each key is; gives the entries with the key of one, but for itself. */
  private *noteAll(newest: Entry | undefined): Steps<Entry[] | undefined> {
    const same: Entry[] = [];
    this.cache.begin();
    this.last = NO_KEY;
    const isDone = yield* this.walkAll((entry) => {
      this.cache.note(entry.key, entry);
      this.noteLast(entry.key);
      if (entry.key === newest?.key && !isSame(entry, newest)) same.push(entry);
    });
    return isDone ? same : undefined;
  }

  private noteLast(key: number): void {
    if (this.last === NO_KEY || key > this.last) this.last = key;
  }

  /** Shows all entries that live, the oldest first. False: the flash failed. */
  private *walkAll(visit: (entry: Entry) => void): Steps<boolean> {
    for (const area of this.live) {
      if ((yield* this.areas.walk(area, visit)) === undefined) return false;
    }
    return true;
  }

  // --- Reading -------------------------------------------------------------------------------------

  /**
   * The value of a key, if it fits a holder of so many bytes. InvalidArgument: no key. NotFound. TooLong: it does not fit, and
   * is not to be cut. Corrupt: its CRC-8 says so. StorageError.
   */
  *retrieve(key: number, maxValueSize: number): Steps<TinyosOutcome<Retrieved>> {
    if (!isKey(key)) return REFUSED;
    const entry = yield* this.find(key);
    if (entry === undefined) return this.failed();
    if (entry === 'absent') return ABSENT;
    const { length: size } = entry;
    if (size > maxValueSize && this.options.truncates !== true) return TOO_LONG;
    const value = yield* this.areas.value(entry);
    if (value === undefined) return this.failed();
    if (crc8(key, value) !== entry.crc) return Err('Corrupt');
    return Ok({ value: value.subarray(0, maxValueSize), size });
  }

  /** How many keys there are. StorageError. */
  *totalKeys(): Steps<TinyosOutcome<number>> {
    const keys = yield* this.keys();
    return keys.ok ? Ok(new Set(keys.value).size) : keys;
  }

  /** The key of each entry that lives, in the order of flash. StorageError. */
  *keys(): Steps<TinyosOutcome<readonly number[]>> {
    const keys: number[] = [];
    if (!this.isUp || !(yield* this.walkAll(({ key }) => keys.push(key)))) return this.failed();
    return Ok(keys);
  }

  /** The smallest key. NotFound: there is none. StorageError. */
  *firstKey(): Steps<TinyosOutcome<number>> {
    return yield* this.keyAfter(-1);
  }

  /** The smallest key that is larger. InvalidArgument: no key. NotFound: there is none. StorageError. */
  *nextKey(present: number): Steps<TinyosOutcome<number>> {
    return isKey(present) ? yield* this.keyAfter(present) : REFUSED;
  }

  private *keyAfter(present: number): Steps<TinyosOutcome<number>> {
    let next = NO_KEY;
    const isDone =
      this.isUp &&
      (yield* this.walkAll(({ key }) => {
        if (key > present && key < next) next = key;
      }));
    if (!isDone) return this.failed();
    return next === NO_KEY ? ABSENT : Ok(next);
  }

  /** The largest key, from RAM; 0xFFFFFFFF: there is none. */
  lastKey(): number {
    return this.last;
  }

  /** The entry of a key, the newest of several; undefined when the flash failed. */
  private *find(key: number): Steps<Entry | 'absent' | undefined> {
    if (!this.isUp) return undefined;
    const known = this.cache.find(key);
    if (known !== undefined) {
      const entry = yield* this.areas.entry(known.area, known.at);
      return entry === undefined || 'why' in entry ? undefined : entry;
    }
    if (this.cache.isComplete) return 'absent';
    let newest: Entry | undefined;
    const isDone = yield* this.walkAll((entry) => {
      if (entry.key === key) newest = entry;
    });
    if (newest !== undefined) this.cache.note(key, newest);
    return isDone ? (newest ?? 'absent') : undefined;
  }

  // --- Writing -------------------------------------------------------------------------------------

  /**
   * Sets the value of a key. InvalidArgument: no key. TooLong: for its length byte, or for an area. NoCapacity: no room, and
   * none to be made; nothing was written. NoLifetime: the numbers of areas are used up. StorageError.
   */
  *insert(key: number, value: Uint8Array): Steps<TinyosOutcome> {
    if (!isKey(key)) return REFUSED;
    if (value.length > this.areas.maxValueLength) return TOO_LONG;
    const found = yield* this.find(key);
    if (found === undefined) return this.failed();
    const fresh = { key, value, size: this.areas.sizeOf(value.length) };
    const written = yield* this.place(fresh, found === 'absent' ? undefined : found);
    if (!written.ok) return written.error === 'StorageError' ? this.failed() : written;
    const old = written.value;
    if (old !== undefined && !(yield* this.areas.kill(old))) return this.failed();
    this.noteLast(key);
    return Ok();
  }

  /** Takes a key away. InvalidArgument: no key. NotFound. StorageError. */
  *remove(key: number): Steps<TinyosOutcome> {
    if (!isKey(key)) return REFUSED;
    const entry = yield* this.find(key);
    if (entry === undefined) return this.failed();
    if (entry === 'absent') return ABSENT;
    if (!(yield* this.areas.kill(entry))) return this.failed();
    this.cache.forget(key);
    if (key !== this.last) return Ok();
    this.last = NO_KEY;
    const isDone = yield* this.walkAll((left) => {
      this.noteLast(left.key);
    });
    return isDone ? Ok() : this.failed();
  }

  /** Writes an entry, to where there is room; gives the place of the old one, if it is still somewhere. */
  private *place(fresh: Fresh, old: Place | undefined): Steps<TinyosOutcome<Place | undefined>> {
    if (this.end + fresh.size <= this.areas.size && this.live.length > 0) {
      return (yield* this.append(fresh)) ? Ok(old) : FAILED;
    }
    return yield* this.makeRoom(fresh, old);
  }
}
