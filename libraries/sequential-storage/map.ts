// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A map in flash: each new value is appended, the newest counts, and one page is always free to move what is left of the
 * oldest out of it.
 *
 * NON-TOCK: the map of the crate `sequential-storage`, with keys of two bytes.
 */
import { Err, Ok, type Result } from '#kernel/result';
import type { Outcome, RamUse, StoreFault } from '../store/definition.ts';
import { FlashSteps } from '../store/flash-steps.ts';
import type { Steps, Storage } from '../store/storage.ts';
import { KEY_SIZE, NO_KEY, buildEntry, entryKey, itemSize, maxItemLength } from './format.ts';
import { Items, behind, isEnd, type Item, type Place, type WalkEnd } from './items.ts';
import { KeyCache } from './key-cache.ts';
import { HARDENED, type Mode } from './mode.ts';
import { NO_CACHES, PageCache, type Caches } from './page-cache.ts';
import { Pages } from './pages.ts';
import { Tail } from './tail.ts';

/** The value does not fit into the buffer that was given. */
export interface BufferTooSmall {
  /** Bytes that it takes. */
  readonly needed: number;
}

const FAILED: Outcome<never> = Err('StorageError');
const FULL: Outcome<never> = Err('NoCapacity');
const DAMAGED: Outcome<never> = Err('InvalidStorage');
const REFUSED: Outcome<never> = Err('InvalidArgument');
const DONE = Ok();

/** The largest key. */
export const MAX_KEY = 0xffff;

/** A map over a storage. It begins off; operations are steps, one at a time. */
export class SequentialMap {
  private readonly cache: PageCache;
  private readonly keyCache: KeyCache;
  private readonly pages: Pages;
  private readonly items: Items;
  private readonly tail: Tail;

  /** A map that is not booted yet. */
  constructor(
    private readonly storage: Storage,
    private readonly mode: Mode = HARDENED,
    caches: Caches = NO_CACHES,
  ) {
    const flash = new FlashSteps(storage);
    this.cache = new PageCache(caches);
    this.keyCache = new KeyCache(caches.keys);
    this.pages = new Pages(flash, mode, this.cache);
    this.items = new Items(flash, mode.resynchronises);
    this.tail = new Tail(flash, this.pages, this.items, this.cache);
  }

  /** Makes good what a power loss left. InvalidStorage: no page can be written to, which no loss leaves. */
  *boot(): Steps<Outcome> {
    this.cache.clear();
    this.keyCache.clear();
    if (!(yield* this.pages.eraseCorrupt())) return FAILED;
    const active = yield* this.active();
    if (!active.ok) return active;
    const repaired = yield* this.repair(active.value);
    if (!repaired.ok || this.mode.trustsOpenPages) return repaired;
    return (yield* this.tail.check(active.value)) ? DONE : FAILED;
  }

  private *active(): Steps<Outcome<number>> {
    const pages = yield* this.pages.active();
    if (pages === undefined) return FAILED;
    const [page] = pages;
    return page === undefined ? DAMAGED : Ok(page);
  }

  /**
   * A page under way with a used one behind it: the power went while items were moved from there, or while that page was
   * erased. Until its erase began it is untouched, and until that was over nothing else was written.
   */
  private *repair(page: number): Steps<Outcome> {
    const state = yield* this.pages.state(page);
    const source = this.pages.next(page);
    const sourceState = yield* this.pages.state(source);
    if (state === undefined || sourceState === undefined) return FAILED;
    if (state === 'open' || sourceState === 'open') return DONE;
    const isNeeded = this.mode.alwaysMigratesAgain || (yield* this.holdsNewest(source));
    if (isNeeded === undefined) return FAILED;
    if (!isNeeded) return (yield* this.erase(source)) ? DONE : FAILED;
    if (!(yield* this.erase(page))) return FAILED;
    return yield* this.open(page);
  }

  private *holdsNewest(page: number): Steps<boolean | undefined> {
    for (let at = this.pages.begin; ;) {
      const item = yield* this.items.findLive(page, at);
      if (item === undefined) return undefined;
      if (isEnd(item)) return false;
      const isNewest = yield* this.isNewest(item);
      if (isNewest !== false) return isNewest;
      at = behind(item);
    }
  }

