// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a store holds, how it boots, and what a search asks of the flash.
 *
 * NON-TOCK: see `lab/studies/stores-boot.ts`.
 */
import type { BufferStorage } from '#libraries/store/buffer-storage';
import type {
  BlockDefinition,
  LogDefinition,
  MapDefinition,
  MapStore,
} from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import { StoreBench, apply, type Site } from './bench.ts';
import { LOG_ENTRY_BYTES, chance, valueOf } from './loads.ts';
import { between, type Meter } from './metered-flash.ts';

/** Bytes of the values that a map is filled with. */
export const VALUE_BYTES = 16;

/** How full a store is when it boots, in percent of what it holds. */
export const OCCUPANCIES = [0, 25, 50, 75, 90] as const;

/** Updates that make a log go round before a boot, at most; they end when each page has been erased on average. */
const MOST_CHURN = 4000;
const MOST_CHURN_READS = 50_000;
/** Places of one update in which power is cut before a boot. */
const CUTS = 12;
/** Keys when a search is looked at. */
const SEARCHED = 64;

/** What was found of one store. Plain data. */
export interface AtRest {
  /** Values of 16 B that it takes, or shows when it gives up old ones. */
  readonly held: number;
  /** The longest value or entry, bytes. */
  readonly longest: number;
  /** Boots of a map by occupancy, in the order of OCCUPANCIES; of others that are empty, and full. */
  readonly boots: readonly Meter[];
  /** The longest boot after a cut in an update that erases, half full; undefined where none did. */
  readonly afterCut: Meter | undefined;
  /** Searches among 64 keys: the one that was put last, first, and one that is not there. */
  readonly searches: readonly Meter[] | undefined;
}

/** Looks at a map. */
export function mapAtRest(definition: MapDefinition, site: Site): AtRest {
  const open = (cells?: BufferStorage): StoreBench<MapStore> =>
    new StoreBench(site, (flash) => definition.open(flash), cells);
  const filling = new Filling(open);
  const { held } = filling;
  const churnedWith = (keys: number): StoreBench<MapStore> => churned(filling.upTo(keys), keys);
  const half = Math.floor(held / 2);
  return {
    held,
    longest: definition.shape(open().flash).maxValueLength,
    boots: OCCUPANCIES.map((percent) => churnedWith(Math.floor((held * percent) / 100)).reboot()),
    afterCut: slowestBoot(definition, site, churnedWith(half), half),
    searches: held < SEARCHED ? undefined : searches(filling.sinceBoot(SEARCHED)),
  };
}

/** Looks at a log. */
export function logAtRest(definition: LogDefinition, site: Site): AtRest {
  const bench = new StoreBench(site, (flash) => definition.open(flash));
  const boots = [bench.reboot()];
  const random = chance();
  const room = site.pages * bench.flash.pageSize;
  const most = Math.ceil((3 * room) / definition.shape(bench.flash).unitsOf(LOG_ENTRY_BYTES));
  for (let count = 0; count < most; count++) {
    if (bench.does(bench.store.append(valueOf(random, LOG_ENTRY_BYTES))) !== undefined) break;
    if (bench.store.sync !== undefined) bench.must(bench.store.sync());
  }
  boots.push(bench.reboot());
  const entries = runAtOnce(bench.store.entries());
  return {
    held: entries.ok ? entries.value.length : 0,
    longest: definition.shape(bench.flash).maxEntryLength,
    ...{ boots, afterCut: undefined, searches: undefined },
  };
}

/** Looks at a block store: a boot finds nothing out, so that one that is full boots as one that is empty. */
export function blockAtRest(definition: BlockDefinition, site: Site): AtRest {
  const bench = new StoreBench(site, (flash) => definition.open(flash));
  const boots = [bench.reboot()];
  const random = chance();
  const { size } = definition.shape(bench.flash);
  const held = Math.floor(size / VALUE_BYTES);
  for (let nth = 0; nth < held; nth++) {
    bench.must(bench.store.write(nth * VALUE_BYTES, valueOf(random, VALUE_BYTES)));
  }
  boots.push(bench.reboot());
  return { held, longest: size, boots, afterCut: undefined, searches: undefined };
}

