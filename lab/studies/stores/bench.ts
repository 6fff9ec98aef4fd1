// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs a store on a metered flash until its costs have settled, and says what an update costs.
 *
 * NON-TOCK: see `lab/studies/stores.ts`.
 */
import { assert } from '#kernel/assert';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type {
  BlockDefinition,
  BlockStore,
  LogDefinition,
  LogStore,
  MapDefinition,
  MapStore,
  Outcome,
  RamUse,
  StoreDefinition,
} from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { whyNot } from '#libraries/stores';
import { percentile } from '../../report/columns.ts';
import type { StudyPart } from '../workload/parts.ts';
import { LOG_ENTRY_BYTES, chance, valueOf, type MapLoad, type Update } from './loads.ts';
import { MeteredFlash, between, geometryOf, type Meter } from './metered-flash.ts';

/** Times that all pages are erased, on average, before the measurement and in it. */
const WARM_ROUNDS = 1;
const ROUNDS = 3;
/** Updates at most, before the measurement and in it. */
const MOST_WARM = 10_000;
const MOST_UPDATES = 20_000;
/** Read calls at most, before the measurement and in it: some stores walk over all they hold. */
const MOST_WARM_READS = 1_000_000;
const MOST_READS = 1_500_000;
/** Pieces of idle work after one update, at most. */
const MOST_PIECES = 16;

/** Entries that are taken away at most until there is room for the next: those of a page. */
const MOST_POPS = 2000;

/** What updates cost, once they have settled. Plain data. */
export interface Cost {
  readonly updates: number;
  /** Value bytes handed in. */
  readonly bytes: number;
  readonly meter: Meter;
  /** Erasures of each page in the measurement. */
  readonly pageErases: readonly number[];
  readonly mostPrograms: number;
  /** Of an update, ms: the middle one, the 99th of a hundred, the longest; and the erasures in that. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  readonly worstErases: number;
  /** The longest without the software's time of reads, ms. */
  readonly worstFlash: number;
  readonly ram: RamUse;
  /** The rule of flash that it broke. */
  readonly violation: string | undefined;
}

/** What a run gave: costs, or why there are none. */
export type Costed = Cost | { readonly why: string };

/** Whether there are costs. */
export const isCost = (cost: Costed): cost is Cost => 'updates' in cost;
/** Words programmed by an update. */
export const words = ({ meter, updates }: Cost): number => meter.programs / updates;
/** Erasures in 1000 updates. */
export const erases = ({ meter, updates }: Cost): number => (1000 * meter.erases) / updates;

/** One store on one flash under one workload. */
export interface Site {
  readonly part: StudyPart;
  readonly pages: number;
  /** Whether the store may do its idle work after each update, which nobody waits for. */
  readonly idle?: boolean;
}

/** A store on a metered flash: booted, empty. */
export class StoreBench<Store extends MapStore | LogStore | BlockStore> {
  readonly flash: MeteredFlash;
  store: Store;
  /** What its first boot asked of the flash. */
  readonly firstBoot: Meter;

  /** On blank cells, or on those of another bench. */
  constructor(
    { part, pages }: Site,
    private readonly open: (flash: MeteredFlash) => Store,
    cells = new BufferStorage(geometryOf(part, pages)),
  ) {
    this.flash = new MeteredFlash(cells, part);
    this.store = this.open(this.flash);
    this.firstBoot = this.boot();
  }

  /** Power off and on: another store on the same flash, and what its boot asks of it. */
  reboot(): Meter {
    this.store = this.open(this.flash);
    return this.boot();
  }

  private boot(): Meter {
    return this.measure(() => {
      this.must(this.store.boot());
    }).meter;
  }

  /** Runs an operation: its name when it was refused for want of room or shape, else it has to end well. */
  does(steps: Steps<Outcome<unknown>>): string | undefined {
    const outcome = runAtOnce(steps);
    if (outcome.ok) return undefined;
    const { error } = outcome;
    assert(error !== 'StorageError' && error !== 'InvalidStorage', `the store answered ${error}`);
    return error;
  }

  must(steps: Steps<Outcome<unknown>>): void {
    const error = this.does(steps);
    assert(error === undefined, `the store answered ${error}`);
  }

  /** What an operation sends over the bus, and how it ended. */
  measure<T>(act: () => T): { readonly given: T; readonly meter: Meter } {
    const before = this.flash.meter();
    const given = act();
    return { given, meter: between(before, this.flash.meter()) };
  }
}

/** Why a store cannot live on a flash at all. */
export function whyNever(definition: StoreDefinition, { part, pages }: Site): string | undefined {
  return whyNot(definition, geometryOf(part, pages));
}

/** The costs of a map. */
export function costOfMap(definition: MapDefinition, site: Site, load: MapLoad): Costed {
  const never = whyNever(definition, site);
  if (never !== undefined) return { why: never };
  const bench = new StoreBench(site, (flash) => definition.open(flash));
  const random = chance();
  for (const update of load.fill(random)) {
    const error = apply(bench, [update]);
    if (error !== undefined) return { why: `${error} at key ${update.key + 1}` };
  }
  const next = load.draw(random);
  return settle(bench, site, () => {
    const update = next();
    const error = apply(bench, update);
    return { error, bytes: update.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) };
  });
}

