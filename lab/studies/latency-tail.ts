// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: how bad is the worst update, against how full the store is, and what helps?
 *
 * NON-TOCK. Values are replaced in any order, in three ways: pages are compacted when an update needs room; in idle
 * time before it does; or all at once, as stores do whose garbage collection takes the whole area. The store runs
 * alone, on flash with the times of each chip.
 */
import { assert } from '#kernel/assert';
import { Random } from '#kernel/random';
import type { Result } from '#kernel/result';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import { percentile } from '../report/columns.ts';
import { VALUE_BYTE, type BoardName } from './framework/on-board.ts';
import { flashOfBoard, type TimedFlash } from './framework/timed-flash.ts';
import type { Lines, Table } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';

const STORE_BYTES = 32 * 1024;
const BOARDS = ['nrf52840dk', 'earlgrey'] as const satisfies readonly BoardName[];
const VALUE_BYTES = 16;
const ENTRY_WORDS = 1 + VALUE_BYTES / 4;
const OCCUPANCIES = [10, 30, 50, 70, 90] as const;
/** Updates that are measured, with each of so many seeds. */
const UPDATES = 1000;
const SEEDS = [1, 2, 3] as const;
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
  readonly board: BoardName;
  readonly strategy: Strategy;
  readonly occupancy: number;
  readonly seed: number;
}

interface Outcome extends Part {
  /** Of each update, ms. */
  readonly times: readonly number[];
  /** Erasures while somebody waited, and all. */
  readonly waitedFor: number;
  readonly erases: number;
}

function run(part: Part): Outcome {
  const { strategy } = part;
  const bench = new Bench(part);
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
  return { ...part, times, waitedFor, erases: bench.erases };
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
    bench.compact(ENTRY_WORDS, bench.pages);
    return wait;
  },
  'whole area': (bench) =>
    bench.wait(() => {
      const before = bench.erases;
      bench.replace();
      if (bench.erases > before) bench.compact(bench.free(), bench.pages - 1);
    }),
};

/** A store with so many entries that it is as full as it is to be. */
class Bench {
  private readonly flash: TimedFlash;
  private readonly store: Store;
  private readonly random: Random;
  private readonly value = new Uint8Array(VALUE_BYTES).fill(VALUE_BYTE);
  private readonly keys: number;
  private start = 0;

