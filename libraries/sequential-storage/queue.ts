// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A queue in flash: items are appended to the youngest page and popped from the oldest.
 *
 * NON-TOCK: the queue of the crate `sequential-storage`.
 *
 * For stores that are built on items (items.ts says what a place and an item are):
 * - `boot` first. It erases again what an interrupted erase left with its last marker alone, and changes nothing else.
 * - `next(after)` walks from the oldest item to the youngest: `next()` is the oldest, `next(item)` the one behind an item,
 *   undefined the end. Popped and torn items are not met. A walk goes on behind an item that was popped meanwhile.
 * - `remove(item)` pops that item: its checksum becomes 0, the rest of it stays. Any item may go, not only the oldest;
 *   `pop` is `remove` of the oldest.
 * - `push` erases the page that it needs when no live item is in it. With `mayErase: false` it erases no used page and is
 *   refused with NoCapacity instead: then `eraseSpent` erases the oldest page, if no live item is in it.
 * - After StorageError, `boot` before anything else.
 */
import { Err, Ok } from '#kernel/result';
import type { Outcome } from '../store/definition.ts';
import { FlashSteps } from '../store/flash-steps.ts';
import type { Steps, Storage } from '../store/storage.ts';
import { HEADER_SIZE, POPPED, itemSize, maxItemLength } from './format.ts';
import { Items, behind, isEnd, type Item, type Place, type WalkEnd } from './items.ts';
import { HARDENED, type Mode } from './mode.ts';
import { NO_CACHES, PageCache, type Caches } from './page-cache.ts';
import { Pages } from './pages.ts';
import { Tail } from './tail.ts';

/** How a push gets its room. */
export interface PushOptions {
  /** The oldest items give way, a page at a time, when the queue is full. Default: the push is refused. */
  readonly allowOverwrite?: boolean;
  /** A page without live items is erased when its room is needed. Default: it is. */
  readonly mayErase?: boolean;
}

const FAILED: Outcome<never> = Err('StorageError');
const FULL: Outcome<never> = Err('NoCapacity');
const DAMAGED: Outcome<never> = Err('InvalidStorage');
const DONE = Ok();

export class Queue {
  /** Bytes of the longest item. */
  readonly maxItemLength: number;
  private readonly cache: PageCache;
  private readonly pages: Pages;
  private readonly items: Items;
  private readonly tail: Tail;

  /** A queue that is not booted yet. */
  constructor(
    storage: Storage,
    private readonly mode: Mode = HARDENED,
    caches: Caches = NO_CACHES,
  ) {
    const flash = new FlashSteps(storage);
    this.maxItemLength = maxItemLength(storage);
    this.cache = new PageCache(caches);
    this.pages = new Pages(flash, mode, this.cache);
    this.items = new Items(flash, mode.resynchronises);
    this.tail = new Tail(flash, this.pages, this.items, this.cache);
  }

  /** Makes good what a power loss left. InvalidStorage: no page can be written to, which no loss leaves. */
  *boot(): Steps<Outcome> {
    this.cache.clear();
    if (!(yield* this.pages.eraseCorrupt())) return FAILED;
    const active = yield* this.active();
    if (!active.ok) return active;
    if (this.mode.trustsOpenPages) return DONE;
    return (yield* this.tail.check(active.value)) ? DONE : FAILED;
  }

  /** The page to write to. Of two that may be it, one was being erased: the other has live items, if any has. */
  private *active(): Steps<Outcome<number>> {
    const pages = yield* this.pages.active();
    if (pages === undefined) return FAILED;
    const [first, ...others] = pages;
    if (first === undefined) return DAMAGED;
    if (others.length === 0) return Ok(first);
    for (const page of pages) {
      const item = yield* this.items.findLive(page, this.pages.begin);
      if (item === undefined) return FAILED;
      if (!isEnd(item)) return Ok(page);
    }
    return Ok(first);
  }

  // --- At the end ------------------------------------------------------------------------------

  /** Appends an item. InvalidArgument: it is too long for a page. NoCapacity: no room, and none to be made. */
  *push(data: Uint8Array, options: PushOptions = {}): Steps<Outcome> {
    if (data.length > this.maxItemLength) return Err('InvalidArgument');
    const active = yield* this.active();
    if (!active.ok) return active;
    const end = yield* this.endOf(active.value);
    if (end === undefined) return FAILED;
    if (end.room >= itemSize(data.length)) return yield* this.append(active.value, end, data);
    const page = yield* this.turnPage(active.value, options);
    if (!page.ok) return page;
    return yield* this.append(page.value, this.tail.fresh(page.value), data);
  }