/** Performs an update: at once where the store can, else one change after the other. */
export function apply(bench: StoreBench<MapStore>, update: Update): string | undefined {
  const { store } = bench;
  if (update.length > 1 && store.putAll !== undefined) return bench.does(store.putAll(update));
  for (const { key, value } of update) {
    const error = bench.does(value === undefined ? store.delete(key) : store.put(key, value));
    if (error !== undefined) return error;
  }
  return undefined;
}

/** The costs of a log: each entry is made durable; a log that is full is made room in. */
export function costOfLog(definition: LogDefinition, site: Site): Costed {
  const never = whyNever(definition, site);
  if (never !== undefined) return { why: never };
  const bench = new StoreBench(site, (flash) => definition.open(flash));
  const random = chance();
  return settle(bench, site, () => {
    const entry = valueOf(random, LOG_ENTRY_BYTES);
    const error = append(bench, entry);
    return { error, bytes: entry.length };
  });
}

function append(bench: StoreBench<LogStore>, entry: Uint8Array): string | undefined {
  const { store } = bench;
  let error = bench.does(store.append(entry));
  for (let popped = 0; error === 'NoCapacity' && popped < MOST_POPS; popped++) {
    bench.must(store.pop?.() ?? store.clear());
    error = bench.does(store.append(entry));
  }
  if (error === undefined && store.sync !== undefined) bench.must(store.sync());
  return error;
}

/** The costs of a block store: the next bytes behind the last ones, each made durable; all are erased when it is full. */
export function costOfBlock(definition: BlockDefinition, site: Site): Costed {
  const never = whyNever(definition, site);
  if (never !== undefined) return { why: never };
  const bench = new StoreBench(site, (flash) => definition.open(flash));
  const { size } = definition.shape(bench.flash);
  const random = chance();
  let at = 0;
  return settle(bench, site, () => {
    const bytes = valueOf(random, LOG_ENTRY_BYTES);
    if (at + bytes.length > size) {
      bench.must(bench.store.erase());
      at = 0;
    }
    const error = bench.does(bench.store.write(at, bytes)) ?? bench.does(bench.store.flush());
    at += bytes.length;
    return { error, bytes: bytes.length };
  });
}

/** Where a measurement ends. */
interface Limits {
  readonly erases: number;
  readonly updates: number;
  readonly reads: number;
}

/** One update: what it handed in, and why it was refused. */
type Act = () => { readonly error: string | undefined; readonly bytes: number };

/** Runs updates until all pages have been erased a few times, and measures from then on. */
function settle(bench: StoreBench<MapStore | LogStore | BlockStore>, site: Site, act: Act): Costed {
  const { flash } = bench;
  const until = (most: Limits, each: () => string | undefined): string | number => {
    const start = flash.meter();
    for (let count = 0; count < most.updates; count++) {
      const { erases, readCalls } = between(start, flash.meter());
      if (erases >= most.erases || readCalls >= most.reads) return count;
      const error = each();
      if (error !== undefined) return `${error} at update ${count + 1}`;
    }
    return most.updates;
  };
  const warm = { erases: WARM_ROUNDS * site.pages, updates: MOST_WARM, reads: MOST_WARM_READS };
  const warmed = until(warm, () => step(bench, site, act).error);
  if (typeof warmed === 'string') return { why: warmed };
  const before = flash.meter();
  const erased = [...flash.cells.pageErases];
  const times: number[] = [];
  let [bytes, worst, worstErases, worstFlash] = [0, 0, 0, 0];
  const most = { erases: ROUNDS * site.pages, updates: MOST_UPDATES, reads: MOST_READS };
  const updates = until(most, () => {
    const { meter, error, bytes: more } = step(bench, site, act);
    times.push(meter.time / 1e6);
    bytes += more;
    if (meter.time > worst) [worst, worstErases] = [meter.time, meter.erases];
    worstFlash = Math.max(worstFlash, meter.time - meter.readCalls * site.part.storeRead);
    return error;
  });
  if (typeof updates === 'string') return { why: updates };
  return {
    ...{ updates, bytes, meter: between(before, flash.meter()), worstErases },
    pageErases: [...flash.cells.pageErases].map((count, page) => count - (erased[page] ?? 0)),
    mostPrograms: flash.mostPrograms,
    ...{ p50: percentile(times, 0.5), p99: percentile(times, 0.99), worst: worst / 1e6 },
    worstFlash: worstFlash / 1e6,
    ram: bench.store.ram(),
    violation: flash.cells.violation,
  };
}

/** An update, and what somebody who waits for it waits for; then idle work, where that is allowed. */
function step(
  bench: StoreBench<MapStore | LogStore | BlockStore>,
  { idle }: Site,
  act: Act,
): ReturnType<Act> & { readonly meter: Meter } {
  const { given, meter } = bench.measure(act);
  if (idle === true && 'put' in bench.store) rest(bench.store, MOST_PIECES);
  return { ...given, meter };
}

/** Does idle work until there is none left, so many pieces at most. */
export function rest(store: MapStore, most: number): void {
  for (let piece = 0; piece < most; piece++) {
    const outcome = store.collect === undefined ? undefined : runAtOnce(store.collect());
    if (outcome?.ok !== true || !outcome.value) return;
  }
}
