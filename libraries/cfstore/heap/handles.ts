// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Open keys of the store in the heap: a static pool of places.
 *
 * NON-TOCK: mbed's client lends the 24 bytes that are kept for it.
 */
import type { FileMode, Hkey } from '../driver.ts';

/** Keys that can be open at a time. */
export const HANDLES = 64;
/** Bytes of each: mbed's `CFSTORE_HANDLE_BUFSIZE`. */
export const HANDLE_SIZE = 24;

/** An open key. */
export interface Handle {
  /** Where its key begins in the area. */
  head: number;
  /** Where the next read and the next write begin, bytes of the value. */
  readAt: number;
  writeAt: number;
  readonly mode: FileMode;
}

export class Handles {
  private readonly pool: (Handle | undefined)[] = Array.from({ length: HANDLES }, () => undefined);

  get isFull(): boolean {
    return !this.pool.includes(undefined);
  }

  get isEmpty(): boolean {
    return this.pool.every((handle) => handle === undefined);
  }

  /** The handle of a number; undefined: none. */
  get(hkey: Hkey): Handle | undefined {
    return this.pool[hkey - 1];
  }

  /** Takes a place that is free: its number. To be asked for when there is one. */
  add(head: number, mode: FileMode): Hkey {
    const place = this.pool.indexOf(undefined);
    this.pool[place] = { head, readAt: 0, writeAt: 0, mode };
    return place + 1;
  }

  remove(hkey: Hkey): void {
    this.pool[hkey - 1] = undefined;
  }

  /** Keys behind a place moved by so many bytes. */
  moved(place: number, by: number): void {
    for (const handle of this.pool) {
      if (handle !== undefined && handle.head > place) handle.head += by;
    }
  }

  /** A value was given another length: no position is beyond it. */
  resized(head: number, length: number): void {
    for (const handle of this.pool) {
      if (handle?.head !== head) continue;
      handle.readAt = Math.min(handle.readAt, length);
      handle.writeAt = Math.min(handle.writeAt, length);
    }
  }
}
