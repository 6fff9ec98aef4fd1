// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ConfigStorage of TEP 129: values under keys of 32 bits, in entries that are appended, and copied when an area is full.
 *
 * NON-TOCK: TinyOS. One algorithm for all layouts, see `config-mode.ts`.
 *
 *     insert   append the new entry · kill the old one
 *     full     copy what lives in the oldest area to a blank one, the new entry with it · its header · erase the oldest
 */
import { Err, Ok, type ErrResult } from '#kernel/result';
import type { RamUse } from '../store/definition.ts';
import type { Steps } from '../store/storage.ts';
import { Areas, isSame, type Entry, type Place } from './config-areas.ts';
import { ConfigCache } from './config-cache.ts';
import { MAX_LENGTH, NO_KEY, checkOf } from './config-format.ts';
import { LiveAreas } from './config-live.ts';
import type { ConfigMode } from './config-mode.ts';
import type { DirectStorage, TinyosFault, TinyosOutcome } from './direct-storage.ts';

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

/** RAM besides the entry under way: the number of the head, where the next entry goes, the last key; each area with its use. */
const STATE_SIZE = 12;
const PER_AREA = 4;

const REFUSED: ErrResult<TinyosFault> = Err('InvalidArgument');
const ABSENT: ErrResult<TinyosFault> = Err('NotFound');

export class ConfigStorage {
  private readonly areas: Areas;
  private readonly live: LiveAreas;
  private readonly cache: ConfigCache;
  /** The largest key. */
  private last = NO_KEY;
  /** Whether it has booted, and the flash has not failed since. */
  private isUp = false;

  constructor(
    storage: DirectStorage,
    private readonly options: ConfigOptions,
  ) {
    const cache = new ConfigCache(options.cache ?? 0);
    this.cache = cache;
    this.areas = new Areas(storage, options.mode);
    this.live = new LiveAreas(this.areas, (key, place) => {
      cache.move(key, place);
    });
  }

  /** The longest value, bytes. */
  get maxValueLength(): number {
    return this.areas.maxValueLength;
  }

  /**
   * Finds the areas that count, and puts right what a power cut left. InvalidStorage: the volume holds something else, has
   * units that are too small or too few, or words that endure too few programs; nothing was written. StorageError.
   */
  *boot(): Steps<TinyosOutcome> {
    this.isUp = false;
    if (!this.canMount) return Err('InvalidStorage');
    const found = yield* this.live.boot();
    if (!found.ok) return found;
    const newest = yield* this.live.findEnd();
    if (newest === undefined || !(yield* this.noteAll(newest))) return Err('StorageError');
    this.isUp = true;
    return Ok();
  }

  private get canMount(): boolean {
    const { areas, live, options } = this;
    const { programsPerWord } = options.mode;
    if ((options.maxWordWrites ?? programsPerWord) < programsPerWord) return false;
    return live.most > 0 && areas.maxValueLength >= 0;
  }

  /**
   * Notes where each key is. Kills what has the key of the newest entry, and is older: power went before it was killed. No
   * other entry can have a double, as none is appended before the one before it is done.
   */
  private *noteAll(newest: Entry | 'none'): Steps<boolean> {
    const doubles: Entry[] = [];
    this.cache.begin();
    this.last = NO_KEY;
    const isDone = yield* this.live.count((entry) => {
      this.cache.note(entry.key, entry);
      this.noteLast(entry.key);
      if (newest !== 'none' && entry.key === newest.key && !isSame(entry, newest)) {
        doubles.push(entry);
      }
    });
    if (!isDone) return false;
    if (!this.options.mode.killsDoubles) return true;
    for (const entry of doubles) if (!(yield* this.live.kill(entry))) return false;
    return true;
  }

  private noteLast(key: number): void {
    if (this.last === NO_KEY || key > this.last) this.last = key;
  }

  /** The flash failed, or it has not booted: nothing is done before it does. */
  private down(): ErrResult<TinyosFault> {
    this.isUp = false;
    return Err('StorageError');
  }

