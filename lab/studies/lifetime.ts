// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: how many updates does a store of 80 KiB take before its flash is worn out?
 *
 * NON-TOCK. The store is updated until it answers that its life is over. Endurance is scaled down, in three steps
 * that show that life grows in proportion; `--full` takes the real one.
 */
import type { Result } from '#kernel/result';
import { Random } from '#kernel/random';
import { Store } from '#libraries/persistent-store/store';
import type { Steps } from '#libraries/store/storage';
import { updatesInLife } from './framework/closed-forms.ts';
import { wholeLife, type Life } from './framework/whole-life.ts';
import type { Table } from './framework/exhibit.ts';
import { study, type Check, type Scale, type StudyReport } from './framework/study.ts';

const PAGES = 20;
const PAGE_SIZE = 4096;
const ENDURANCE = 10_000;
const SCALED = [10, 20, 40] as const;
const UPDATES_A_DAY = 24 * 60;

type Step = (store: Store, index: number) => Steps<Result<void, string>>;

interface Workload {
  readonly fill: readonly Step[];
  /** Makes the updates of one life. */
  readonly update: () => Step;
  /** Words of an update: header and value. */
  readonly words: number;
  /** Words of entries that are never updated; undefined where that depends on chance. */
  readonly cold: number | undefined;
}

const COLD_KEYS = 180;
const COLD_WORDS = 51;
const WARM_KEYS = 64;

const cold: readonly Step[] = Array.from(
  { length: COLD_KEYS },
  (_, index) => (store: Store) => store.insert(100 + index, new Uint8Array(4 * (COLD_WORDS - 1))),
);

const WORKLOADS: Readonly<Record<string, Workload>> = {
  'a counter alone': { fill: [], update: () => counter, words: 2, cold: 0 },
  'a counter beside cold entries': {
    fill: cold,
    update: () => counter,
    words: 2,
    cold: COLD_KEYS * COLD_WORDS,
  },
  '64 keys of 16 B in any order': { fill: [], update: warm, words: 5, cold: undefined },
};

const four = new Uint8Array(4);
function counter(store: Store, index: number): Steps<Result<void, string>> {
  four[0] = index;
  return store.insert(1, four);
}

function warm(): Step {
  const random = new Random(1);
  const value = new Uint8Array(16);
  return (store, index) => {
    value[0] = index;
    return store.insert(random.below(WARM_KEYS), value);
  };
}

interface Part {
  readonly workload: string;
  readonly endurance: number;
}

interface Outcome extends Part, Life {}

function run({ workload, endurance }: Part): Outcome {
  const { fill, update } = workloadOf(workload);
  const shape = { pageSize: PAGE_SIZE, pages: PAGES, endurance };
  return {
    workload,
    endurance,
    ...wholeLife(shape, (storage) => new Store(storage), fill, update()),
  };
}

function workloadOf(name: string): Workload {
  const found = WORKLOADS[name];
  if (found === undefined) throw new Error(`there is no workload ${name}`);
  return found;
}

/** The middle of the closed form's bounds, and the words of the longest value that a store keeps room for. */
const LONGEST = 256;
function formula({ words, cold = 0 }: Workload, endurance: number): number {
  const shape = { pages: PAGES, pageSize: PAGE_SIZE, endurance };
  const { least, most } = updatesInLife(shape, { words, cold, longest: LONGEST });
  return (least + most) / 2;
}

const years = (updates: number): number => updates / UPDATES_A_DAY / 365;
/** To the real endurance, in proportion. */
const scaledUp = ({ updates, endurance }: Outcome): number =>
  (updates * (ENDURANCE + (PAGES - 1) / PAGES)) / (endurance + (PAGES - 1) / PAGES);

