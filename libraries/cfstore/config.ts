// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How a store is laid out, and what is fixed when it is built.
 *
 * NON-TOCK: the design's figures where it gives any; its example has four slots and does not say how many are of which kind.
 */
import { pageSizeOf, type Geometry } from '../store/storage.ts';
import { LONGEST_VALUE } from './driver.ts';
import { CRC_32, type TailCode } from './mac.ts';
import { HARDENED, type Mode } from './mode.ts';
import { SLOT_HEAD, slotTailSize, type SlotKind } from './slot-format.ts';

/** Pages that follow each other. */
export interface Block {
  readonly firstPage: number;
  readonly pages: number;
}

/** A slot: blocks in the order in which it is filled. They need not be neighbours, nor their pages of one size. */
export interface SlotConfig {
  readonly kind: SlotKind;
  readonly blocks: readonly Block[];
}

/** Everything that is fixed. */
export interface CfstoreConfig {
  /** At least two snapshots and a delta. */
  readonly slots: readonly SlotConfig[];
  readonly mode: Mode;
  /** What stands in tails. */
  readonly code: TailCode;
  /** Bytes of the window through which values are copied and merged; a whole number of program units. */
  readonly window: number;
  /** Places for open keys. */
  readonly handles: number;
  /** Keys that are open for writing at a time. */
  readonly writers: number;
  /** Buffers for requests that wait; a start uses their bytes as well. */
  readonly kvbufs: { readonly count: number; readonly size: number };
  /** The largest number of a record. */
  readonly maxSequence: number;
  /** A value has at most so many times the bytes of a page. */
  readonly valuePages: number;
  /** Whether only read-only handles may seek to read, as mbed's interface has it. The design lets all. */
  readonly strictRseek: boolean;
}

/** The buffers for requests that wait: 64 of 32 bytes, a multiple of every program unit up to it. */
export const KVBUFS = { count: 64, size: 32 } as const;

/** The design's figures: 64 buffers of 32 bytes, windows of 256 bytes. In all, RAM of less than 4096 bytes. */
const FIGURES: Omit<CfstoreConfig, 'slots'> = {
  mode: HARDENED,
  code: CRC_32,
  window: 256,
  handles: 32,
  writers: 16,
  kvbufs: KVBUFS,
  maxSequence: 0xffff_ffff,
  valuePages: 4,
  strictRseek: false,
};

/** Fewest pages: one of each slot. */
export const FEWEST_PAGES = 4;

/** Two snapshots and two deltas, each a quarter of the pages; what is left over goes to the snapshots. */
export function quarters({ numPages }: Geometry): readonly SlotConfig[] {
  const quarter = Math.floor(numPages / 4);
  const large = quarter + Math.floor((numPages - 4 * quarter) / 2);
  const slots: SlotConfig[] = [];
  let firstPage = 0;
  for (const kind of ['snapshot', 'snapshot', 'delta', 'delta'] as const) {
    const pages = kind === 'snapshot' ? large : quarter;
    slots.push({ kind, blocks: [{ firstPage, pages }] });
    firstPage += pages;
  }
  return slots;
}

/** A configuration by the design's figures, on quarters of the flash, but for what is given. */
export function configOf(geometry: Geometry, given: Partial<CfstoreConfig> = {}): CfstoreConfig {
  return { ...FIGURES, slots: quarters(geometry), ...given };
}

/** Bytes for records in the smallest slot of a kind. */
export function roomOf(geometry: Geometry, { slots, code }: CfstoreConfig, kind: SlotKind): number {
  const sizes = slots.filter((slot) => slot.kind === kind).map((slot) => sizeOf(geometry, slot));
  const tail = slotTailSize(code.size, geometry.wordSize);
  return Math.min(...sizes) - SLOT_HEAD - tail;
}

function sizeOf(geometry: Geometry, { blocks }: SlotConfig): number {
  let size = 0;
  for (const page of pagesOf(blocks)) size += pageSizeOf(geometry, page);
  return size;
}

/** The pages of blocks, in order. */
export function pagesOf(blocks: readonly Block[]): number[] {
  return blocks.flatMap(({ firstPage, pages }) =>
    Array.from({ length: pages }, (_, index) => firstPage + index),
  );
}

/** The longest value by the limits of the format and of pages: room in slots is another matter. */
export function longestValue(geometry: Geometry, { valuePages }: CfstoreConfig): number {
  return Math.min(LONGEST_VALUE, valuePages * geometry.pageSize);
}
