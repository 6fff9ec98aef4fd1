// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Ways to divide a flash into snapshots and deltas, and what the closed forms say of each.
 *
 * NON-TOCK: see `lab/studies/cfstore-sram.ts`.
 */
import { configOf, roomOf, type SlotConfig } from '#libraries/cfstore/config';
import { TlvFormat } from '#libraries/cfstore/format';
import { NAME_LENGTH } from '#libraries/cfstore/driver-map';
import { CFSTORE, mapOf } from '#libraries/cfstore/definition';
import { SLOT_HEAD, slotTailSize } from '#libraries/cfstore/slot-format';
import type { MapDefinition } from '#libraries/store/definition';
import type { Geometry } from '#libraries/store/storage';

/** So many slots of so many pages each, of both kinds. */
export interface SlotShape {
  readonly snapshots: number;
  readonly snapshotPages: number;
  readonly deltas: number;
  readonly deltaPages: number;
}

/** All ways that are looked at. */
export const SLOT_SHAPES: readonly SlotShape[] = [
  { snapshots: 2, snapshotPages: 2, deltas: 2, deltaPages: 2 },
  { snapshots: 2, snapshotPages: 3, deltas: 2, deltaPages: 1 },
  { snapshots: 2, snapshotPages: 2, deltas: 1, deltaPages: 4 },
  { snapshots: 2, snapshotPages: 2, deltas: 4, deltaPages: 1 },
  { snapshots: 2, snapshotPages: 1, deltas: 2, deltaPages: 3 },
  { snapshots: 2, snapshotPages: 4, deltas: 2, deltaPages: 4 },
  { snapshots: 2, snapshotPages: 7, deltas: 2, deltaPages: 1 },
  { snapshots: 2, snapshotPages: 1, deltas: 2, deltaPages: 7 },
];

/** Pages of them all. */
export function pagesOf({ snapshots, snapshotPages, deltas, deltaPages }: SlotShape): number {
  return snapshots * snapshotPages + deltas * deltaPages;
}

/** For a table: `2 of 3, 2 of 1`. */
export function nameOf({ snapshots, snapshotPages, deltas, deltaPages }: SlotShape): string {
  return `${snapshots} of ${snapshotPages}, ${deltas} of ${deltaPages}`;
}

/** The slots of a shape: snapshots, then deltas. */
export function slotsOf(shape: SlotShape): SlotConfig[] {
  const { snapshots, snapshotPages, deltas, deltaPages } = shape;
  const slots: SlotConfig[] = [];
  let firstPage = 0;
  const add = (kind: SlotConfig['kind'], count: number, pages: number): void => {
    for (let slot = 0; slot < count; slot++, firstPage += pages) {
      slots.push({ kind, blocks: [{ firstPage, pages }] });
    }
  };
  add('snapshot', snapshots, snapshotPages);
  add('delta', deltas, deltaPages);
  return slots;
}

/** CFSTORE on a flash that is divided so. */
export function dividedStore(shape: SlotShape): MapDefinition {
  return {
    ...CFSTORE,
    name: `cfstore, ${nameOf(shape)}`,
    open: (storage) => mapOf(storage, configOf(storage, { slots: slotsOf(shape) })),
  };
}

/** What arithmetic says of replacing one of `keys` values over and over. */
export interface ClosedForm {
  /** Values that a snapshot takes. */
  readonly holds: number;
  /** Updates that a delta takes. */
  readonly updatesPerFlush: number;
  readonly wordsPerUpdate: number;
  readonly erasesPer1000: number;
  /** Millions of updates until the slots that wear most have no cycles left. */
  readonly life: number;
}

/** The closed forms, for flash whose units are words. */
export function closedForm(
  shape: SlotShape,
  geometry: Geometry,
  { keys, bytes }: { readonly keys: number; readonly bytes: number },
): ClosedForm {
  const config = configOf(geometry, { slots: slotsOf(shape) });
  const unit = geometry.wordSize;
  const record = new TlvFormat(unit, config.code.size, true).fullSize(NAME_LENGTH, bytes);
  const updates = Math.floor(roomOf(geometry, config, 'delta') / record);
  const edges = SLOT_HEAD + slotTailSize(config.code.size, unit);
  // VALID is not programmed but for a deletion: an update is a record without, and VALID of the one before. A flush closes
  // a delta, and writes a snapshot and the head of the next delta.
  const written = record - unit;
  const flushed = (2 * edges + keys * written) / updates;
  const { snapshots, snapshotPages, deltas, deltaPages } = shape;
  // What a slot did not use is blank, and is not erased; its tail is in its last page.
  const used = Math.ceil((SLOT_HEAD + keys * record) / geometry.pageSize);
  const erased = Math.min(snapshotPages, used + 1) + deltaPages;
  return {
    holds: Math.floor(roomOf(geometry, config, 'snapshot') / record),
    updatesPerFlush: updates,
    wordsPerUpdate: (written + unit + flushed) / 4,
    erasesPer1000: (1000 * erased) / updates,
    life: (Math.min(snapshots, deltas) * geometry.maxPageErases * updates) / 1e6,
  };
}
