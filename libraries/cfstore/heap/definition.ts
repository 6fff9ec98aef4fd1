// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store in the heap under the contract that all stores share, with its defects and without.
 *
 * NON-TOCK: this project's own.
 */
import { BufferStorage } from '../../store/buffer-storage.ts';
import type { Claim } from '../../store/claim.ts';
import type { MapDefinition, MapShape } from '../../store/definition.ts';
import { FlashSteps } from '../../store/flash-steps.ts';
import { runAtOnce } from '../../store/run-at-once.ts';
import type { Geometry } from '../../store/storage.ts';
import { DriverMap, MAX_KEY, NAME_LENGTH } from '../driver-map.ts';
import { LONGEST_VALUE } from '../driver.ts';
import { sizeOf } from './area.ts';
import { CLAIM, LITERAL_CLAIM } from './claim.ts';
import { HeapCfstore } from './heap-cfstore.ts';
import { Journal, slotsOf } from './journal.ts';
import { HARDENED, LITERAL, type HeapMode } from './mode.ts';

/** Fewest pages: an image is written while the one before it stays. */
const FEWEST_PAGES = 2;

function shapeOf(geometry: Geometry): MapShape {
  const { capacity } = slotsOf(geometry);
  return {
    maxKey: MAX_KEY,
    maxValueLength: Math.min(LONGEST_VALUE, capacity - sizeOf(NAME_LENGTH, 0)),
    capacity,
    exact: true,
    unitsOf: (length) => sizeOf(NAME_LENGTH, length),
  };
}

function refuses(geometry: Geometry): string | undefined {
  if (geometry.pageSizes !== undefined) return 'needs pages of one size';
  const isLawful = geometry.numPages >= FEWEST_PAGES && geometry.pageSize % 8 === 0;
  return isLawful && shapeOf(geometry).maxValueLength >= 0
    ? undefined
    : `needs at least ${FEWEST_PAGES} pages, with room for head, tail and a key in a slot`;
}

/** Whether a slot of an image holds one that is whole, and keys. */
function recognises(image: Uint8Array, geometry: Geometry): boolean {
  if (refuses(geometry) !== undefined) return false;
  const storage = new BufferStorage(geometry, false);
  storage.image.set(image);
  return (runAtOnce(new Journal(new FlashSteps(storage), true).open())?.length ?? 0) > 0;
}

function heapStore(name: string, description: string, claim: Claim, mode: HeapMode): MapDefinition {
  return {
    kind: 'map',
    name,
    description,
    claim,
    complexity:
      'each change writes all keys and erases a slot; a lookup walks all keys in RAM; a boot reads all slots',
    defaults: { pageSize: 256, pages: 8 },
    refuses,
    shape: shapeOf,
    open: (storage) =>
      new DriverMap(new HeapCfstore(storage, mode), {
        flushes: true,
        maxValueLength: shapeOf(storage).maxValueLength,
      }),
    recognises,
  };
}

/** CFSTORE as it was, without its defects. */
export const CFSTORE_HEAP = heapStore(
  'cfstore-heap',
  "mbed's CFSTORE as it was: all keys in the heap, written whole at each flush",
  CLAIM,
  HARDENED,
);

/** CFSTORE as it was. */
export const CFSTORE_HEAP_LITERAL = heapStore(
  'cfstore-heap-literal',
  'the same as mbed has it, defects included',
  LITERAL_CLAIM,
  LITERAL,
);
