// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where the entries of some keys are, so that flash need not be walked: the "small cache in RAM" of TEP 129.
 *
 * NON-TOCK: TinyOS. It changes what is read, not what is answered.
 */
import type { Place } from './config-areas.ts';

/** Bytes of RAM of a key, of the address of its entry (three), and of its length. */
const ENTRY_SIZE = 4 + 3 + 1;

export class ConfigCache {
  /** When it is full, the key used longest ago comes first. */
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
    if (this.places.size >= this.capacity) this.places.delete(key);
    this.places.set(key, place);
    if (this.places.size <= this.capacity) return;
    this.isComplete = false;
    const [oldest] = this.places.keys();
    if (oldest !== undefined) this.places.delete(oldest);
  }

  /** An entry has moved. */
  move(key: number, place: Place): void {
    if (this.places.has(key)) this.places.set(key, place);
  }

  forget(key: number): void {
    this.places.delete(key);
  }

  /** Bytes of RAM for what is remembered now. */
  size(): number {
    return ENTRY_SIZE * this.places.size;
  }
}
