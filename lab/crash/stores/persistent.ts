// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The persistent store in the laboratory, in both of its modes.
 *
 * NON-TOCK: adapter of `libraries/persistent-store`.
 */
import type { Random } from '#kernel/random';
import { CLAIM } from '#libraries/persistent-store/claim';
import { isSupported } from '#libraries/persistent-store/format';
import { StoreModel } from '#libraries/persistent-store/model';
import type { ModeName } from '#libraries/persistent-store/store';
import type { Cells } from '../cells.ts';
import type { Geometry, Operation, Specification, StoreAdapter } from '../store-adapter.ts';
import { MapWorkload } from './map-workload.ts';
import { PersistentAuditor } from './persistent-auditor.ts';
import { PersistentSession } from './persistent-session.ts';

/** How often a random workload has each operation: as often as it stands here. */
const OPERATIONS: readonly Operation['op'][] = [
  ...Array.from({ length: 8 }, () => 'insert' as const),
  'transaction',
  'transaction',
  'transaction',
  'remove',
  'remove',
  'removehandle',
  'prepare',
  'clear',
];

class PersistentSpecification implements Specification {
  private used = 0;

  constructor(
    private readonly geometry: Geometry,
    private readonly model = new StoreModel(geometry),
  ) {
    this.used = model.usedCapacity();
  }

  entries(): ReadonlyMap<number, Uint8Array> {
    return this.model.entries();
  }

  apply(operation: Operation): string {
    const said = this.model.apply(operation);
    this.used = this.model.usedCapacity();
    return said;
  }

  usedCapacity(): number {
    return this.used;
  }

  clone(): Specification {
    return new PersistentSpecification(this.geometry, this.model.clone(this.geometry));
  }
}

function workload(random: Random, geometry: Geometry): MapWorkload {
  const { totalCapacity: capacity, maxValueLength } = new StoreModel(geometry);
  const unitsOf = (length: number): number => 1 + Math.ceil(length / 4);
  return new MapWorkload(random, { capacity, maxValueLength, unitsOf, maxKey: 4095 });
}

function persistent(mode: ModeName, name: string, description: string): StoreAdapter {
  return {
    name,
    description,
    claim: {
      cutModel: CLAIM.cutModel,
      programsPerWord: CLAIM.programsPerWord,
      survives: ['failures'],
      wipes: mode === 'ours' ? 'always' : 'unless-recovery-is-cut',
      letsThrough: CLAIM.letsThrough,
    },
    defaults: { pageSize: 64, pages: 5 },
    refuses: (geometry) =>
      isSupported(geometry) ? undefined : 'needs 3 to 64 pages of 32 to 4096 bytes, in whole words',
    open: (storage) => new PersistentSession(storage, mode),
    specification: (geometry) => new PersistentSpecification(geometry),
    random: (random, specification, geometry) =>
      workload(random, geometry).next(specification, OPERATIONS),
    fill: (random, geometry) => workload(random, geometry).fill(),
    auditor: (cells: Cells) => new PersistentAuditor(cells),
  };
}

/** The store as the boards run it. */
export const PERSISTENT = persistent(
  'ours',
  'persistent',
  'the persistent store of the OpenSK design',
);

/** The store as the crate has it, flaws included. */
export const PERSISTENT_UPSTREAM = persistent(
  'upstream',
  'persistent-upstream',
  'the same in mode `upstream`, write by write as the crate',
);