function tableOf(outcomes: readonly Outcome[]): Table {
  return {
    kind: 'table',
    title: 'A store of 20 pages of 4096 B, updated until its life is over',
    columns: [
      { title: 'workload' },
      { title: 'cycles a page' },
      { title: 'updates' },
      { title: 'formula' },
      { title: 'words written a word of update', digits: 3 },
      { title: 'erasures, least' },
      { title: 'most' },
      { title: 'at 10,000 cycles', unit: 'M', digits: 1 },
      { title: 'years at one a minute', digits: 0 },
    ],
    rows: outcomes.map((outcome) => {
      const { workload, endurance, updates, words, erasures } = outcome;
      const kind = workloadOf(workload);
      return [
        workload,
        endurance,
        updates,
        kind.cold === undefined ? null : Math.round(formula(kind, endurance)),
        words / (updates * kind.words),
        Math.min(...erasures),
        Math.max(...erasures),
        scaledUp(outcome) / 1e6,
        years(scaledUp(outcome)),
      ];
    }),
  };
}

function report(outcomes: readonly Outcome[]): StudyReport {
  const names = Object.keys(WORKLOADS);
  const longest = (name: string): Outcome | undefined =>
    outcomes.filter(({ workload }) => workload === name).at(-1);
  const millions = names.map((name) => {
    const outcome = longest(name);
    return outcome === undefined ? '' : `${(scaledUp(outcome) / 1e6).toFixed(1)} M (${name})`;
  });
  return {
    answer:
      `With ${ENDURANCE.toLocaleString('en')} cycles a page: ${millions.join(', ')}. Life grows in proportion to ` +
      'endurance, all pages are worn alike to one cycle, and what costs life is what compaction copies.',
    table: tableOf(outcomes),
    picture: {
      kind: 'lines',
      title: 'Updates in a life, against the cycles of a page',
      x: { title: 'cycles a page' },
      y: { title: 'updates' },
      series: names.map((name) => ({
        name,
        points: outcomes
          .filter(({ workload }) => workload === name)
          .map(({ endurance, updates }) => [endurance, updates] as const),
      })),
    },
    more: [
      {
        kind: 'heat',
        title: 'Wear at the end of a life: erasures of each page',
        unit: 'erasures',
        columns: Array.from({ length: PAGES }, (_, page) => String(page)),
        rows: outcomes.map(({ workload, endurance, erasures }) => ({
          name: `${workload}, ${endurance}`,
          values: erasures,
        })),
      },
    ],
    notes: [
      `cold entries: ${COLD_KEYS} of ${COLD_WORDS} words with their headers, written once. They are copied every 18 ` +
        'or 19 pages, and the formula is the mean of the two.',
      'An update that replaces also marks the entry before as deleted and wipes it: words that are written a second ' +
        'time, which wears nothing.',
    ],
    checks: outcomes.flatMap((outcome) => checksOf(outcome, outcomes)),
  };
}

function checksOf(outcome: Outcome, outcomes: readonly Outcome[]): Check[] {
  const { workload, endurance, updates } = outcome;
  const kind = workloadOf(workload);
  const what = `${workload}, ${endurance} cycles: updates`;
  const first = outcomes.find((other) => other.workload === workload);
  const checks: Check[] = [];
  if (kind.cold !== undefined) {
    const expected = formula(kind, endurance);
    checks.push({
      what,
      expected,
      measured: updates,
      tolerance: kind.cold === 0 ? 0.002 : 0.03,
      source: 'closed form',
    });
  }
  if (first !== undefined && first !== outcome) {
    checks.push({
      what: `${what}, scaled to the full endurance`,
      expected: scaledUp(first),
      measured: scaledUp(outcome),
      tolerance: 0.02,
      source: 'proportion to the life with fewer cycles',
    });
  }
  return checks;
}

/** The study. */
export const LIFETIME = study<Part, Outcome>({
  name: 'lifetime',
  question: 'How many updates does a store of 80 KiB take before its flash is worn out?',
  parts: (scale: Scale) =>
    Object.keys(WORKLOADS).flatMap((workload) =>
      (scale === 'full' ? [...SCALED, ENDURANCE] : SCALED).map((endurance) => ({
        workload,
        endurance,
      })),
    ),
  run,
  report,
});
