// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The objects of a TicKV: found, appended, invalidated. What its operations are made of.
 *
 * Mirrors the inner half of `libraries/tickv/src/tickv.rs`. A region is a page.
 */
import { assert } from '#kernel/assert';
import { Err, Ok } from '#kernel/result';
import type { Hash64 } from '../sip-hash.ts';
import { FlashSteps } from '../store/flash-steps.ts';
import type { FlashRequest, Steps, Storage } from '../store/storage.ts';
import type { TicKvError, TicKvResult } from './codes.ts';
import {
  BLANK,
  CHECKSUM_LENGTH,
  HASH_AT,
  HEADER_LENGTH,
  LENGTH_AT,
  MAX_OBJECT,
  WORD,
  buildObject,
  generationAt,
  invalidated,
  lengthAt,
} from './format.ts';
import type { Mode } from './mode.ts';
import { NONE, Region, homeOf, nextDistance } from './region.ts';

/** Where an object stands. */
export interface Place {
  readonly region: number;
  readonly at: number;
  /** Its byte of flags and length. */
  readonly flags: number;
  readonly length: number;
  readonly generation: number;
}

/** How an object is appended. */
export interface Appending {
  readonly generation?: number;
  /** The same hash may be there already. */
  readonly replaces?: boolean;
  /** A region to leave alone. */
  readonly except?: number;
}

/** Whether an object goes into a region; `lost`: upstream loses its buffer. */
type Fit = 'here' | 'next' | 'lost' | 'UnsupportedVersion' | 'CorruptData';

/** A TicKV's flash, region by region. */
export class Objects {
  readonly flash: FlashSteps;
  readonly regions: number;
  readonly regionSize: number;
  /** Where objects must end: the mark of a region lies behind. */
  readonly limit: number;
  /** The region that was loaded last. */
  readonly view: Region;
  /** What says that the flash is this store's. */
  superKey: Hash64 | undefined;
  /** Upstream's region buffer went with an error: it panics at the next call. */
  private isLost = false;

  constructor(
    readonly storage: Storage,
    readonly mode: Mode,
  ) {
    this.flash = new FlashSteps(storage);
    this.regions = storage.numPages;
    this.regionSize = storage.pageSize;
    this.limit = this.regionSize - (mode.marks ? WORD : 0);
    this.view = new Region(this.limit, mode.aligns);
  }

  /** Whether a place holds the super key of this store. */
  isSuperKey(hash: Hash64): boolean {
    return this.superKey?.high === hash.high && this.superKey.low === hash.low;
  }

  /** Reads a region. The view is the same for all, and good until the next access. Undefined: the flash failed. */
  *load(region: number): Steps<Region | undefined> {
    assert(!this.isLost, 'TicKV lost its region buffer with the last ObjectTooLarge');
    const { view, storage, regionSize } = this;
    const atOnce = storage.read(region, 0, regionSize);
    view.number = region;
    if (atOnce !== undefined) {
      view.bytes = atOnce;
      return view;
    }
    const bytes = new Uint8Array(regionSize);
    const request: FlashRequest = {
      operation: 'read',
      page: region,
      byteOffset: 0,
      length: regionSize,
      bytes,
    };
    if (!(yield request)) return undefined;
    view.bytes = bytes;
    return view;
  }

  /** Looks for the valid object of a hash, from its home region on; the view is then of its region. */
  *find(hash: Hash64): Steps<TicKvResult<Place>> {
    const home = homeOf(hash, this.regions);
    let distance: number | undefined = 0;
    for (; distance !== undefined; distance = nextDistance(distance, home, this.regions)) {
      const view = yield* this.load(home + distance);
      if (view === undefined) return error('ReadFail');
      const at = view.find(hash);
      if (at !== NONE) return Ok(placeOf(view, at));
      if (this.mode.searchesBehindFull && this.mode.searchesBehindBlank) continue;
      const { ending } = view;
      if (ending === 'UnsupportedVersion' || ending === 'CorruptData') return error(ending);
      if (ending === 'full' && !this.mode.searchesBehindFull) break;
      if (view.isBlank && !this.mode.searchesBehindBlank) break;
    }
    return error('KeyNotFound');
  }

  /** Writes an object into the first region with room, from its home region on. */
  *append(hash: Hash64, value: Uint8Array, appending: Appending = {}): Steps<TicKvResult> {
    const { generation = 0, replaces = false, except = NONE } = appending;
    const object = buildObject(hash, value, generation);
    if (object.length > MAX_OBJECT) return error('ObjectTooLarge');
    const home = homeOf(hash, this.regions);
    let distance: number | undefined = 0;
    for (; distance !== undefined; distance = nextDistance(distance, home, this.regions)) {
      if (home + distance === except) continue;
      const view = yield* this.load(home + distance);
      if (view === undefined) return error('ReadFail');
      if (view.find(hash) !== NONE && !replaces) return error('KeyAlreadyExists');
      const fit = this.fit(view, object.length);
      if (fit === 'next') continue;
      if (fit === 'here') return yield* this.write(view.number, view.end, object);
      this.isLost = fit === 'lost';
      return error(fit === 'lost' ? 'ObjectTooLarge' : fit);
    }
    return error('FlashFull');
  }

  /** Whether an object goes to the end of a region that was walked. */
  private fit({ end, ending, bytes }: Region, length: number): Fit {
    if (this.mode.countsChecksum) {
      return ending === 'blank' && end + length <= this.limit ? 'here' : 'next';
    }
    const isTooLong = end + length - CHECKSUM_LENGTH >= this.limit;
    if (ending === 'full' || isTooLong) return 'next';
    if (ending !== 'blank') return ending;
    for (let at = end + HASH_AT; at < end + HEADER_LENGTH; at++) {
      if (bytes[at] !== BLANK) return 'CorruptData';
    }
    return end + length <= this.limit ? 'here' : 'lost';
  }

  private *write(region: number, at: number, object: Uint8Array): Steps<TicKvResult> {
    const isWritten = yield* this.flash.writeBytes(region, at, this.padded(object));
    return isWritten ? Ok('Written') : error('WriteFail');
  }

  /** An object with ones up to the next word, where the next object begins there. */
  padded(object: Uint8Array): Uint8Array {
    const rest = object.length % WORD;
    if (!this.mode.aligns || rest === 0) return object;
    const words = new Uint8Array(object.length + WORD - rest).fill(BLANK);
    words.set(object);
    return words;
  }

  /** Clears the valid flag of an object. */
  *invalidate({ region, at, flags }: Place): Steps<TicKvResult> {
    const cleared = Uint8Array.of(invalidated(flags));
    const isWritten = yield* this.flash.writeBytes(region, at + LENGTH_AT, cleared);
    return isWritten ? Ok('Written') : error('WriteFail');
  }
}

/** Where the object at an offset of a region stands. */
export function placeOf({ number: region, bytes }: Region, at: number): Place {
  return {
    region,
    at,
    flags: bytes[at + LENGTH_AT] ?? 0,
    length: lengthAt(bytes, at),
    generation: generationAt(bytes, at),
  };
}

/** A failure that says no more than its name. */
export function error(kind: Exclude<TicKvError['kind'], 'BufferTooSmall'>): TicKvResult<never> {
  return Err({ kind });
}
