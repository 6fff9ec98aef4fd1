// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE with rings under the contract that all stores share.
 *
 * NON-TOCK: this project's own.
 */
import { Random } from '#kernel/random';
import type { Claim } from '../../store/claim.ts';
import type { MapDefinition, MapShape } from '../../store/definition.ts';
import type { Geometry } from '../../store/storage.ts';
import { CLAIM as CORE_CLAIM } from '../claim.ts';
import { configOf } from '../config.ts';
import { CFSTORE } from '../definition.ts';
import { DriverMap, MAX_KEY, NAME_LENGTH } from '../driver-map.ts';
import { TlvFormat } from '../format.ts';
import { RingCfstore } from './ring-cfstore.ts';
import type { ChanceOf } from './ring-addresses.ts';

/** The claim. */
export const CLAIM: Claim = {
  ...CORE_CLAIM,
  letsThrough: [
    ...CORE_CLAIM.letsThrough,
    'Who may write values may write one that looks like the head of a delta: at one of the places where it may begin, it is taken for one.',
  ],
};

/** The chance of a store that was made with a seed. */
export function chanceOf(seed: number): ChanceOf {
  return (slotSequence) => new Random(seed + slotSequence);
}

/** Of the definition's own stores. */
const SEED = 64;

function shapeOf(geometry: Geometry): MapShape {
  const config = configOf(geometry);
  const { wordSize } = geometry;
  const format = new TlvFormat(wordSize, config.code.size, config.mode.checksHeaders);
  return {
    ...CFSTORE.shape(geometry),
    maxKey: MAX_KEY,
    unitsOf: (length) => format.fullSize(NAME_LENGTH, length),
  };
}

/** CFSTORE whose deltas begin anywhere. */
export const CFSTORE_RING: MapDefinition = {
  ...CFSTORE,
  name: 'cfstore-ring',
  description: 'CFSTORE whose deltas are rings that begin anywhere',
  claim: CLAIM,
  complexity: `${CFSTORE.complexity}; a boot looks for each delta at 64 places`,
  shape: shapeOf,
  open: (storage) =>
    new DriverMap(new RingCfstore(storage, configOf(storage), chanceOf(SEED)), {
      flushes: false,
      maxValueLength: shapeOf(storage).maxValueLength,
    }),
};
