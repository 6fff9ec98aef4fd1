// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE under the contract that all stores share, hardened and as its design has it.
 *
 * NON-TOCK: this project's own.
 */
import type { Claim } from '../store/claim.ts';
import type { MapDefinition, MapShape } from '../store/definition.ts';
import type { Geometry, Storage } from '../store/storage.ts';
import { Cfstore } from './cfstore.ts';
import { CLAIM, LITERAL_CLAIM } from './claim.ts';
import {
  FEWEST_PAGES,
  configOf,
  longestValue,
  quarters,
  roomOf,
  type CfstoreConfig,
} from './config.ts';
import { DriverMap, MAX_KEY, NAME_LENGTH } from './driver-map.ts';
import { TlvFormat } from './format.ts';
import { HARDENED, LITERAL, type Mode } from './mode.ts';
import { SLOT_HEAD, decodeHead } from './slot-format.ts';

/** Program units that the store takes. */
const UNITS: readonly number[] = [4, 8];

function shapeOf(geometry: Geometry, mode: Mode): MapShape {
  const config = configOf(geometry, { mode });
  const format = new TlvFormat(geometry.wordSize, config.code.size, mode.checksHeaders);
  const capacity = roomOf(geometry, config, 'snapshot');
  const room = Math.min(capacity, roomOf(geometry, config, 'delta'));
  const most = room - format.fullSize(NAME_LENGTH, 0);
  return {
    maxKey: MAX_KEY,
    maxValueLength: Math.min(most - (most % geometry.wordSize), longestValue(geometry, config)),
    capacity,
    exact: mode.reserves,
    unitsOf: (length) => format.fullSize(NAME_LENGTH, length),
  };
}

function refuses(geometry: Geometry): string | undefined {
  const { numPages, wordSize, pageSize } = geometry;
  if (!UNITS.includes(wordSize)) return `needs units of ${UNITS.join(' or ')} bytes`;
  const isLawful = numPages >= FEWEST_PAGES && pageSize % wordSize === 0;
  return isLawful && shapeOf(geometry, HARDENED).maxValueLength >= 0
    ? undefined
    : `needs ${FEWEST_PAGES} pages or more, with room for a record`;
}

/** Whether some snapshot of an image has a sound head. */
function recognises(image: Uint8Array, geometry: Geometry, mode: Mode): boolean {
  if (refuses(geometry) !== undefined) return false;
  return quarters(geometry).some(({ kind, blocks }) => {
    const at = (blocks[0]?.firstPage ?? 0) * geometry.pageSize;
    const head = image.subarray(at, at + SLOT_HEAD);
    return decodeHead(head, geometry.wordSize, mode.checksHeaders)?.kind === kind;
  });
}

/** A map on CFSTORE in some configuration. */
export function mapOf(storage: Storage, config: CfstoreConfig): DriverMap {
  return new DriverMap(new Cfstore(storage, config), {
    flushes: false,
    maxValueLength: shapeOf(storage, config.mode).maxValueLength,
    ...(config.mode.keepsRest ? {} : { unit: storage.wordSize }),
  });
}

/** CFSTORE in some mode, under a name. */
export function cfstore(
  name: string,
  description: string,
  claim: Claim,
  mode: Mode,
): MapDefinition {
  return {
    kind: 'map',
    name,
    description,
    claim,
    complexity:
      'a boot walks all records and reads those of the delta; every lookup walks the headers of the delta, and of the snapshot when it is not there; a flush copies everything',
    defaults: { pageSize: 256, pages: 8 },
    wordSizes: UNITS,
    refuses,
    shape: (geometry) => shapeOf(geometry, mode),
    open: (storage) => mapOf(storage, configOf(storage, { mode })),
    recognises: (image, geometry) => recognises(image, geometry, mode),
  };
}

/** CFSTORE that survives a cut at any bit. */
export const CFSTORE = cfstore(
  'cfstore',
  'CFSTORE without an image in RAM: snapshots, and what changed since',
  CLAIM,
  HARDENED,
);

/** CFSTORE as its design has it. */
export const CFSTORE_LITERAL = cfstore(
  'cfstore-literal',
  'the same as its design has it, defects included',
  LITERAL_CLAIM,
  LITERAL,
);
