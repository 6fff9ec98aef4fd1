// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: how bad is the worst update, against how full the store is, and what helps?
 *
 * NON-TOCK. Values are replaced in any order at the storage interface of a store on an nRF52840, in three ways:
 * pages are compacted when an update needs room; in idle time before it does; or all at once, as stores do whose
 * garbage collection takes the whole area.
 */
import { assert } from '#kernel/assert';
import { Random } from '#kernel/random';
import type { Result } from '#kernel/result';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import { percentile } from '../report/columns.ts';
import {
  describeCosts,
  SPECIFICATION_COSTS,
  timeOf,
  type CostModel,
  type DeviceCosts,
} from './framework/cost-model.ts';
import type { Table } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';

const PAGES = 8;
const PAGE_SIZE = 4096;
const VALUE_BYTES = 16;
const ENTRY_WORDS = 1 + VALUE_BYTES / 4;
const OCCUPANCIES = [10, 30, 50, 70, 90] as const;
const UPDATES = 3000;
/** Updates before those that are measured, so that the log has gone round. */
const WARMING = 2000;

/** When pages are compacted. */
const STRATEGIES = {
  'as needed': 'one page at a time, in the update that needs room',
  'in idle time': 'one page at a time, after an update, when the next would need room',
  'whole area': 'every page, in the update that needs room',
} as const;
type Strategy = keyof typeof STRATEGIES;

interface Part {
  readonly strategy: Strategy;
  readonly occupancy: number;
  /** The user's, instead of the specification's. */
  readonly costs?: DeviceCosts | undefined;
}

interface Outcome extends Part {
  /** Of each update, ms. */
  readonly times: readonly number[];
  /** Erasures while somebody waited, and all. */
  readonly waitedFor: number;
  readonly erases: number;
}

function run({ strategy, occupancy, costs }: Part): Outcome {
  const bench = new Bench(occupancy, costs?.model ?? SPECIFICATION_COSTS);
  const update = UPDATE[strategy];
  for (let index = 0; index < WARMING; index++) update(bench);
  bench.begin();
  const times: number[] = [];
  let waitedFor = 0;
  for (let index = 0; index < UPDATES; index++) {
    const { time, erases } = update(bench);
    times.push(time);
    waitedFor += erases;
  }
  return { strategy, occupancy, times, waitedFor, erases: bench.erases };
}

/** What somebody who waits for an update waits for. */
interface Wait {
  readonly time: number;
  readonly erases: number;
}

const UPDATE: Readonly<Record<Strategy, (bench: Bench) => Wait>> = {
  'as needed': (bench) => bench.wait(() => bench.replace()),
  'in idle time': (bench) => {
    const wait = bench.wait(() => {
      bench.replace();
    });
    bench.compact(ENTRY_WORDS, PAGES);
    return wait;
  },
  'whole area': (bench) =>
    bench.wait(() => {
      const before = bench.erases;
      bench.replace();
      if (bench.erases > before) bench.compact(bench.free(), PAGES - 1);
    }),
};

/** A store with so many entries that it is as full as it is to be. */
class Bench {
  private readonly flash = new BufferStorage({
    wordSize: 4,
    pageSize: PAGE_SIZE,
    numPages: PAGES,
    maxWordWrites: 2,
    maxPageErases: 10_000,
  });
  private readonly store = new Store(this.flash);
  private readonly random = new Random(1);
  private readonly value = new Uint8Array(VALUE_BYTES);
  private readonly keys: number;
  private start = 0;

  constructor(
    occupancy: number,
    private readonly costs: CostModel,
  ) {
    this.run(this.store.boot());
    this.keys = Math.floor((this.free() * occupancy) / 100 / ENTRY_WORDS);
    for (let key = 0; key < this.keys; key++) this.run(this.store.insert(key, this.value));
  }

  /** Counts erasures from here on. */
  begin(): void {
    this.start = this.flash.counts.erases;
  }

  get erases(): number {
    return this.flash.counts.erases - this.start;
  }

  /** Words that live entries leave. */
  free(): number {
    const capacity = this.store.capacity();
    assert(capacity.ok, 'the store is not open');
    return capacity.value.total - capacity.value.used;
  }

  replace(): void {
    this.run(this.store.insert(this.random.below(this.keys), this.value));
  }

  /** Compacts until so many words can be written, at most so many pages. */
  compact(words: number, pages: number): void {
    for (let page = 0; page < pages; page++) {
      const before = this.erases;
      this.run(this.store.prepare(words));
      if (this.erases === before) return;
    }
  }