  private *append(page: number, end: WalkEnd, data: Uint8Array): Steps<Outcome> {
    const state = yield* this.pages.state(page);
    if (state === undefined) return FAILED;
    if (state === 'open') {
      if (!(yield* this.pages.open(page))) return FAILED;
      end = this.tail.fresh(page);
    }
    return (yield* this.tail.append(page, end, data)) === undefined ? FAILED : DONE;
  }

  /** The free end of the page to write to. */
  private *endOf(page: number): Steps<WalkEnd | undefined> {
    const state = yield* this.pages.state(page);
    if (state === 'partial') return yield* this.tail.end(page);
    const { begin, end } = this.pages;
    const room = state === 'open' ? end - begin : 0;
    return state === undefined ? undefined : { byteOffset: begin, room };
  }

  /** Makes the next page the one to write to. It is free before the one before is closed, so that one is always open. */
  private *turnPage(page: number, options: PushOptions): Steps<Outcome<number>> {
    const next = this.pages.next(page);
    const state = yield* this.pages.state(next);
    if (state === undefined) return FAILED;
    if (state !== 'open') {
      const freed = yield* this.free(next, options);
      if (!freed.ok) return freed;
    }
    if (next !== page && !(yield* this.pages.close(page))) return FAILED;
    return (yield* this.pages.open(next)) ? Ok(next) : FAILED;
  }

  private *free(page: number, { allowOverwrite, mayErase }: PushOptions): Steps<Outcome> {
    const needed = yield* this.isNeeded(page);
    if (needed === undefined) return FAILED;
    if (mayErase === false || (needed && allowOverwrite !== true)) return FULL;
    if (needed && !this.mode.erasesLiveItems && !(yield* this.popAll(page))) return FAILED;
    return (yield* this.pages.erase(page)) ? DONE : FAILED;
  }

  /** Whether items of a page keep it from being erased. */
  private *isNeeded(page: number): Steps<boolean | undefined> {
    const from = this.cache.liveFrom(page) ?? this.pages.begin;
    if (!this.mode.tornItemsCount) {
      const live = yield* this.items.findLive(page, from);
      return live && !isEnd(live);
    }
    for (let at = from; ;) {
      const place = yield* this.items.find(page, at);
      if (place === undefined) return undefined;
      if (isEnd(place)) return false;
      if (place.checksum !== POPPED) return true;
      at = behind(place);
    }
  }

  private *popAll(page: number): Steps<boolean> {
    for (let at = this.pages.begin; ;) {
      const item = yield* this.items.findLive(page, at);
      if (item === undefined) return false;
      if (isEnd(item)) return true;
      if (!(yield* this.items.pop(item))) return false;
      at = behind(item);
    }
  }

  // --- At the front ----------------------------------------------------------------------------

  /** The oldest item, or with `after` the first one behind that; undefined when there is none. */
  *next(after?: Place): Steps<Outcome<Item | undefined>> {
    const active = yield* this.active();
    if (!active.ok) return active;
    const youngest = active.value;
    let page = after?.page ?? this.pages.next(youngest);
    let from = after && behind(after);
    for (;;) {
      const item = yield* this.firstOf(page, from);
      if (item === undefined) return FAILED;
      if (!isEnd(item)) return Ok(item);
      if (page === youngest) return Ok(undefined);
      page = this.pages.next(page);
      from = undefined;
    }
  }

  /** The first live item of a page from a byte offset on, or from the begin of what is not popped. */
  private *firstOf(page: number, from: number | undefined): Steps<Item | WalkEnd | undefined> {
    const state = yield* this.pages.state(page);
    if (state === undefined) return undefined;
    if (state === 'open' || state === 'corrupt') return { byteOffset: this.pages.begin, room: 0 };
    const item = yield* this.items.findLive(
      page,
      from ?? this.cache.liveFrom(page) ?? this.pages.begin,
    );
    if (from === undefined && item !== undefined) this.cache.noteLive(page, item.byteOffset);
    return item;
  }

  /** Pops an item. */
  *remove(item: Place): Steps<Outcome> {
    return (yield* this.items.pop(item)) ? DONE : FAILED;
  }

  /** Pops the oldest item and returns it; undefined when there is none. */
  *pop(): Steps<Outcome<Item | undefined>> {
    const oldest = yield* this.next();
    if (!oldest.ok || oldest.value === undefined) return oldest;
    const removed = yield* this.remove(oldest.value);
    return removed.ok ? oldest : removed;
  }

