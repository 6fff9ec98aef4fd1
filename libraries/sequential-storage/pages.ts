// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Pages in a ring: their states, and what changes them.
 *
 * NON-TOCK: the lower half of map and queue.
 */
import type { FlashSteps } from '../store/flash-steps.ts';
import type { Steps } from '../store/storage.ts';
import type { PageCache } from './page-cache.ts';
import { MARKER_SIZE, pageState, wordOf, type PageState } from './format.ts';
import type { Mode } from './mode.ts';

const MARK = new Uint8Array(MARKER_SIZE);

/** All answers are undefined, or false, when the flash failed. */
export class Pages {
  readonly count: number;
  /** Bytes from the begin of a page to its first item, and to the end of its last. */
  readonly begin = MARKER_SIZE;
  readonly end: number;

  constructor(
    private readonly flash: FlashSteps,
    private readonly mode: Mode,
    private readonly cache: PageCache,
  ) {
    this.count = flash.storage.numPages;
    this.end = flash.storage.pageSize - MARKER_SIZE;
  }

  next(page: number): number {
    return (page + 1) % this.count;
  }

  previous(page: number): number {
    return (page + this.count - 1) % this.count;
  }

  /** The state of a page by its markers. */
  *state(page: number): Steps<PageState | undefined> {
    const known = this.cache.state(page);
    if (known !== undefined) return known;
    const start = yield* this.flash.read(page, 0, MARKER_SIZE);
    if (start === undefined) return undefined;
    const end = yield* this.flash.read(page, this.end, MARKER_SIZE);
    if (end === undefined) return undefined;
    const state = pageState(wordOf(start, 0), wordOf(end, 0));
    this.cache.noteState(page, state);
    return state;
  }

  /** The states of all pages. */
  *states(): Steps<readonly PageState[] | undefined> {
    const states: PageState[] = [];
    for (let page = 0; page < this.count; page++) {
      const state = yield* this.state(page);
      if (state === undefined) return undefined;
      states.push(state);
    }
    return states;
  }

  /** The page to write to, or those that may be it; see `Mode.active`. */
  *active(): Steps<readonly number[] | undefined> {
    const known = this.cache.active;
    if (known !== undefined) return known;
    const states = yield* this.states();
    if (states === undefined) return undefined;
    const active = this.mode.active(states);
    this.cache.noteActive(active);
    return active;
  }

  /** Sets the first marker of a page without markers; erases the page before, if it has to be and is not blank. */
  *open(page: number): Steps<boolean> {
    if (!this.mode.trustsOpenPages) {
      const isBlank = yield* this.flash.isBlank(page);
      if (isBlank === undefined) return false;
      if (!isBlank && !(yield* this.erase(page))) return false;
    }
    if (!(yield* this.flash.write(page, 0, MARK))) return false;
    this.cache.changed(page, 'partial');
    return true;
  }

  /** Sets the last marker of a page. */
  *close(page: number): Steps<boolean> {
    if (!(yield* this.flash.write(page, this.end, MARK))) return false;
    this.cache.changed(page, 'closed');
    return true;
  }

  *erase(page: number): Steps<boolean> {
    if (!(yield* this.flash.erase(page))) return false;
    this.cache.erased(page);
    return true;
  }

  /** Erases again what an interrupted erase left with its last marker alone. */
  *eraseCorrupt(): Steps<boolean> {
    for (let page = 0; page < this.count; page++) {
      const state = yield* this.state(page);
      if (state === undefined) return false;
      if (state === 'corrupt' && !(yield* this.erase(page))) return false;
    }
    return true;
  }
}
