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

export class Handles {
  private readonly places: (Handle | undefined)[];

  constructor(size: number) {
    this.places = new Array<Handle | undefined>(size).fill(undefined);
  }

  /** Places taken. */
  get count(): number {
    return this.all().length;
  }

  /** Those that are open. */
  all(): Handle[] {
    return this.places.filter((handle) => handle !== undefined);
  }

  get isFull(): boolean {
    return !this.places.includes(undefined);
  }

  at(hkey: Hkey): Handle | undefined {
    return this.places[hkey - 1];
  }

  /** Takes a place; there must be one. */
  add(handle: Handle): Hkey {
    const index = this.places.indexOf(undefined);
    this.places[index] = handle;
    return index + 1;
  }

  remove(hkey: Hkey): void {
    this.places[hkey - 1] = undefined;
  }

  /** How many handles a key has. */
  countOf(kvid: number): number {
    return this.all().filter((handle) => handle.kvid === kvid).length;
  }

  /** Whether a key goes with its last handle. */
  isDeleting(kvid: number): boolean {
    return this.all().some((handle) => handle.kvid === kvid && handle.deletes);
  }

  /** Those who write a key, each once. */
  writers(): Writer[] {
    const writers = this.all().map(({ writer }) => writer);
    return [...new Set(writers.filter((writer) => writer !== undefined))];
  }
}
