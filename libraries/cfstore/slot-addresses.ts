// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where the bytes of slots are in flash: the one place that knows of pages.
 *
 * NON-TOCK: the seam at which a slot may begin elsewhere, or leave out pages that are bad.
 */
import { pageSizeOf, type Geometry } from '../store/storage.ts';
import { pagesOf, type SlotConfig } from './config.ts';
import type { SlotKind } from './slot-format.ts';

/** A place in flash. */
export interface Place {
  page: number;
  byteOffset: number;
  /** Bytes of the slot that follow each other in this page from here on. */
  left: number;
}

/** What the store asks. */
export interface SlotAddresses {
  /** How many slots there are. */
  readonly count: number;
  kindOf(slot: number): SlotKind;
  /** Bytes of a slot. */
  sizeOf(slot: number): number;
  /** Pages of a slot, in the order in which they are erased. */
  pagesOf(slot: number): readonly number[];
  /** Sets `place` to where a byte of a slot is. */
  locate(slot: number, offset: number, place: Place): void;
  /** The use of a slot begins, under a number: its bytes may lie elsewhere from now on. What its head is to say of that. */
  renew?(slot: number, slotSequence: number): number | undefined;
  /** Whether the use of a slot may begin. Left out: always. */
  isUsable?(slot: number): boolean;
  /** Whether the flash is known to be this store's, though no snapshot is committed yet. Left out: it is not. */
  readonly isOurs?: boolean;
}

interface Slot {
  readonly kind: SlotKind;
  readonly pages: readonly number[];
  /** Where in the slot each page begins, and where the last one ends. */
  readonly starts: readonly number[];
}

/** Slots that are filled page by page, in the order of their blocks. */
export class LinearAddresses implements SlotAddresses {
  private readonly slots: readonly Slot[];
  /** Bytes of every page, where they are all alike. */
  private readonly alike: number | undefined;

  constructor(geometry: Geometry, slots: readonly SlotConfig[]) {
    this.alike = geometry.pageSizes === undefined ? geometry.pageSize : undefined;
    this.slots = slots.map(({ kind, blocks }) => {
      const pages = pagesOf(blocks);
      const starts = [0];
      for (const page of pages) starts.push((starts.at(-1) ?? 0) + pageSizeOf(geometry, page));
      return { kind, pages, starts };
    });
  }

  get count(): number {
    return this.slots.length;
  }

  kindOf(slot: number): SlotKind {
    return this.slots[slot]?.kind ?? 'delta';
  }

  sizeOf(slot: number): number {
    return this.slots[slot]?.starts.at(-1) ?? 0;
  }

  pagesOf(slot: number): readonly number[] {
    return this.slots[slot]?.pages ?? [];
  }

  locate(slot: number, offset: number, place: Place): void {
    const of = this.slots[slot];
    if (of === undefined) return;
    const { starts, pages } = of;
    let index = this.alike === undefined ? 0 : Math.floor(offset / this.alike);
    while ((starts[index + 1] ?? Infinity) <= offset) index += 1;
    place.page = pages[index] ?? 0;
    place.byteOffset = offset - (starts[index] ?? 0);
    place.left = (starts[index + 1] ?? 0) - offset;
  }
}
