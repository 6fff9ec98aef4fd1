// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where the entries of some keys are, so that flash need not be walked: the "small cache in RAM" of TEP 129.
 *
 * NON-TOCK: TinyOS. It changes what is read, not what is answered.
 */
import type { Place } from './config-areas.ts';

/** Bytes of RAM of a key and of the address of its entry. */
const ENTRY_SIZE = 4 + 4;

export class ConfigCache {
  /** The key used longest ago comes first. */
  private readonly places = new Map<number, Place>();
  /** Whether a key that is not here is nowhere. */
  isComplete = false;

  /** `capacity`: as many keys are remembered. */
  constructor(private readonly capacity: number) {}

  /** Before a walk over all entries, each of which is to be noted. */
  begin(): void {
    this.places.clear();
    this.isComplete = true;
  }

  /** The place of a key's entry, if it is known. */
  find(key: number): Place | undefined {
    const place = this.places.get(key);
    if (place !== undefined && this.places.size === this.capacity) {
      this.places.delete(key);
      this.places.set(key, place);
    }
    return place;
  }

  note(key: number, place: Place): void {
    this.places.delete(key);
    this.places.set(key, place);
    if (this.places.size <= this.capacity) return;
    this.isComplete = false;
    const [oldest] = this.places.keys();
    if (oldest !== undefined) this.places.delete(oldest);
  }

  forget(key: number): void {
    this.places.delete(key);
  }

  /** Bytes of RAM for what is remembered now. */
  size(): number {
    return ENTRY_SIZE * this.places.size;
  }
}
