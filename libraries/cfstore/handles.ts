// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The pool of open keys.
 *
 * NON-TOCK: mbed's `cfstore_file_t`, which lies in 24 bytes that the client lends, and its list of open files. A key is referred to
 * as often as there are handles with its number.
 */
import type { FileMode, Hkey } from './driver.ts';
import type { Entry } from './records.ts';
import type { Writer } from './writer.ts';

/** Bytes of a place in RAM: key, record, two positions, mode, link. */
export const HANDLE_BYTES = 24;

/** An open key. */
export interface Handle {
  readonly kvid: number;
  /** The version that it reads, as long as it is open; undefined while a new key has none. */
  readonly entry: Entry | undefined;
  /** The rights of the key. */
  readonly acl: number;
  readonly mode: FileMode;
  /** What it takes part in writing; undefined for one that only reads. */
  readonly writer: Writer | undefined;
  readAt: number;
  writeAt: number;
  /** Whether it has moved its write position by itself: what it writes then are increments. */
  seeks: boolean;
  /** Whether the key goes with its last handle. */
  deletes: boolean;
}

const NOBODY: readonly Writer[] = [];

/** The places. */
export class Handles {
  /** Places taken. */
  count = 0;
  private readonly places: (Handle | undefined)[];

  constructor(size: number) {
    this.places = new Array<Handle | undefined>(size).fill(undefined);
  }

  /** Those that are open. */
  all(): Handle[] {
    return this.count === 0 ? [] : this.places.filter((handle) => handle !== undefined);
  }

  get isFull(): boolean {
    return this.count === this.places.length;
  }

  at(hkey: Hkey): Handle | undefined {
    return this.places[hkey - 1];
  }

  /** Takes a place; there must be one. */
  add(handle: Handle): Hkey {
    const index = this.places.indexOf(undefined);
    this.places[index] = handle;
    this.count += 1;
    return index + 1;
  }

  remove(hkey: Hkey): void {
    this.places[hkey - 1] = undefined;
    this.count -= 1;
  }

  /** Everything is closed, without any effect. */
  clear(): void {
    this.places.fill(undefined);
    this.count = 0;
  }

  /** How many handles a key has. */
  countOf(kvid: number): number {
    let count = 0;
    for (const handle of this.places) if (handle?.kvid === kvid) count += 1;
    return count;
  }

  /** Whether a key goes with its last handle. */
  isDeleting(kvid: number): boolean {
    return this.count > 0 && this.places.some((handle) => handle?.kvid === kvid && handle.deletes);
  }

  /** Those who write a key, each once. */
  writers(): readonly Writer[] {
    if (this.count === 0) return NOBODY;
    const writers = this.all().map(({ writer }) => writer);
    return [...new Set(writers.filter((writer) => writer !== undefined))];
  }
}
