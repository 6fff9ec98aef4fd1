// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The live entries in RAM, in the order that decides the order of deletions, with an index by key.
 *
 * NON-TOCK: OpenSK keeps the offsets only and parses each entry anew at every search. Here the key and length are
 * kept as well, so that a search touches one slot; `scanCost` says what the crate would have read meanwhile.
 *
 * An entry is appended when written, and removal moves the last one into the hole.
 */
import { MAX_KEY, bytesToWords } from './format.ts';

const ABSENT = -1;

export class EntryList {
  /** How many entries there are. The arrays may be longer: what stands beyond is none. */
  size = 0;
  /** Virtual position of each entry's header. */
  readonly positions: number[] = [];
  readonly keys: number[] = [];
  /** Length of each value, bytes. */
  readonly lengths: number[] = [];
  /** Words of all entries, headers included. */
  usedWords = 0;
  /** Entries with an empty value: they have no last word to read. */
  private empty = 0;
  /** Entries whose key another slot has, too: for the time of a replacement, or in a crafted image. */
  private duplicates = 0;
  /** Slot of a key, plus one; with duplicates, one of its slots. */
  private readonly slotOfKey = new Uint16Array(MAX_KEY + 1);

  clear(): void {
    for (let slot = 0; slot < this.size; slot++) this.slotOfKey[this.keys[slot] ?? 0] = 0;
    this.size = 0;
    this.usedWords = 0;
    this.empty = 0;
    this.duplicates = 0;
  }

  /** Whether no entry begins before a position. */
  areFrom(position: number): boolean {
    for (let slot = 0; slot < this.size; slot++) {
      if ((this.positions[slot] ?? 0) < position) return false;
    }
    return true;
  }

  append(position: number, key: number, length: number): void {
    const slot = this.size;
    this.positions[slot] = position;
    this.keys[slot] = key;
    this.lengths[slot] = length;
    this.size = slot + 1;
    this.usedWords += 1 + bytesToWords(length);
    if (length === 0) this.empty += 1;
    if (this.slotOfKey[key] === 0) this.slotOfKey[key] = this.size;
    else this.duplicates += 1;
  }

  /** The first slot that holds a key, or -1. */
  slot(key: number): number {
    const indexed = (this.slotOfKey[key] ?? 0) - 1;
    return indexed !== ABSENT && this.duplicates > 0 ? this.firstSlot(this.keys, key) : indexed;
  }

  /** The slot of the entry at a position, whose key is known, or -1. */
  slotAt(position: number, key: number): number {
    const slot = this.slot(key);
    return slot !== ABSENT && this.positions[slot] === position
      ? slot
      : this.firstSlot(this.positions, position);
  }

  private firstSlot(array: readonly number[], value: number): number {
    for (let slot = 0; slot < this.size; slot++) if (array[slot] === value) return slot;
    return ABSENT;
  }

  removeSlot(slot: number): void {
    const last = this.size - 1;
    const key = this.keys[slot] ?? 0;
    const length = this.lengths[slot] ?? 0;
    this.usedWords -= 1 + bytesToWords(length);
    if (length === 0) this.empty -= 1;
    const position = this.positions[last] ?? 0;
    const movedKey = this.keys[last] ?? 0;
    const movedLength = this.lengths[last] ?? 0;
    this.size = last;
    if (slot !== last) {
      this.positions[slot] = position;
      this.keys[slot] = movedKey;
      this.lengths[slot] = movedLength;
    }
    this.reindex(slot, last, key, movedKey);
  }

  private reindex(slot: number, last: number, key: number, movedKey: number): void {
    if (this.duplicates > 0) {
      this.reindexDuplicates(slot, last, key, movedKey);
      return;
    }
    this.slotOfKey[key] = 0;
    if (slot !== last) this.slotOfKey[movedKey] = slot + 1;
  }

  private reindexDuplicates(slot: number, last: number, key: number, movedKey: number): void {
    if (key === movedKey && slot !== last) {
      // A replacement: the new entry has moved into the slot of the old one.
      this.slotOfKey[key] = slot + 1;
      this.duplicates -= 1;
      return;
    }
    this.slotOfKey.fill(0);
    this.duplicates = 0;
    for (let index = 0; index < this.size; index++) {
      const each = this.keys[index] ?? 0;
      if (this.slotOfKey[each] === 0) this.slotOfKey[each] = index + 1;
      else this.duplicates += 1;
    }
  }

  /** Words read one by one to parse the first `count` entries: a header each, and a last word if there is one. */
  scanCost(count: number): number {
    let empty = this.empty;
    if (empty > 0 && count < this.size) {
      empty = 0;
      for (let slot = 0; slot < count; slot++) if (this.lengths[slot] === 0) empty += 1;
    }
    return 2 * count - empty;
  }
}
