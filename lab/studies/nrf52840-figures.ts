// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: do we get the figures that were published for the store on an nRF52840?
 *
 * NON-TOCK. The specification of OpenSK's store gives a table; its latency example was run on a DK at three
 * revisions. The scenario is that example, re-made (`framework/store-latency.ts`).
 */
import {
  COST_NAMES,
  describeCosts,
  SPECIFICATION_COSTS,
  timeOf,
  type CostModel,
  type Counts,
  type DeviceCosts,
} from './framework/cost-model.ts';
import { fit, type Fit } from './framework/fit.ts';
import { onBoard } from './framework/on-board.ts';
import {
  LATENCY_OPERATIONS,
  storeLatency,
  type LatencyOperation,
  type LatencyScenario,
} from './framework/store-latency.ts';
import type { Table } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';

const PAGES = 20;
const PAGE_SIZE = 4096;

/** The two stores of the example. */
const FILLINGS = {
  '50 words': { pages: PAGES, pageSize: PAGE_SIZE, words: 50, keys: 'distinct' },
  '1 word, overwritten': { pages: PAGES, pageSize: PAGE_SIZE, words: 1, keys: 'same' },
} as const satisfies Record<string, LatencyScenario>;
type Filling = keyof typeof FILLINGS;

interface Part {
  readonly filling: Filling;
  readonly operation: LatencyOperation;
  /** The user's, beside the others. */
  readonly costs?: DeviceCosts | undefined;
}

interface Outcome extends Part {
  readonly counts: Counts;
  /** End to end, from an app's call to its answer (a boot: from power-on), ms. */
  readonly endToEnd: number;
}

/** The specification's own figures, ms: "between 20 and 200", "between 100 and 150". */
const SPECIFICATION: Readonly<Record<Filling, Partial<Record<LatencyOperation, number>>>> = {
  '50 words': { boot: 20, compaction: 150 },
  '1 word, overwritten': { boot: 200, compaction: 100 },
};

type Published = Readonly<Record<Filling, Readonly<Record<LatencyOperation, number>>>>;

/** What the example printed on a DK, ms, in the order boot, compaction, insert, remove. */
const DEVICE: Readonly<Record<string, Published>> = {
  'December 2020': published([7.8, 135.7, 9.9, 4.0], [183.3, 90.9, 4.8, 2.3]),
  'August 2021': published([16.1, 141.1, 18.1, 8.2], [288.2, 97.3, 9.3, 4.6]),
  'July 2022': published([18.6, 145.8, 21.0, 9.8], [335.8, 100.6, 11.7, 5.7]),
};
const LATEST = 'July 2022';

type Four = readonly [boot: number, compaction: number, insert: number, remove: number];

function published(long: Four, short: Four): Published {
  const named = ([boot, compaction, insert, remove]: Four): Published[Filling] => {
    return { boot, compaction, insert, remove };
  };
  return { '50 words': named(long), '1 word, overwritten': named(short) };
}

/** "Within 10 %" is what a model of a device has to reach. */
const TOLERANCE = 0.1;
/** The specification's figures are round: 20, 100, 150, 200. */
const ROUND_TOLERANCE = 0.15;

function run({ filling, operation }: Part): Outcome {
  const { counts, image, call } = storeLatency(FILLINGS[filling])[operation];
  const calls = call === undefined ? [] : [call];
  const { ready, costs } = onBoard({
    board: 'nrf52840dk',
    storePages: PAGES,
    image,
    calls,
    valueByte: 0, // as the example's values
  });
  return { filling, operation, counts, endToEnd: (costs[0]?.time ?? ready) / 1e3 };
}

