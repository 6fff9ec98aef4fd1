// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The free end of a page, and appending there.
 *
 * NON-TOCK: the lower half of map and queue.
 */
import type { FlashSteps } from '../store/flash-steps.ts';
import type { Steps } from '../store/storage.ts';
import { behind, type Items, type Place, type WalkEnd } from './items.ts';
import type { PageCache } from './page-cache.ts';
import type { Pages } from './pages.ts';

/** All answers are undefined, or false, when the flash failed. */
export class Tail {
  /** A page with something behind its last item: nothing more goes there. */
  private spoilt: number | undefined;

  constructor(
    private readonly flash: FlashSteps,
    private readonly pages: Pages,
    private readonly items: Items,
    private readonly cache: PageCache,
  ) {}

  /** Looks behind the last item of a page: what an interrupted erase left there must not be written over. */
  *check(page: number): Steps<boolean> {
    this.spoilt = undefined;
    const end = yield* this.items.findEnd(page, this.pages.begin);
    if (end === undefined) return false;
    if (end.room === 0) return true;
    const rest = yield* this.flash.read(page, end.byteOffset, end.room);
    if (rest === undefined) return false;
    if (rest.some((byte) => byte !== 0xff)) this.spoilt = page;
    return true;
  }

  /** Where the next item of a partial page goes. */
  *end(page: number): Steps<WalkEnd | undefined> {
    if (this.spoilt === page) return { byteOffset: this.pages.end, room: 0 };
    const from = this.cache.freeFrom(page);
    const end = yield* this.items.findEnd(page, from ?? this.pages.begin);
    if (end !== undefined) this.cache.noteFree(page, end.byteOffset);
    return end;
  }

  /** Appends an item at the end of a page's walk, where it has room. Returns its place. */
  *append(page: number, end: WalkEnd, data: Uint8Array): Steps<Place | undefined> {
    const place = yield* this.items.write(page, end.byteOffset, data);
    if (place !== undefined) this.cache.noteFree(page, behind(place));
    return place;
  }

  /** The end of a page that has just been opened. */
  fresh(page: number): WalkEnd {
    if (this.spoilt === page) this.spoilt = undefined;
    const { begin, end } = this.pages;
    this.cache.noteFree(page, begin);
    return { byteOffset: begin, room: end - begin };
  }
}