  // --- Pages -----------------------------------------------------------------------------------

  /** Erases the oldest page if no live item is in it and it is not the one to write to. Says whether it did. */
  *eraseSpent(): Steps<Outcome<boolean>> {
    const active = yield* this.active();
    if (!active.ok) return active;
    let page = this.pages.next(active.value);
    for (; page !== active.value; page = this.pages.next(page)) {
      const state = yield* this.pages.state(page);
      if (state === undefined) return FAILED;
      if (state === 'open') continue;
      const needed = yield* this.isNeeded(page);
      if (needed === undefined) return FAILED;
      if (needed) return Ok(false);
      return (yield* this.pages.erase(page)) ? Ok(true) : FAILED;
    }
    return Ok(false);
  }

  /** Erases the pages behind the one of an item, live items or not, the youngest first. Says whether there were any. */
  *eraseBehind({ page }: Place): Steps<Outcome<boolean>> {
    const active = yield* this.active();
    if (!active.ok) return active;
    let youngest = active.value;
    const state = yield* this.pages.state(youngest);
    if (state === undefined) return FAILED;
    if (state === 'open') youngest = this.pages.previous(youngest);
    const isBehind = youngest !== page;
    for (; youngest !== page; youngest = this.pages.previous(youngest)) {
      if (!(yield* this.pages.erase(youngest))) return FAILED;
    }
    return Ok(isBehind);
  }

  /** Takes every item away, the oldest first, and erases all pages. */
  *clear(): Steps<Outcome> {
    const active = yield* this.active();
    if (!active.ok) return active;
    let page = active.value;
    do {
      page = this.pages.next(page);
      const state = yield* this.pages.state(page);
      if (state === undefined) return FAILED;
      if (state === 'open') continue;
      if (!this.mode.erasesLiveItems && !(yield* this.popAll(page))) return FAILED;
      if (!(yield* this.pages.erase(page))) return FAILED;
    } while (page !== active.value);
    return DONE;
  }

  /** Bytes of data of the longest item that a push takes now; undefined when it takes none. */
  *findMaxFit(): Steps<Outcome<number | undefined>> {
    const active = yield* this.active();
    if (!active.ok) return active;
    const next = this.pages.next(active.value);
    const state = yield* this.pages.state(next);
    const needed = state === 'open' ? false : yield* this.isNeeded(next);
    const end = yield* this.endOf(active.value);
    if (state === undefined || needed === undefined || end === undefined) return FAILED;
    const room = needed ? end.room - HEADER_SIZE : this.maxItemLength;
    return Ok(room < 0 ? undefined : room);
  }

  /** Bytes that pushes can take up until the queue is full, if their items fill the pages. */
  *spaceLeft(): Steps<Outcome<number>> {
    const active = yield* this.active();
    if (!active.ok) return active;
    const end = yield* this.endOf(active.value);
    if (end === undefined) return FAILED;
    let space = end.room;
    let page = this.pages.next(active.value);
    for (; page !== active.value; page = this.pages.next(page)) {
      const state = yield* this.pages.state(page);
      const needed = state === 'open' ? false : yield* this.isNeeded(page);
      if (state === undefined || needed === undefined) return FAILED;
      if (needed) break;
      space += this.pages.end - this.pages.begin;
    }
    return Ok(space);
  }

  /** Whether items of these lengths can be pushed in turn, nothing be erased for them, and `spare` pages stay blank. */
  *fits(lengths: readonly number[], spare: number): Steps<Outcome<boolean>> {
    const active = yield* this.active();
    if (!active.ok) return active;
    const end = yield* this.endOf(active.value);
    if (end === undefined) return FAILED;
    let free = yield* this.openBehind(active.value);
    if (free === undefined) return FAILED;
    let { room } = end;
    for (const length of lengths) {
      if (itemSize(length) > room) {
        room = this.pages.end - this.pages.begin;
        free -= 1;
      }
      room -= itemSize(length);
    }
    return Ok(room >= 0 && free >= spare);
  }

  /** How many pages in a row behind a page are open. */
  private *openBehind(page: number): Steps<number | undefined> {
    let count = 0;
    for (let next = this.pages.next(page); next !== page; next = this.pages.next(next)) {
      const state = yield* this.pages.state(next);
      if (state === undefined) return undefined;
      if (state !== 'open') break;
      count += 1;
    }
    return count;
  }

  /** Bytes of RAM: an item, and what is cached of the pages. */
  ram(): number {
    return this.maxItemLength + this.cache.size(this.pages.count);
  }
}