function report(outcomes: readonly Outcome[], parts: readonly Part[]): StudyReport {
  const costs = parts[0]?.costs;
  const fits = Object.entries(DEVICE).map(([date, table]) => ({
    date,
    fit: fitted(outcomes, table),
  }));
  const latest = fits.find(({ date }) => date === LATEST)?.fit;
  if (latest === undefined) throw new Error('the latest table is missing');
  return {
    answer:
      'Yes. With the costs of the specification the model gives its round figures. The figures of the device ' +
      'need two costs of software instead of one: a read call, and the check of a dead entry at boot; with ' +
      'those, every published figure of the three revisions is met to within ' +
      `${percent(Math.max(...fits.map((each) => each.fit.worst)))} %.`,
    table: mainTable(outcomes, latest, costs),
    picture: {
      kind: 'bars',
      title: 'Time of an operation, ms',
      y: { title: 'ms', scale: 'log' },
      stacked: false,
      groups: outcomes.map(({ filling, operation }) => `${operation}, ${filling}`),
      series: [
        { name: 'specification costs', values: outcomes.map(specified) },
        { name: 'app to cells', values: outcomes.map(({ endToEnd }) => endToEnd) },
        { name: 'fitted costs', values: outcomes.map((each) => modelled(each, latest.model)) },
        { name: `device, ${LATEST}`, values: outcomes.map((each) => device(each, LATEST)) },
        ...(costs === undefined ? [] : [seriesOf(costs, outcomes)]),
      ],
    },
    more: [countTable(outcomes), fitTable(fits), deviationTable(outcomes, fits)],
    notes: costs === undefined ? NOTES : [...NOTES, `${describeCosts(costs)}.`],
    checks: [...specificationChecks(outcomes), ...deviceChecks(outcomes, fits)],
  };
}

const specified = ({ counts }: Outcome): number => timeOf(counts, SPECIFICATION_COSTS) / 1e3;
const modelled = ({ counts }: Outcome, model: CostModel): number => timeOf(counts, model) / 1e3;
const device = ({ filling, operation }: Part, date: string): number =>
  DEVICE[date]?.[filling][operation] ?? NaN;
const percent = (share: number): string => (100 * share).toFixed(1);

