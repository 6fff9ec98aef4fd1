// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which sectors each slot has, after so many of them have failed.
 *
 * NON-TOCK: the design's section on wear. A bad sector leaves its block, which becomes two; a spare is attached to the slot as a block of its
 * own while the pool has one. The table is not kept in flash: it follows from the layout and the list of bad sectors.
 */
import { pagesOf, type Block, type SlotConfig } from '../config.ts';

/** Sectors of slots and pool. */
export interface SlotTable {
  /** Of each slot, in the order in which they are filled. */
  readonly slots: readonly (readonly number[])[];
  /** Spares, the next one first. */
  readonly pool: readonly number[];
}

/** The layout of a flash before anything has failed. */
export interface Layout {
  /** Sectors of the copies of the list. */
  readonly meta: readonly number[];
  readonly slots: readonly SlotConfig[];
  readonly pool: readonly number[];
}

/** The table of a layout. */
export function firstTable({ slots, pool }: Layout): SlotTable {
  return { slots: slots.map(({ blocks }) => pagesOf(blocks)), pool };
}

/** The table after one more sector has failed. */
export function without({ slots, pool }: SlotTable, sector: number): SlotTable {
  const isSpare = pool.includes(sector);
  const left = pool.filter((spare) => spare !== sector);
  const owner = slots.findIndex((pages) => pages.includes(sector));
  if (isSpare || owner < 0) return { slots, pool: left };
  const [spare, ...rest] = left;
  const changed = slots.map((pages, slot) => {
    if (slot !== owner) return pages;
    const good = pages.filter((page) => page !== sector);
    return spare === undefined ? good : [...good, spare];
  });
  return { slots: changed, pool: rest };
}

/** Sectors as blocks without holes. */
export function blocksOf(pages: readonly number[]): Block[] {
  const blocks: { firstPage: number; pages: number }[] = [];
  for (const page of pages) {
    const last = blocks.at(-1);
    if (last !== undefined && last.firstPage + last.pages === page) last.pages += 1;
    else blocks.push({ firstPage: page, pages: 1 });
  }
  return blocks;
}
