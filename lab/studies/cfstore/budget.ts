// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How many keys a store keeps within so much RAM.
 *
 * NON-TOCK: see `lab/studies/cfstore-sram.ts`.
 */
import { configOf, type CfstoreConfig } from '#libraries/cfstore/config';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { MapDefinition } from '#libraries/store/definition';
import type { StudyPart } from '../workload/parts.ts';
import { StoreBench, apply } from '../stores/bench.ts';
import { chance, valueOf } from '../stores/loads.ts';
import { geometryOf } from '../stores/metered-flash.ts';

/** Bytes of RAM that a store may have. */
export const BUDGETS = [2048, 4096, 32_768] as const;

const FLASHES = [64, 256] as const;
const VALUE_BYTES = 16;

/** What a store with less than the usual RAM does without. */
const SMALL: Partial<CfstoreConfig> = {
  kvbufs: { count: 16, size: 32 },
  handles: 16,
  writers: 8,
};

/** What was found. Plain data. */
export interface Within {
  /** Bytes that are needed without a key. */
  readonly fixed: number;
  /** Keys on each flash. */
  readonly keys: readonly number[];
  readonly full: 'RAM' | 'flash';
}

/** Fills a store until its RAM or its flash is full. */
export function within(definition: MapDefinition, part: StudyPart, budget: number): Within {
  const room = FLASHES.map((pages) => {
    const shape = definition.shape(geometryOf(part, pages));
    return Math.floor(shape.capacity / shape.unitsOf(VALUE_BYTES));
  });
  if (!definition.name.endsWith('-heap')) {
    return { fixed: ramOf(part, budget < 4096 ? SMALL : {}), keys: room, full: 'flash' };
  }
  const bench = new StoreBench({ part, pages: FLASHES[0] }, (flash) => definition.open(flash));
  const { fixed } = bench.store.ram();
  const random = chance();
  let keys = 0;
  for (; keys < Math.max(...room); keys++) {
    apply(bench, [{ key: keys, value: valueOf(random, VALUE_BYTES) }]);
    const { content } = bench.store.ram();
    if (fixed + content > budget) break;
  }
  return { fixed, keys: room.map((most) => Math.min(most, keys)), full: 'RAM' };
}

function ramOf(part: StudyPart, given: Partial<CfstoreConfig>): number {
  const storage = new BufferStorage(geometryOf(part, FLASHES[0]));
  const { kvbufs, handles, state, heap } = new Cfstore(storage, configOf(storage, given)).ram();
  return kvbufs + handles + state + heap;
}