/** The two software costs that explain a table of the device; flash and system calls as specified. */
function fitted(outcomes: readonly Outcome[], table: Published): Fit {
  const observations = outcomes.map(({ filling, operation, counts }) => ({
    name: `${operation}, ${filling}`,
    counts,
    microseconds: 1e3 * table[filling][operation],
  }));
  const found = fit(observations, SPECIFICATION_COSTS, ['readCalls', 'deadEntries']);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** What the user's own costs give. */
function seriesOf(
  { device, model }: DeviceCosts,
  outcomes: readonly Outcome[],
): { readonly name: string; readonly values: readonly number[] } {
  return { name: device, values: outcomes.map((each) => modelled(each, model)) };
}

function mainTable(
  outcomes: readonly Outcome[],
  latest: Fit,
  costs: DeviceCosts | undefined,
): Table {
  return {
    kind: 'table',
    title: 'Store of 20 pages of 4096 B: published figures and ours, ms',
    columns: [
      { title: 'operation' },
      { title: 'entries' },
      { title: 'specified', digits: 0 },
      { title: 'its costs', digits: 1 },
      { title: 'app to cells', digits: 1 },
      { title: `device, ${LATEST}`, digits: 1 },
      { title: 'fitted costs', digits: 1 },
      { title: 'off by', unit: '%', digits: 1 },
      ...(costs === undefined ? [] : [{ title: costs.device, digits: 1 }]),
    ],
    rows: outcomes.map((each) => [
      each.operation,
      each.filling,
      SPECIFICATION[each.filling][each.operation] ?? null,
      specified(each),
      each.endToEnd,
      device(each, LATEST),
      modelled(each, latest.model),
      100 * (modelled(each, latest.model) / device(each, LATEST) - 1),
      ...(costs === undefined ? [] : [modelled(each, costs.model)]),
    ]),
  };
}

function countTable(outcomes: readonly Outcome[]): Table {
  return {
    kind: 'table',
    title: 'What each operation asks at the storage interface',
    columns: [
      { title: 'operation' },
      { title: 'entries' },
      { title: 'read calls' },
      { title: 'dead entries' },
      { title: 'words written' },
      { title: 'write calls' },
      { title: 'erasures' },
    ],
    rows: outcomes.map(({ operation, filling, counts }) => [
      operation,
      filling,
      ...COST_NAMES.map((name) => counts[name]),
    ]),
  };
}

function fitTable(fits: readonly { readonly date: string; readonly fit: Fit }[]): Table {
  return {
    kind: 'table',
    title: 'The software costs that explain each table of the device',
    columns: [
      { title: 'revision' },
      { title: 'a read call', unit: 'µs', digits: 2 },
      { title: 'a dead entry at boot', unit: 'µs', digits: 2 },
      { title: 'rms', unit: '%', digits: 1 },
      { title: 'worst', unit: '%', digits: 1 },
    ],
    rows: fits.map(({ date, fit: { model, rms, worst } }) => [
      date,
      model.readCalls,
      model.deadEntries,
      100 * rms,
      100 * worst,
    ]),
  };
}

function deviationTable(
  outcomes: readonly Outcome[],
  fits: readonly { readonly date: string; readonly fit: Fit }[],
): Table {
  return {
    kind: 'table',
    title: 'Every published figure of the device, ms, and how far the fitted model is off',
    columns: [
      { title: 'operation' },
      { title: 'entries' },
      ...fits.flatMap(({ date }) => [
        { title: date, digits: 1 },
        { title: 'off by', unit: '%', digits: 1 },
      ]),
    ],
    rows: outcomes.map((each) => [
      each.operation,
      each.filling,
      ...fits.flatMap(({ date, fit: { model } }) => [
        device(each, date),
        100 * (modelled(each, model) / device(each, date) - 1),
      ]),
    ]),
  };
}

const NOTES = [
  'Costs of the specification: read call 11 µs, word 41 µs, page 85 ms, system call 85 µs; two system calls a ' +
    'write and one an erasure, as the driver of 2020 made them.',
  '"App to cells" is the simulated board: one command an operation, because the store is a capsule there; a read ' +
    'call of the store is charged 11 µs, and the app makes 2 to 5 system calls.',
  '"Inserting and removing is similar to booting" held before December 2020, when OpenSK kept no list of entries ' +
    'in RAM. Since then it holds for an insertion beside long entries only.',
  'The second software cost: at boot each dead entry is checked to be wiped. With one cost for both, boot with ' +
    'overwritten entries comes out too short and everything else too long.',
  'Two costs are fitted to eight figures of a revision; the dead entries take part in one of the eight, so that ' +
    'one is met exactly and says nothing. The counts of mid-2021 are those of today: what changed since then is ' +
    'the compiler and what is around the store.',
];

function specificationChecks(outcomes: readonly Outcome[]): Check[] {
  return outcomes.flatMap((each) => {
    const expected = SPECIFICATION[each.filling][each.operation];
    if (expected === undefined) return [];
    const common = {
      expected,
      tolerance: ROUND_TOLERANCE,
      source: 'store specification, round figure',
    };
    const what = `${each.operation}, ${each.filling}, ms`;
    return [
      { ...common, what: `${what}, storage interface`, measured: specified(each) },
      { ...common, what: `${what}, app to cells`, measured: each.endToEnd },
    ];
  });
}

function deviceChecks(
  outcomes: readonly Outcome[],
  fits: readonly { readonly date: string; readonly fit: Fit }[],
): Check[] {
  return fits.flatMap(({ date, fit: { model } }) =>
    outcomes.map((each) => ({
      what: `${each.operation}, ${each.filling}, ms`,
      expected: device(each, date),
      measured: modelled(each, model),
      tolerance: TOLERANCE,
      source: `OpenSK's latency example on a DK, ${date}`,
    })),
  );
}

/** The study. */
export const NRF52840_FIGURES = study<Part, Outcome>({
  name: 'nrf52840-figures',
  question: 'Do we get the figures that were published for the store on an nRF52840?',
  takesCosts: true,
  parts: (_, costs) =>
    (Object.keys(FILLINGS) as Filling[]).flatMap((filling) =>
      LATENCY_OPERATIONS.map((operation) => ({ filling, operation, costs })),
    ),
  run,
  report,
});
