// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How many updates a life of the persistent store takes, without running it.
 *
 * NON-TOCK: arithmetic on the store's format (`libraries/persistent-store/README.md`).
 *
 *     page │ header 2 │ ……… updates ……… │ copies of what is cold │ erase mark 1 │
 *
 * A compaction begins when the log is as long as the virtual capacity V. What it copies lands behind the tail, a
 * whole number of pages further on, `⌊V / (Q - 2)⌋` or one more: so often is a cold word copied.
 */
import type { LifeShape } from './whole-life.ts';

/** What is written over and over, and what lies. */
export interface LifeLoad {
  /** Words of an update: header and value. */
  readonly words: number;
  /** Words of entries that are never updated. */
  readonly cold: number;
  /** Words of the longest value, for which a store keeps room. */
  readonly longest: number;
}

/** Bounds that meet where all copies land on the same page. */
export interface LifeBounds {
  readonly least: number;
  readonly most: number;
}

/** Words of a page without its header. */
const usable = (pageSize: number): number => pageSize / 4 - 2;

/** Words that a log can have before a compaction begins. */
export function virtualCapacity({ pages, pageSize }: LifeShape, longest: number): number {
  return (pages - 1) * (usable(pageSize) - 2) - longest - 1;
}

/** Updates in a life: all pages are written once more than they are erased, but for one that stays free. */
export function updatesInLife(shape: LifeShape, { words, cold, longest }: LifeLoad): LifeBounds {
  const { pages, pageSize, endurance } = shape;
  const page = usable(pageSize);
  const capacity = virtualCapacity(shape, longest);
  const apart = Math.floor(capacity / page);
  const fitOnOne = (capacity % page) + cold <= page;
  const updates = (distance: number): number =>
    ((endurance * pages + pages - 1) * (page - 1 - cold / distance)) / words;
  const least = updates(apart);
  return { least, most: fitOnOne ? least : updates(apart + 1) };
}
