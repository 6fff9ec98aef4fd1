// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * noodle under the shared contract, as its peer has it, and as it was first drafted.
 *
 * NON-TOCK: this project's own.
 */
import {
  HARDENED as HARDENED_QUEUE,
  LITERAL as LITERAL_QUEUE,
} from '../sequential-storage/mode.ts';
import { BufferStorage } from '../store/buffer-storage.ts';
import type { Claim } from '../store/claim.ts';
import type { MapDefinition, MapShape } from '../store/definition.ts';
import { runAtOnce } from '../store/run-at-once.ts';
import type { Geometry } from '../store/storage.ts';
import { CLAIM, FIRST_CLAIM, LITERAL_CLAIM } from './claim.ts';
import { MAX_KEY, entrySize, maxValueLength, totalCapacity } from './format.ts';
import { NoodleMap } from './noodle-map.ts';
import { KEPT, type NoodleOptions } from './noodle.ts';
import { FIRST, HARDENED, LITERAL, type Rules } from './rules.ts';

/** Fewest pages: one is written to, one is popped, one is blank, and backups span them. */
const FEWEST_PAGES = 4;

function shapeOf(geometry: Geometry, exact: boolean): MapShape {
  return {
    maxKey: MAX_KEY,
    maxValueLength: maxValueLength(geometry, KEPT),
    capacity: totalCapacity(geometry, KEPT),
    exact,
    unitsOf: entrySize,
  };
}

function refuses(geometry: Geometry): string | undefined {
  const { pageSize, numPages } = geometry;
  const isLawful = numPages >= FEWEST_PAGES && pageSize <= 0x1_0000;
  return isLawful && maxValueLength(geometry, KEPT) >= 0
    ? undefined
    : `needs at least ${FEWEST_PAGES} pages of at most 65536 bytes, with room for ${KEPT + 1} records`;
}

/** Whether some record in an image is whole. */
function recognises(image: Uint8Array, geometry: Geometry, options: NoodleOptions): boolean {
  if (refuses(geometry) !== undefined) return false;
  const storage = new BufferStorage(geometry, false);
  storage.image.set(image);
  const map = new NoodleMap(storage, options);
  return runAtOnce(map.boot()).ok && map.holdsRecord();
}

function noodle(
  name: string,
  description: string,
  claim: Claim,
  options: NoodleOptions & { readonly rules: Rules },
): MapDefinition {
  return {
    kind: 'map',
    name,
    description,
    claim,
    complexity: 'each change writes all entries and reads them back; a boot reads all of the flash',
    defaults: { pageSize: 256, pages: 8 },
    refuses,
    shape: (geometry) => shapeOf(geometry, options.rules.reserves),
    open: (storage) => new NoodleMap(storage, options),
    recognises: (image, geometry) => recognises(image, geometry, options),
  };
}

/** noodle as the boards would run it. */
export const NOODLE = noodle(
  'noodle',
  'cfg-noodle: a list in RAM, and records of all of it in a queue',
  CLAIM,
  { rules: HARDENED, queue: HARDENED_QUEUE },
);

/** noodle as the peer has it, flaws included. */
export const NOODLE_LITERAL = noodle(
  'noodle-literal',
  'the same by the rules of the peer',
  LITERAL_CLAIM,
  { rules: LITERAL, queue: LITERAL_QUEUE },
);

/** noodle as it was first drafted. */
export const NOODLE_FIRST = noodle(
  'noodle-first',
  'the same as first drafted: a confirmation that counts nodes',
  FIRST_CLAIM,
  { rules: FIRST, queue: LITERAL_QUEUE },
);