  wait(act: () => void): Wait {
    const before = this.counts();
    act();
    const after = this.counts();
    const counts = {
      readCalls: after.readCalls - before.readCalls,
      deadEntries: 0,
      wordsWritten: after.wordsWritten - before.wordsWritten,
      writeCalls: after.writeCalls - before.writeCalls,
      erases: after.erases - before.erases,
    };
    return { time: timeOf(counts, this.costs) / 1e3, erases: counts.erases };
  }

  private counts(): Omit<Parameters<typeof timeOf>[0], 'deadEntries'> {
    const { calls, emptyCalls } = this.store.reads();
    const { wordsWritten, writeCalls, erases } = this.flash.counts;
    return { readCalls: calls - emptyCalls, wordsWritten, writeCalls, erases };
  }

  private run(steps: Steps<Result<void, string>>): void {
    const result = runAtOnce(steps);
    assert(result.ok, result.ok ? '' : `the store answered ${result.error}`);
  }
}

const worst = ({ times }: Outcome): number => percentile(times, 1);

function tableOf(outcomes: readonly Outcome[]): Table {
  return {
    kind: 'table',
    title: `${UPDATES} replacements of ${VALUE_BYTES} B in any order, store of ${PAGES} pages of ${PAGE_SIZE} B`,
    columns: [
      { title: 'compaction' },
      { title: 'live', unit: '% of capacity' },
      { title: 'p50', unit: 'ms', digits: 1 },
      { title: 'p99', unit: 'ms', digits: 1 },
      { title: 'most', unit: 'ms', digits: 1 },
      { title: 'erasures waited for' },
      { title: 'erasures' },
    ],
    rows: outcomes.map((outcome) => {
      const { strategy, occupancy, times, waitedFor, erases } = outcome;
      const ranks = [percentile(times, 0.5), percentile(times, 0.99), worst(outcome)];
      return [strategy, occupancy, ...ranks, waitedFor, erases];
    }),
  };
}

function report(outcomes: readonly Outcome[], parts: readonly Part[]): StudyReport {
  const costs = parts[0]?.costs;
  const names = Object.keys(STRATEGIES) as Strategy[];
  const range = (strategy: Strategy): string => {
    const most = outcomes.filter((outcome) => outcome.strategy === strategy).map(worst);
    return `${Math.min(...most).toFixed(0)} to ${Math.max(...most).toFixed(0)} ms`;
  };
  return {
    answer:
      `Compacting as needed, the worst update takes ${range('as needed')}; prepared in idle time, ` +
      `${range('in idle time')}, and what is left is the store's reading; with the whole area at once, ` +
      `${range('whole area')}. The fuller the store, the more often a page is compacted.`,
    table: tableOf(outcomes),
    picture: {
      kind: 'lines',
      title: 'The worst update and the p99, against how full the store is',
      x: { title: 'live words, % of capacity' },
      y: { title: 'ms', scale: 'log' },
      series: names.flatMap((strategy) => {
        const own = outcomes.filter((outcome) => outcome.strategy === strategy);
        return [
          { name: `${strategy}, worst`, points: own.map((each) => [each.occupancy, worst(each)]) },
          {
            name: `${strategy}, p99`,
            points: own.map((each) => [each.occupancy, percentile(each.times, 0.99)]),
          },
        ] as { name: string; points: [number, number][] }[];
      }),
    },
    notes: [
      ...names.map((strategy) => `${strategy}: ${STRATEGIES[strategy]}.`),
      `${costs === undefined ? 'Costs of the specification (nrf52840-figures)' : `Costs: ${describeCosts(costs)}`}; ` +
        'the store itself compacts a page at a time, and "whole area" has it go on to the last page.',
      `Measured after ${WARMING} updates.`,
    ],
    checks: outcomes.flatMap((outcome) => checksOf(outcome)),
  };
}

function checksOf(outcome: Outcome): Check[] {
  const { strategy, occupancy, waitedFor } = outcome;
  const common = { expected: 0, tolerance: 0, measured: waitedFor };
  const what = `${strategy}, ${occupancy} %: erasures waited for`;
  if (strategy !== 'in idle time') return [];
  return [{ ...common, what, source: 'room for an update is made before it' }];
}

/** The study. */
export const LATENCY_TAIL = study<Part, Outcome>({
  name: 'latency-tail',
  question: 'How bad is the worst update, against how full the store is, and what helps?',
  takesCosts: true,
  parts: (_, costs) =>
    (Object.keys(STRATEGIES) as Strategy[]).flatMap((strategy) =>
      OCCUPANCIES.map((occupancy) => ({ strategy, occupancy, costs })),
    ),
  run,
  report,
});
