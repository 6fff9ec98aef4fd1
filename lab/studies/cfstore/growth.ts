// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a store asks of RAM, flash and time when it holds so many keys.
 *
 * NON-TOCK: see `lab/studies/cfstore-sram.ts`.
 */
import { assert } from '#kernel/assert';
import type { MapDefinition } from '#libraries/store/definition';
import type { StudyPart } from '../workload/parts.ts';
import { StoreBench, apply } from '../stores/bench.ts';
import { chance, valueOf } from '../stores/loads.ts';
import { geometryOf, type Meter } from '../stores/metered-flash.ts';

/** Updates until a flush has to come, at most. */
const MOST_UPDATES = 2500;
/** Slots of both stores: pages come in fours. */
const SLOTS = 4;

/** What a store holds. */
export interface Content {
  readonly keys: number;
  /** Of each value. */
  readonly bytes: number;
}

/** What was found. Plain data; bytes of RAM and flash. */
export interface Grown {
  readonly pages: number;
  readonly fixed: number;
  readonly content: number;
  /** Updates from one flush to the next. */
  readonly updates: number;
  /** The mean update that does not flush; undefined where each does. */
  readonly plain: Mean | undefined;
  readonly flush: Mean;
  readonly boot: Meter;
}

/** Costs of one operation. */
export interface Mean {
  readonly words: number;
  readonly erases: number;
  readonly milliseconds: number;
}

/** The fewest pages, in fours, that hold a content. */
export function pagesFor(
  definition: MapDefinition,
  part: StudyPart,
  { keys, bytes }: Content,
): number {
  for (let pages = SLOTS; ; pages += SLOTS) {
    const geometry = geometryOf(part, pages);
    if (definition.refuses(geometry) !== undefined) continue;
    const shape = definition.shape(geometry);
    const isEnough = shape.capacity >= keys * shape.unitsOf(bytes);
    if (isEnough && shape.maxValueLength >= bytes) return pages;
  }
}

/** Fills a store, boots it, and updates keys in any order from one flush to the next. */
export function grown(definition: MapDefinition, part: StudyPart, content: Content): Grown {
  const { keys, bytes } = content;
  const pages = pagesFor(definition, part, content);
  const bench = new StoreBench({ part, pages }, (flash) => definition.open(flash));
  const random = chance();
  for (let key = 0; key < keys; key++) {
    assert(apply(bench, [{ key, value: valueOf(random, bytes) }]) === undefined, 'it is full');
  }
  const update = (): Meter => {
    const change = { key: random.below(keys), value: valueOf(random, bytes) };
    const { given, meter } = bench.measure(() => apply(bench, [change]));
    assert(given === undefined, `the store answered ${given}`);
    return meter;
  };
  for (let count = 0; count < MOST_UPDATES && update().erases === 0; count++);
  const plain: Meter[] = [];
  let flush = update();
  while (flush.erases === 0 && plain.length < MOST_UPDATES) {
    plain.push(flush);
    flush = update();
  }
  const { fixed, content: grows } = bench.store.ram();
  return {
    ...{ pages, fixed, content: grows, updates: plain.length + 1 },
    plain: plain.length === 0 ? undefined : meanOf(plain),
    flush: meanOf([flush]),
    boot: bench.reboot(),
  };
}

function meanOf(meters: readonly Meter[]): Mean {
  const mean = (figure: (meter: Meter) => number): number =>
    meters.reduce((sum, meter) => sum + figure(meter), 0) / meters.length;
  return {
    words: mean(({ programs }) => programs),
    erases: mean(({ erases }) => erases),
    milliseconds: mean(({ time }) => time / 1e6),
  };
}
