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
import type { PlainError, TicKvResult } from './codes.ts';
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
import { NONE, Region, regionOrder } from './region.ts';

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
  readonly generation: number;
  /** The same hash may be there already. */
  readonly replaces: boolean;
  /** A region to leave alone. */
  readonly except: number;
  /** So many of the first regions in the order have no room. */
  readonly full: number;
}

/** What a search found, and how many of the first regions in the order have no room. */
export interface Search {
  readonly place: Place | undefined;
  readonly full: number;
}

/** A key that is not there yet. */
export const FRESH: Appending = { generation: 0, replaces: false, except: NONE, full: 0 };

/** Whether an object goes into a region, or into the next, or why into none. */
type Fit = 'here' | 'next' | PlainError;

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

  /** The longest object that is tried. */
  get maxObject(): number {
    return this.mode.countsChecksum ? Math.min(MAX_OBJECT, this.limit) : MAX_OBJECT;
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

  /** Looks for the valid object of a hash; the view is then of its region. */
  *find(hash: Hash64): Steps<TicKvResult<Place>> {
    const found = yield* this.search(hash, 0);
    if (!found.ok) return found;
    const { place } = found.value;
    return place === undefined ? error('KeyNotFound') : Ok(place);
  }

  /** The same, from the home region on, noting which regions are full for an object of so many bytes. */
  *search(hash: Hash64, length: number): Steps<TicKvResult<Search>> {
    let full = 0;
    for (const [nth, region] of regionOrder(hash, this.regions).entries()) {
      const view = yield* this.load(region);
      if (view === undefined) return error('ReadFail');
      const at = view.find(hash);
      if (full === nth && this.mode.countsChecksum && !this.hasRoom(view, length)) full += 1;
      if (at !== NONE) return Ok({ place: placeOf(view, at), full });
      const reason = this.searchEnds(view);
      if (reason === 'KeyNotFound') break;
      if (reason !== undefined) return error(reason);
    }
    return Ok({ place: undefined, full });
  }

  private hasRoom({ end, ending }: Region, length: number): boolean {
    return ending === 'blank' && end + length <= this.limit;
  }

  /** Why a search does not go on behind a region that was walked; undefined when it does. */
  private searchEnds(view: Region): PlainError | undefined {
    const { searchesBehindFull, searchesBehindBlank, repairs } = this.mode;
    if (view.isBlank) return searchesBehindBlank ? undefined : 'KeyNotFound';
    switch (view.ending) {
      case 'blank':
        return undefined;
      case 'full':
        return searchesBehindFull ? undefined : 'KeyNotFound';
      default:
        return repairs ? undefined : view.ending;
    }
  }

  /** Writes an object into the first region with room, from its home region on. */
  *append(hash: Hash64, value: Uint8Array, appending: Appending): Steps<TicKvResult> {
    const object = buildObject(hash, value, appending.generation);
    if (object.length > this.maxObject) return error('ObjectTooLarge');
    for (const [nth, region] of regionOrder(hash, this.regions).entries()) {
      if (nth < appending.full || region === appending.except) continue;
      const view = yield* this.load(region);
      if (view === undefined) return error('ReadFail');
      const isThere = view.find(hash) !== NONE;
      const fit =
        isThere && !appending.replaces ? 'KeyAlreadyExists' : this.fit(view, object.length);
      if (fit === 'here') return yield* this.write(region, view.end, object);
      if (fit !== 'next') return error(fit);
    }
    return error('FlashFull');
  }

  /** Whether an object goes to the end of a region that was walked. */
  private fit(view: Region, length: number): Fit {
    const { end, ending } = view;
    if (this.mode.countsChecksum) return this.hasRoom(view, length) ? 'here' : 'next';
    const isTooLong = end + length - CHECKSUM_LENGTH >= this.limit;
    if (ending === 'full' || isTooLong) return 'next';
    if (ending !== 'blank') return ending;
    if (!isBlankHash(view)) return 'CorruptData';
    this.isLost = end + length > this.limit;
    return this.isLost ? 'ObjectTooLarge' : 'here';
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
export function error(kind: PlainError): TicKvResult<never> {
  return Err({ kind });
}

/** Whether nothing stands where the hash of the next object goes. */
function isBlankHash({ bytes, end }: Region): boolean {
  for (let at = end + HASH_AT; at < end + HEADER_LENGTH; at++) {
    if (bytes[at] !== BLANK) return false;
  }
  return true;
}
