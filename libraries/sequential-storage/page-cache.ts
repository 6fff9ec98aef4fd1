// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What is kept in RAM of the pages, so that it need not be read again.
 *
 * NON-TOCK: the crate offers the same caches, for RAM that the user gives.
 */
import type { PageState } from './format.ts';

/** Which caches there are. None changes what a store answers, only what it reads. */
export interface Caches {
  /** The state of each page. */
  readonly states: boolean;
  /** Where each page's free room begins, and in a queue its items that are not popped. */
  readonly pointers: boolean;
  /** Where the newest item of so many keys is. */
  readonly keys: number;
}

/** Everything is read each time. */
export const NO_CACHES: Caches = { states: false, pointers: false, keys: 0 };

/** Bytes of RAM of a page's state, and of its two pointers. */
const STATE_SIZE = 1;
const POINTERS_SIZE = 8;

export class PageCache {
  private readonly states: (PageState | undefined)[] = [];
  /** Byte offsets. */
  private readonly free: (number | undefined)[] = [];
  private readonly live: (number | undefined)[] = [];
  private pages: readonly number[] | undefined;

  constructor(private readonly caches: Caches) {}

  /** Forgets everything. */
  clear(): void {
    this.states.length = 0;
    this.free.length = 0;
    this.live.length = 0;
    this.pages = undefined;
  }

  /** Bytes of RAM for so many pages. */
  size(pages: number): number {
    const { states, pointers } = this.caches;
    return pages * ((states ? STATE_SIZE : 0) + (pointers ? POINTERS_SIZE : 0));
  }

  state(page: number): PageState | undefined {
    return this.states[page];
  }

  noteState(page: number, state: PageState): void {
    if (this.caches.states) this.states[page] = state;
  }

  /** What `Pages.active` found last, while no state has changed since. */
  get active(): readonly number[] | undefined {
    return this.pages;
  }

  noteActive(pages: readonly number[]): void {
    if (this.caches.states) this.pages = pages;
  }

  /** A page has got another state. */
  changed(page: number, state: PageState): void {
    this.pages = undefined;
    this.noteState(page, state);
  }

  /** A page is blank. */
  erased(page: number): void {
    this.changed(page, 'open');
    this.free[page] = undefined;
    this.live[page] = undefined;
  }

  /** Where the next item of a page goes, if that is known. */
  freeFrom(page: number): number | undefined {
    return this.free[page];
  }

  noteFree(page: number, byteOffset: number): void {
    if (this.caches.pointers) this.free[page] = byteOffset;
  }

  /** Where a walk over the live items of a page may begin, if that is known. */
  liveFrom(page: number): number | undefined {
    return this.live[page];
  }

  noteLive(page: number, byteOffset: number): void {
    if (this.caches.pointers) this.live[page] = byteOffset;
  }
}
