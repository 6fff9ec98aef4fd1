// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The persistent store in the laboratory, in both of its modes.
 *
 * NON-TOCK: adapter of `libraries/persistent-store`.
 */
import type { Random } from '#kernel/random';
import * as definitions from '#libraries/persistent-store/definition';
import { StoreModel } from '#libraries/persistent-store/model';
import type { ModeName } from '#libraries/persistent-store/store';
import type { MapDefinition } from '#libraries/store/definition';
import type { Cells } from '../cells.ts';
import {
  isChange,
  type Geometry,
  type Operation,
  type Specification,
  type StoreAdapter,
} from '../store-adapter.ts';
import { mapAdapter } from './map-adapter.ts';
import { MapWorkload, type MapOperation } from './map-workload.ts';
import { PersistentAuditor } from './persistent-auditor.ts';
import { PersistentSession } from './persistent-session.ts';

/** How often a random workload has each operation: as often as it stands here. */
const OPERATIONS: readonly MapOperation[] = [
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
    if (!isChange(operation)) return 'Unknown';
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

function persistent(definition: MapDefinition, mode: ModeName): StoreAdapter {
  const workload = (random: Random, geometry: Geometry): MapWorkload =>
    new MapWorkload(random, definition.shape(geometry));
  return {
    ...mapAdapter(definition),
    open: (storage) => new PersistentSession(storage, mode),
    specification: (geometry) => new PersistentSpecification(geometry),
    random: (random, specification, geometry) =>
      workload(random, geometry).next(specification, OPERATIONS),
    auditor: (cells: Cells) => new PersistentAuditor(cells),
  };
}

/** The store as the boards run it. */
export const PERSISTENT = persistent(definitions.PERSISTENT, 'ours');

/** The store as the crate has it, flaws included. */
export const PERSISTENT_UPSTREAM = persistent(definitions.PERSISTENT_UPSTREAM, 'upstream');