const NOTHING = new Uint8Array(0);
/** Keys between two copies of a store that is filled. */
const STRIDE = 32;

/** A store that is filled once, key by key, until it refuses; less full ones are had from copies made on the way. */
class Filling {
  /** Values that it took. */
  readonly held: number;
  private readonly values: Uint8Array[] = [];
  private readonly copies: BufferStorage[] = [];

  constructor(private readonly open: (cells?: BufferStorage) => StoreBench<MapStore>) {
    const bench = open();
    const random = chance();
    let key = 0;
    for (let isTaken = true; isTaken; key++) {
      if (key % STRIDE === 0) this.copies.push(bench.flash.cells.clone());
      this.values.push(valueOf(random, VALUE_BYTES));
      isTaken = this.put(bench, key);
    }
    this.held = key - 1;
  }

  /** A store with so many keys, which booted not long ago. */
  upTo(keys: number): StoreBench<MapStore> {
    const nth = Math.floor(keys / STRIDE);
    const bench = this.open(this.copies[nth]?.clone());
    for (let key = nth * STRIDE; key < keys; key++) this.put(bench, key);
    return bench;
  }

  /** A store with so many keys, all of them put since it booted: what it keeps in RAM is of them all. */
  sinceBoot(keys: number): StoreBench<MapStore> {
    const bench = this.open();
    for (let key = 0; key < keys; key++) this.put(bench, key);
    return bench;
  }

  /** Whether the value of a key was taken. */
  private put(bench: StoreBench<MapStore>, key: number): boolean {
    const { [key]: value = NOTHING } = this.values;
    return apply(bench, [{ key, value }]) === undefined;
  }
}

/** Replaces values of a store with so many keys in any order until its log has gone round. */
function churned(bench: StoreBench<MapStore>, keys: number): StoreBench<MapStore> {
  const random = chance();
  const start = bench.flash.meter();
  for (let count = 0; count < MOST_CHURN && keys > 0; count++) {
    const { erases, readCalls } = between(start, bench.flash.meter());
    if (erases >= bench.flash.numPages || readCalls >= MOST_CHURN_READS) break;
    apply(bench, [{ key: random.below(keys), value: valueOf(random, VALUE_BYTES) }]);
  }
  return bench;
}

function searches(bench: StoreBench<MapStore>): Meter[] {
  return [SEARCHED - 1, 0, SEARCHED].map(
    (key) => bench.measure(() => runAtOnce(bench.store.get(key))).meter,
  );
}

/** Cuts an update that erases, before each of its calls, and boots; the boot that took longest. */
function slowestBoot(
  definition: MapDefinition,
  site: Site,
  bench: StoreBench<MapStore>,
  keys: number,
): Meter | undefined {
  const random = chance();
  for (let count = 0; count < MOST_CHURN && keys > 0; count++) {
    const update = { key: random.below(keys), value: valueOf(random, VALUE_BYTES) };
    const base = bench.flash.cells.clone();
    const { meter } = bench.measure(() => apply(bench, [update]));
    if (meter.erases === 0) continue;
    const calls = meter.writeCalls + meter.erases;
    const step = Math.max(1, Math.floor(calls / CUTS));
    const cuts = Array.from({ length: Math.ceil(calls / step) }, (_, nth) => nth * step);
    const boots = cuts.map((cut) => bootAfterCut(definition, site, base.clone(), update, cut));
    return boots.reduce((slowest, boot) => (boot.time > slowest.time ? boot : slowest));
  }
  return undefined;
}

/** What a boot asks after an update that was cut before one of its calls. */
function bootAfterCut(
  definition: MapDefinition,
  site: Site,
  cells: BufferStorage,
  { key, value }: { readonly key: number; readonly value: Uint8Array },
  cut: number,
): Meter {
  const store = definition.open(cells);
  runAtOnce(store.boot());
  cells.arm(cut);
  runAtOnce(store.put(key, value));
  cells.corrupt(() => false);
  return new StoreBench(site, (flash) => definition.open(flash), cells).firstBoot;
}
