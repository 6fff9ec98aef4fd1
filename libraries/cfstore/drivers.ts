// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every CFSTORE by its name, as a client calls it: what boards and the command line choose from.
 *
 * NON-TOCK: this project's own.
 */
import type { Storage } from '../store/storage.ts';
import { Cfstore } from './cfstore.ts';
import { configOf } from './config.ts';
import type { CfstoreDriver } from './driver.ts';
import { HeapCfstore } from './heap/heap-cfstore.ts';
import * as heapModes from './heap/mode.ts';
import { LITERAL } from './mode.ts';
import { chanceOf } from './ring/definition.ts';
import { RingCfstore } from './ring/ring-cfstore.ts';
import { spareCfstoreOn } from './spares/definition.ts';

/** Their names. */
export const CFSTORE_KINDS = [
  'cfstore',
  'cfstore-literal',
  'cfstore-ring',
  'cfstore-spares',
  'cfstore-heap',
  'cfstore-heap-literal',
] as const;
/** One of them. */
export type CfstoreKind = (typeof CFSTORE_KINDS)[number];

/** Makes one, not initialised, on a flash that it does not refuse. `seed`: of its chance, if it takes any. */
type Open = (storage: Storage, seed: number) => CfstoreDriver;

const OPEN: Readonly<Record<CfstoreKind, Open>> = {
  cfstore: (storage) => new Cfstore(storage, configOf(storage)),
  'cfstore-literal': (storage) => new Cfstore(storage, configOf(storage, { mode: LITERAL })),
  'cfstore-ring': (storage, seed) => new RingCfstore(storage, configOf(storage), chanceOf(seed)),
  'cfstore-spares': (storage) => spareCfstoreOn(storage),
  'cfstore-heap': (storage) => new HeapCfstore(storage, heapModes.HARDENED),
  'cfstore-heap-literal': (storage) => new HeapCfstore(storage, heapModes.LITERAL),
};

/** The one of a name, not initialised, on a flash that it does not refuse. `seed`: of its chance, if it takes any. */
export function openCfstore(kind: CfstoreKind, storage: Storage, seed: number): CfstoreDriver {
  return OPEN[kind](storage, seed);
}
