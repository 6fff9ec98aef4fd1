// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE with spares under the contract that all stores share.
 *
 * NON-TOCK: this project's own. Two sectors for the list of bad ones, a pool at the end, and quarters of the rest as slots.
 */
import type { MapDefinition, MapShape } from '../../store/definition.ts';
import type { Geometry, Storage } from '../../store/storage.ts';
import {
  FEWEST_PAGES,
  configOf,
  longestValue,
  quarters,
  roomOf,
  type SlotConfig,
} from '../config.ts';
import { DriverMap, MAX_KEY, NAME_LENGTH } from '../driver-map.ts';
import { TlvFormat } from '../format.ts';
import { SLOT_HEAD, decodeHead } from '../slot-format.ts';
import { CLAIM } from './claim.ts';
import type { Layout } from './slot-table.ts';
import { SpareCfstore } from './spare-cfstore.ts';

/** Sectors of the list, one a copy. */
const META = [0, 1];
/** One sector in so many of the others is a spare at least. */
const SPARE_SHARE = 6;
/** Fewest spares. */
const FEWEST_SPARES = 1;

/** Where lists, slots and spares are. */
export function layoutOf(geometry: Geometry): Layout {
  const rest = geometry.numPages - META.length;
  const spares = Math.max(FEWEST_SPARES, Math.floor(rest / SPARE_SHARE));
  const slots = quarters({ ...geometry, numPages: rest - spares }).map(shifted);
  const taken = Math.max(...slots.flatMap(({ blocks }) => blocks.map(endOf)));
  const pool = Array.from({ length: geometry.numPages - taken }, (_, spare) => taken + spare);
  return { meta: META, slots, pool };
}

function shifted({ kind, blocks }: SlotConfig): SlotConfig {
  const behind = blocks.map(({ firstPage, pages }) => ({
    firstPage: firstPage + META.length,
    pages,
  }));
  return { kind, blocks: behind };
}

function endOf({ firstPage, pages }: { firstPage: number; pages: number }): number {
  return firstPage + pages;
}

function configFor(geometry: Geometry): ReturnType<typeof configOf> {
  return configOf(geometry, { slots: layoutOf(geometry).slots });
}

/** One on a flash that it does not refuse, not initialised. */
export function spareCfstoreOn(storage: Storage): SpareCfstore {
  return new SpareCfstore(storage, layoutOf(storage), configFor(storage));
}

function shapeOf(geometry: Geometry): MapShape {
  const config = configFor(geometry);
  const format = new TlvFormat(geometry.wordSize, config.code.size, config.mode.checksHeaders);
  const capacity = roomOf(geometry, config, 'snapshot');
  const most =
    Math.min(capacity, roomOf(geometry, config, 'delta')) - format.fullSize(NAME_LENGTH, 0);
  return {
    maxKey: MAX_KEY,
    maxValueLength: Math.min(most - (most % geometry.wordSize), longestValue(geometry, config)),
    capacity,
    exact: false,
    unitsOf: (length) => format.fullSize(NAME_LENGTH, length),
  };
}

function refuses(geometry: Geometry): string | undefined {
  const { numPages, wordSize, pageSize, pageSizes } = geometry;
  if (pageSizes !== undefined) return 'needs pages of one size';
  const fewest = META.length + FEWEST_SPARES + FEWEST_PAGES;
  const isLawful = numPages >= fewest && numPages <= 0x1_0000 && [4, 8].includes(wordSize);
  return isLawful && pageSize % 8 === 0 && shapeOf(geometry).maxValueLength >= 0
    ? undefined
    : `needs ${fewest} pages or more, with room for a record, and units of 4 or 8 bytes`;
}

/** Whether some page of an image begins with the head of a slot that goes by a table of this layout. */
function recognises(image: Uint8Array, geometry: Geometry): boolean {
  if (refuses(geometry) !== undefined) return false;
  const { pageSize, numPages, wordSize } = geometry;
  for (let page = META.length; page < numPages; page++) {
    const head = decodeHead(
      image.subarray(page * pageSize, page * pageSize + SLOT_HEAD),
      wordSize,
      true,
    );
    if (head?.layout !== undefined && head.layout < numPages) return true;
  }
  return false;
}

/** CFSTORE that goes on when sectors fail. */
export const CFSTORE_SPARES: MapDefinition = {
  kind: 'map',
  name: 'cfstore-spares',
  description: 'CFSTORE that takes bad sectors out of service, with a pool of spares',
  claim: CLAIM,
  complexity:
    'as CFSTORE; a boot reads the list of bad sectors and a head for each table; a sector that fails costs a flush',
  defaults: { pageSize: 256, pages: 24 },
  refuses,
  shape: shapeOf,
  open(storage) {
    const store = spareCfstoreOn(storage);
    return new DriverMap(store, {
      flushes: false,
      maxValueLength: shapeOf(storage).maxValueLength,
      repairs: () => store.repairs,
    });
  },
  recognises,
};