  constructor({ board, occupancy, seed }: Part) {
    this.flash = flashOfBoard(board, STORE_BYTES);
    this.store = new Store(this.flash);
    this.random = new Random(seed);
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

  get pages(): number {
    return this.flash.numPages;
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
    const before = { time: this.time(), erases: this.erases };
    act();
    return { time: (this.time() - before.time) / 1e6, erases: this.erases - before.erases };
  }

  /** Time of the flash and of the store's reads, ns. */
  private time(): number {
    const { calls, emptyCalls } = this.store.reads();
    return this.flash.busy + (calls - emptyCalls) * this.flash.clock.read;
  }

  private run(steps: Steps<Result<void, string>>): void {
    const result = runAtOnce(steps);
    assert(result.ok, result.ok ? '' : `the store answered ${result.error}`);
  }
}

const worst = ({ times }: Pick<Outcome, 'times'>): number => percentile(times, 1);

/** The outcomes of all seeds as one. */
function pooled(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes
    .filter(({ seed }) => seed === SEEDS[0])
    .map((first) => {
      const all = outcomes.filter((each) => isLike(each, first));
      return {
        ...first,
        times: all.flatMap(({ times }) => times),
        waitedFor: all.reduce((sum, each) => sum + each.waitedFor, 0),
        erases: all.reduce((sum, each) => sum + each.erases, 0),
      };
    });
}

/** Whether two outcomes differ by their seed only. */
function isLike(one: Part, other: Part): boolean {
  const { board, strategy, occupancy } = other;
  return one.board === board && one.strategy === strategy && one.occupancy === occupancy;
}

function tableOf(outcomes: readonly Outcome[]): Table {
  return {
    kind: 'table',
    title:
      `${(UPDATES * SEEDS.length).toLocaleString('en')} replacements of ${VALUE_BYTES} B in any order, store of ` +
      `${STORE_BYTES / 1024} KiB`,
    columns: [
      { title: 'board' },
      { title: 'compaction' },
      { title: 'live', unit: '% of capacity' },
      { title: 'p50', unit: 'ms', digits: 1 },
      { title: 'p99', unit: 'ms', digits: 1 },
      { title: 'most', unit: 'ms', digits: 1 },
      { title: 'erasures waited for' },
      { title: 'erasures' },
    ],
    rows: outcomes.map((outcome) => {
      const { board, strategy, occupancy, times, waitedFor, erases } = outcome;
      const ranks = [percentile(times, 0.5), percentile(times, 0.99), worst(outcome)];
      return [board, strategy, occupancy, ...ranks, waitedFor, erases];
    }),
  };
}

const NAMES = Object.keys(STRATEGIES) as Strategy[];

function pictureOf(outcomes: readonly Outcome[], board: BoardName): Lines {
  return {
    kind: 'lines',
    title: `The worst update and the p99, against how full the store is: ${board}`,
    x: { title: 'live words, % of capacity' },
    y: { title: 'ms', scale: 'log' },
    series: NAMES.flatMap((strategy) => {
      const own = outcomes.filter((each) => each.board === board && each.strategy === strategy);
      const line = (rank: number): (readonly [number, number])[] =>
        own.map(({ occupancy, times }) => [occupancy, percentile(times, rank)] as const);
      return [
        { name: `${strategy}, worst`, points: line(1) },
        { name: `${strategy}, p99`, points: line(0.99) },
      ];
    }),
  };
}

function report(outcomes: readonly Outcome[]): StudyReport {
  const all = pooled(outcomes);
  const range = (board: BoardName, strategy: Strategy): string => {
    const most = all
      .filter((each) => each.board === board && each.strategy === strategy)
      .map(worst);
    return `${Math.min(...most).toFixed(0)} to ${Math.max(...most).toFixed(0)} ms`;
  };
  const both = (strategy: Strategy): string =>
    `${range('nrf52840dk', strategy)} (Earl Grey: ${range('earlgrey', strategy)})`;
  return {
    answer:
      `Compacting as needed, the worst update takes ${both('as needed')}; prepared in idle time, ` +
      `${both('in idle time')}, and what is left is the store's reading; with the whole area at once, ` +
      `${both('whole area')}. The fuller the store, the more often a page is compacted.`,
    table: tableOf(all),
    picture: pictureOf(all, 'nrf52840dk'),
    more: [pictureOf(all, 'earlgrey')],
    notes: [
      ...NAMES.map((strategy) => `${strategy}: ${STRATEGIES[strategy]}.`),
      'The store itself compacts a page at a time; "whole area" has it go on to the last page. Time is that of flash and ' +
        "of the store's reads; an app's system calls come on top, 0.2 to 0.4 ms.",
      `Measured after ${WARMING} updates, with ${SEEDS.length} seeds.`,
    ],
    checks: [...all.flatMap(idleCheck), ...outcomes.flatMap((each) => seedChecks(each, all))],
  };
}

function idleCheck({ board, strategy, occupancy, waitedFor }: Outcome): Check[] {
  if (strategy !== 'in idle time') return [];
  return [
    {
      what: `${board}, ${strategy}, ${occupancy} %: erasures waited for`,
      expected: 0,
      measured: waitedFor,
      tolerance: 0,
      source: 'room for an update is made before it',
    },
  ];
}

/** No seed is special: what one finds is what all find. */
function seedChecks(outcome: Outcome, all: readonly Outcome[]): Check[] {
  const { board, strategy, occupancy, seed, times } = outcome;
  const pool = all.find((each) => isLike(each, outcome));
  if (pool === undefined) return [];
  const what = `${board}, ${strategy}, ${occupancy} %, seed ${seed}: `;
  const common = { source: 'all seeds together' };
  return [
    {
      ...common,
      what: `${what}p50, ms`,
      expected: percentile(pool.times, 0.5),
      measured: percentile(times, 0.5),
      tolerance: 0.1,
    },
    {
      ...common,
      what: `${what}most, ms`,
      expected: worst(pool),
      measured: worst(outcome),
      tolerance: 0.15,
    },
  ];
}

/** The study. */
export const LATENCY_TAIL = study<Part, Outcome>({
  name: 'latency-tail',
  question: 'How bad is the worst update, against how full the store is, and what helps?',
  parts: () =>
    BOARDS.flatMap((board) =>
      NAMES.flatMap((strategy) =>
        OCCUPANCIES.flatMap((occupancy) =>
          SEEDS.map((seed) => {
            return { board, strategy, occupancy, seed };
          }),
        ),
      ),
    ),
  run,
  report,
});