  private *erase(page: number): Steps<boolean> {
    this.keyCache.forgetPage(page);
    return yield* this.pages.erase(page);
  }

  // --- Reading ---------------------------------------------------------------------------------

  /** A fresh copy of the value of a key; undefined when it has none. */
  *get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    if (!isKey(key)) return REFUSED;
    const item = yield* this.find(key);
    return item.ok ? Ok(item.value?.data.subarray(KEY_SIZE)) : item;
  }

  /** Copies the value of a key into a buffer and returns its length; undefined when it has none. */
  *getInto(
    key: number,
    buffer: Uint8Array,
  ): Steps<Result<number | undefined, StoreFault | BufferTooSmall>> {
    const value = yield* this.get(key);
    if (!value.ok) return value;
    if (value.value === undefined) return Ok(undefined);
    const { length } = value.value;
    if (length > buffer.length) return Err({ needed: length });
    buffer.set(value.value);
    return Ok(length);
  }

  /** Every key that has a value: one live item is enough, as a key that is deleted has none left. */
  *keys(): Steps<Outcome<readonly number[]>> {
    const keys = new Set<number>();
    for (let page = 0; page < this.pages.count; page++) {
      let at = yield* this.firstOf(page);
      while (at !== undefined) {
        const item: Item | WalkEnd | undefined = yield* this.items.findLive(page, at);
        if (item === undefined) return FAILED;
        if (isEnd(item)) break;
        keys.add(entryKey(item.data));
        at = behind(item);
      }
      if (at === undefined) return FAILED;
    }
    keys.delete(NO_KEY);
    return Ok([...keys]);
  }

  /** Where a walk over a page begins: at its end, if the page is not in use. */
  private *firstOf(page: number): Steps<number | undefined> {
    const state = yield* this.pages.state(page);
    if (state === undefined) return undefined;
    return state === 'partial' || state === 'closed' ? this.pages.begin : this.pages.end;
  }

  /** The newest item of a key: the last in the youngest page that has any. */
  private *find(key: number): Steps<Outcome<Item | undefined>> {
    const known = this.keyCache.find(key);
    if (known !== undefined) {
      const item = yield* this.items.read(known);
      if (item === undefined) return FAILED;
      if (typeof item === 'object' && entryKey(item.data) === key) return Ok(item);
      this.keyCache.forget(key);
    }
    return yield* this.search(key);
  }

  private *search(key: number): Steps<Outcome<Item | undefined>> {
    const active = yield* this.active();
    if (!active.ok) return active;
    let page = active.value;
    do {
      const newest = yield* this.newestOf(page, key);
      if (!newest.ok) return newest;
      if (newest.value !== undefined) {
        this.keyCache.note(key, newest.value);
        return newest;
      }
      page = this.pages.previous(page);
    } while (page !== active.value);
    return Ok(undefined);
  }

  private *newestOf(page: number, key: number): Steps<Outcome<Item | undefined>> {
    let newest: Item | undefined;
    let at = yield* this.firstOf(page);
    while (at !== undefined) {
      const item: Item | WalkEnd | undefined = yield* this.items.findLive(page, at);
      if (item === undefined) return FAILED;
      if (isEnd(item)) return Ok(newest);
      if (entryKey(item.data) === key) newest = item;
      at = behind(item);
    }
    return FAILED;
  }

  private *isNewest(item: Item): Steps<boolean | undefined> {
    const key = entryKey(item.data);
    if (key === NO_KEY) return false;
    const known = this.keyCache.find(key);
    if (known !== undefined) return isSame(known, item);
    const newest = yield* this.search(key);
    if (!newest.ok) return undefined;
    return newest.value !== undefined && isSame(newest.value, item);
  }

  // --- Writing ---------------------------------------------------------------------------------

  /**
   * Sets the value of a key. InvalidArgument: the key is none, or the item too long for a page. NoCapacity: all pages were
   * gone through for room in vain; every value is as before.
   */
  *put(key: number, value: Uint8Array): Steps<Outcome> {
    const data = buildEntry(key, value);
    if (!isKey(key) || data.length > maxItemLength(this.storage)) return REFUSED;
    for (let turned = 0; turned <= this.pages.count; turned++) {
      const active = yield* this.active();
      if (!active.ok) return active;
      const end = yield* this.endOf(active.value);
      if (end === undefined) return FAILED;
      if (end.room >= itemSize(data.length)) return yield* this.append(active.value, end, data);
      const opened = yield* this.turnPage(active.value);
      if (!opened.ok) return opened;
    }
    return FULL;
  }

  /** The free end of the page under way; none when that is still to be opened. */
  private *endOf(page: number): Steps<WalkEnd | undefined> {
    const state = yield* this.pages.state(page);
    if (state === 'partial') return yield* this.tail.end(page);
    return state === undefined ? undefined : { byteOffset: this.pages.begin, room: 0 };
  }

  private *append(page: number, end: WalkEnd, data: Uint8Array): Steps<Outcome> {
    const place = yield* this.tail.append(page, end, data);
    if (place === undefined) return FAILED;
    this.keyCache.note(entryKey(data), place);
    return DONE;
  }

  /** Closes the page under way, if it is open, and goes on with the next. */
  private *turnPage(page: number): Steps<Outcome> {
    const state = yield* this.pages.state(page);
    if (state === undefined) return FAILED;
    if (state === 'open') return yield* this.open(page);
    if (!(yield* this.pages.close(page))) return FAILED;
    return yield* this.open(this.pages.next(page));
  }

  /** Opens a page, moves into it what only the page behind it holds, and erases that one. */
  private *open(page: number): Steps<Outcome> {
    if (!(yield* this.pages.open(page))) return FAILED;
    this.tail.fresh(page);
    const source = this.pages.next(page);
    const state = yield* this.pages.state(source);
    if (state === undefined) return FAILED;
    if (state === 'open') return DONE;
    const moved = yield* this.moveNewest(source, page);
    if (!moved.ok) return moved;
    return (yield* this.erase(source)) ? DONE : FAILED;
  }

  private *moveNewest(source: number, target: number): Steps<Outcome> {
    for (let at = this.pages.begin; ;) {
      const item = yield* this.items.findLive(source, at);
      if (item === undefined) return FAILED;
      if (isEnd(item)) return DONE;
      const isNewest = yield* this.isNewest(item);
      if (isNewest === undefined) return FAILED;
      if (isNewest) {
        const end = yield* this.tail.end(target);
        if (end === undefined) return FAILED;
        if (end.room < itemSize(item.length)) return DAMAGED;
        const moved = yield* this.append(target, end, item.data);
        if (!moved.ok) return moved;
      }
      at = behind(item);
    }
  }

  /** Takes a key away: all its items are popped, the newest last, so that no cut brings an older one back. */
  *delete(key: number): Steps<Outcome> {
    return isKey(key) ? yield* this.popAll((data) => entryKey(data) === key) : REFUSED;
  }

  /** Takes every key away, in the same order. */
  *clear(): Steps<Outcome> {
    return yield* this.popAll(() => true);
  }

  private *popAll(isMeant: (data: Uint8Array) => boolean): Steps<Outcome> {
    const active = yield* this.active();
    if (!active.ok) return active;
    let page = active.value;
    do {
      page = this.pages.next(page);
      if (!(yield* this.popIn(page, isMeant))) return FAILED;
    } while (page !== active.value);
    return DONE;
  }

  private *popIn(page: number, isMeant: (data: Uint8Array) => boolean): Steps<boolean> {
    let at = yield* this.firstOf(page);
    while (at !== undefined) {
      const item: Item | WalkEnd | undefined = yield* this.items.findLive(page, at);
      if (item === undefined) return false;
      if (isEnd(item)) return true;
      if (isMeant(item.data)) {
        this.keyCache.forget(entryKey(item.data));
        if (!(yield* this.items.pop(item))) return false;
      }
      at = behind(item);
    }
    return false;
  }

  ram(): RamUse {
    const fixed = maxItemLength(this.storage) + this.cache.size(this.pages.count);
    return { fixed, content: this.keyCache.size() };
  }
}

function isKey(key: number): boolean {
  return Number.isInteger(key) && key >= 0 && key <= MAX_KEY;
}

function isSame(one: Place, other: Place): boolean {
  return one.page === other.page && one.byteOffset === other.byteOffset;
}