  // --- Reading -------------------------------------------------------------------------------------

  /**
   * The value of a key, if it fits a holder of so many bytes. InvalidArgument: no key. NotFound. TooLong: it does not fit, and
   * is not to be cut. Corrupt: its CRC-8 says so. StorageError.
   */
  *retrieve(key: number, maxValueSize: number): Steps<TinyosOutcome<Retrieved>> {
    if (!isKey(key)) return REFUSED;
    const entry = yield* this.find(key);
    if (entry === undefined) return this.down();
    if (entry === 'absent') return ABSENT;
    const { length: size } = entry;
    if (size > maxValueSize && this.options.truncates !== true) return Err('TooLong');
    const loaded = yield* this.areas.load(entry);
    if (loaded === undefined) return this.down();
    const { header, value } = loaded;
    const isSound = typeof header === 'object' && header.crc === checkOf(key, value);
    return isSound ? Ok({ value: value.subarray(0, maxValueSize), size }) : Err('Corrupt');
  }

  /** How many entries live: one for each key. StorageError. */
  *totalKeys(): Steps<TinyosOutcome<number>> {
    let count = 0;
    const isDone = this.isUp && (yield* this.live.walk(() => (count += 1)));
    return isDone ? Ok(count) : this.down();
  }

  /** All keys, in the order of flash. StorageError. */
  *keys(): Steps<TinyosOutcome<readonly number[]>> {
    const keys = new Set<number>();
    const isDone = this.isUp && (yield* this.live.walk(({ key }) => keys.add(key)));
    return isDone ? Ok([...keys]) : this.down();
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
    const keys = yield* this.keys();
    if (!keys.ok) return keys;
    const next = Math.min(NO_KEY, ...keys.value.filter((key) => key > present));
    return next === NO_KEY ? ABSENT : Ok(next);
  }

  /** The largest key, from RAM; 0xFFFFFFFF: there is none. */
  lastKey(): number {
    return this.last;
  }

  /** Where the entry of a key is, the newest of several; undefined when the flash failed. */
  private *find(key: number): Steps<Place | 'absent' | undefined> {
    if (!this.isUp) return undefined;
    const known = this.cache.find(key);
    if (known !== undefined) return known;
    if (this.cache.isComplete) return 'absent';
    const found: Entry[] = [];
    const isDone = yield* this.live.walk((entry) => {
      if (entry.key === key) found[0] = entry;
    });
    const [newest] = found;
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
    if (value.length > this.areas.maxValueLength) return Err('TooLong');
    const found = yield* this.find(key);
    if (found === undefined) return this.down();
    const added = yield* this.live.add({ key, value }, found === 'absent' ? undefined : found);
    if (!added.ok) return added.error === 'StorageError' ? this.down() : added;
    const { place, old } = added.value;
    if (old !== undefined && !(yield* this.live.kill(old))) return this.down();
    this.cache.note(key, place);
    this.noteLast(key);
    return Ok();
  }

  /** Takes a key away. InvalidArgument: no key. NotFound. StorageError. */
  *remove(key: number): Steps<TinyosOutcome> {
    if (!isKey(key)) return REFUSED;
    const entry = yield* this.find(key);
    if (entry === undefined) return this.down();
    if (entry === 'absent') return ABSENT;
    if (!(yield* this.live.kill(entry))) return this.down();
    this.cache.forget(key);
    if (key !== this.last) return Ok();
    const keys = yield* this.keys();
    if (!keys.ok) return keys;
    this.last = keys.value.length === 0 ? NO_KEY : Math.max(...keys.value);
    return Ok();
  }

  /** State, and the entry under way; the places that are remembered. */
  ram(): RamUse {
    const entry = this.areas.sizeOf(MAX_LENGTH);
    return {
      fixed: STATE_SIZE + PER_AREA * this.live.most + entry,
      content: this.cache.size(),
    };
  }
}

function isKey(key: number): boolean {
  return Number.isInteger(key) && key >= 0 && key < NO_KEY;
}
