// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where the newest items of some keys are, the most recently used ones.
 *
 * NON-TOCK: the third cache that the crate offers.
 */
import type { Place } from './items.ts';

/** Bytes of RAM of a key and of the address of its item. */
const ENTRY_SIZE = 2 + 4;

export class KeyCache {
  /** The key used longest ago comes first. */
  private readonly places = new Map<number, Place>();

  /** `capacity`: as many keys are remembered. */
  constructor(private readonly capacity: number) {}

  clear(): void {
    this.places.clear();
  }

  /** The place of a key's newest item, if it is known. */
  find(key: number): Place | undefined {
    const place = this.places.get(key);
    if (place !== undefined) this.note(key, place);
    return place;
  }

  note(key: number, place: Place): void {
    this.places.delete(key);
    this.places.set(key, place);
    if (this.places.size <= this.capacity) return;
    const [oldest] = this.places.keys();
    if (oldest !== undefined) this.places.delete(oldest);
  }

  forget(key: number): void {
    this.places.delete(key);
  }

  /** A page is to be erased. */
  forgetPage(page: number): void {
    for (const [key, place] of this.places) if (place.page === page) this.places.delete(key);
  }

  /** Bytes of RAM for what is remembered now. */
  size(): number {
    return ENTRY_SIZE * this.places.size;
  }
}
