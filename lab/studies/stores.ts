// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: what does an update cost in each store, on the same flash and under the same load?
 *
 * NON-TOCK. Every store of the registry runs the same operations from one seed on 8 pages of an nRF52840 and of Earl Grey,
 * first until its pages have been erased once each, then until they have been thrice more. What crosses the bus is
 * counted, never what a store says of itself.
 */
import { STORES, storeOf } from '#libraries/stores';
import { PARTS, type StudyPart } from './workload/parts.ts';
import type { Table, Value } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';
import {
  costOfBlock,
  costOfLog,
  costOfMap,
  erases,
  isCost,
  words,
  type Cost,
  type Costed,
} from './stores/bench.ts';
import { LOG_LOAD, MAP_LOADS, type LoadName } from './stores/loads.ts';
import {
  FIGURE_TITLES,
  PREDICTIONS,
  TOLERANCE,
  compared,
  isNear,
  predictionTable,
  reasonOf,
  type Compared,
} from './stores/predictions.ts';

const PAGES = 8;
const DEVICES = ['nrf52840', 'earlgrey'] as const;
type Device = (typeof DEVICES)[number];

const LOADS = [...(Object.keys(MAP_LOADS) as LoadName[]), 'G'] as const;
type Load = (typeof LOADS)[number];

interface Part {
  readonly store: string;
  readonly device: Device;
  readonly load: Load;
  /** With idle work after each update. */
  readonly idle: boolean;
}

interface Outcome extends Part {
  readonly cost: Costed;
}

function partOf(device: Device): StudyPart {
  const found = PARTS[device];
  if (found === undefined) throw new Error(`there is no part ${device}`);
  return found;
}

function run(part: Part): Outcome {
  const { store, device, load, idle } = part;
  const definition = storeOf(store);
  const site = { part: partOf(device), pages: PAGES, idle };
  if (definition?.kind === 'map' && load !== 'G') {
    return { ...part, cost: costOfMap(definition, site, MAP_LOADS[load]) };
  }
  if (definition?.kind === 'log') return { ...part, cost: costOfLog(definition, site) };
  if (definition?.kind === 'block') return { ...part, cost: costOfBlock(definition, site) };
  throw new Error(`${store} cannot run ${load}`);
}

/** Workloads that Earl Grey runs, too. */
const EARLGREY_LOADS: readonly Load[] = ['A', 'C', 'E'];
/** Stores that cost what another does, but for a rule or two: they run A alone. */
const VARIANT = /-(literal|upstream|first)$/;

/** Which stores a workload is for. */
function parts(): Part[] {
  return STORES.flatMap(({ kind, name: store }) => {
    const run = (device: Device, load: Load, idle = false): Part => ({ store, device, load, idle });
    if (kind !== 'map') return DEVICES.map((device) => run(device, 'G'));
    const loads = VARIANT.test(store) ? (['A'] as const) : LOADS.filter((load) => load !== 'G');
    return [
      ...loads.map((load) => run('nrf52840', load)),
      ...loads.filter((load) => EARLGREY_LOADS.includes(load)).map((load) => run('earlgrey', load)),
      run('nrf52840', 'A', true),
    ];
  });
}

// --- Figures -----------------------------------------------------------------------------------

const spread = ({ pageErases }: Cost): number =>
  (Math.max(...pageErases) * pageErases.length) / pageErases.reduce((sum, each) => sum + each, 0);
/** Updates, in millions, until the page that wears most has no cycles left. */
function life({ updates, pageErases }: Cost, device: Device): number {
  const cycles = partOf(device).sheet.erasesPerPage.value;
  return (updates * cycles) / Math.max(...pageErases) / 1e6;
}

/** Outcomes by what they are of. */
class Outcomes {
  constructor(private readonly all: readonly Outcome[]) {}

  of(store: string, load: Load, device: Device = 'nrf52840', idle = false): Costed | undefined {
    return this.all.find(
      (each) =>
        each.store === store && each.load === load && each.device === device && each.idle === idle,
    )?.cost;
  }
}

// --- Tables ------------------------------------------------------------------------------------

function fullTable(outcomes: Outcomes): Table {
  return {
    kind: 'table',
    title: `Workload A on an nRF52840, ${PAGES} pages of 4096 B`,
    columns: [
      { title: 'store' },
      { title: 'words an update', digits: 2 },
      { title: 'of them again', digits: 2 },
      { title: 'words a word of value', digits: 2 },
      { title: 'erasures in 1000', digits: 2 },
      { title: 'most worn page: mean', digits: 2 },
      { title: 'life', unit: 'M updates', digits: 2 },
      { title: 'p50', unit: 'ms', digits: 2 },
      { title: 'p99', unit: 'ms', digits: 1 },
      { title: 'max', unit: 'ms', digits: 1 },
      { title: 'max with idle work', unit: 'ms', digits: 1 },
      { title: 'programs a word' },
      { title: 'RAM', unit: 'B' },
    ],
    rows: mapNames().map((store) => fullRow(store, outcomes)),
  };
}

const mapNames = (): string[] =>
  STORES.filter(({ kind }) => kind === 'map').map(({ name }) => name);

function fullRow(store: string, outcomes: Outcomes): Value[] {
  const cost = outcomes.of(store, 'A');
  if (cost === undefined || !isCost(cost)) {
    return [`${store}: ${cost?.why ?? ''}`, ...Array.from({ length: 12 }, () => null)];
  }
  const { meter, updates, bytes, p50, p99, worst, mostPrograms, ram } = cost;
  const idle = outcomes.of(store, 'A', 'nrf52840', true);
  return [
    ...[store, words(cost), meter.programsAgain / updates, (4 * meter.programs) / bytes],
    ...[erases(cost), spread(cost), life(cost, 'nrf52840'), p50, p99, worst],
    idle !== undefined && isCost(idle) ? idle.worst : null,
    ...[mostPrograms, ram.fixed + ram.content],
  ];
}

/** One figure of all stores under all workloads. */
function matrix(
  title: string,
  device: Device,
  outcomes: Outcomes,
  { digits, figure }: { digits: number; figure: (cost: Cost) => number },
): Table {
  return {
    kind: 'table',
    title,
    columns: [{ title: 'store' }, ...LOADS.map((load) => ({ title: load, digits }))],
    rows: STORES.map(({ name }) => [
      name,
      ...LOADS.map((load) => {
        const cost = outcomes.of(name, load, device);
        if (cost === undefined) return null;
        return isCost(cost) ? figure(cost) : 'none';
      }),
    ]),
  };
}

function matrices(outcomes: Outcomes): Table[] {
  const nrf = 'nRF52840';
  const earlGrey = `Earl Grey, ${PAGES} pages of 2048 B`;
  return [
    matrix(`Words programmed an update, ${nrf}`, 'nrf52840', outcomes, {
      digits: 1,
      figure: words,
    }),
    matrix(`Erasures in 1000 updates, ${nrf}`, 'nrf52840', outcomes, { digits: 2, figure: erases }),
    matrix(`Life, millions of updates, ${nrf}`, 'nrf52840', outcomes, {
      digits: 2,
      figure: (cost) => life(cost, 'nrf52840'),
    }),
    matrix(`Longest update, ms, ${nrf}`, 'nrf52840', outcomes, {
      digits: 0,
      figure: ({ worst }) => worst,
    }),
    matrix(`Words programmed an update, ${earlGrey}`, 'earlgrey', outcomes, {
      digits: 1,
      figure: words,
    }),
    matrix(`Erasures in 1000 updates, ${earlGrey}`, 'earlgrey', outcomes, {
      digits: 2,
      figure: erases,
    }),
  ];
}

function checksOf(rows: readonly Compared[], outcomes: Outcomes): Check[] {
  const unexplained = rows.filter((row) => isNear(row) || row.why === undefined);
  return [
    ...unexplained.map(({ store, load, name, expected, measured }) => ({
      what: `${store}, ${load}: ${FIGURE_TITLES[name]}`,
      ...{ expected, measured, tolerance: TOLERANCE },
      source: 'a model on paper',
    })),
    ...PREDICTIONS.filter(({ figures }) => figures === 'does not fit').flatMap(
      ({ store, load }): Check[] => {
        const cost = outcomes.of(store, load);
        if (cost === undefined) return [];
        const what = `${store}, ${load}: fits (1) or does not (0)`;
        const source = 'a model on paper';
        return [{ what, expected: 0, measured: isCost(cost) ? 1 : 0, tolerance: 0, source }];
      },
    ),
    ...STORES.flatMap(({ name }) => lawful(name, outcomes)),
  ];
}

/** No store breaks a rule of the flash, or programs a word more often than it claims. */
function lawful(store: string, outcomes: Outcomes): Check[] {
  const costs = LOADS.flatMap((load) => outcomes.of(store, load) ?? []).filter(isCost);
  const most = Math.max(...costs.map(({ mostPrograms }) => mostPrograms));
  const claimed = storeOf(store)?.claim.programsPerWord ?? 0;
  const broken = costs.filter(({ violation }) => violation !== undefined).length;
  const source = 'its claim';
  return [
    {
      what: `${store}: programs of a word beyond its claim`,
      ...{ expected: 0, measured: Math.max(0, most - claimed), tolerance: 0, source },
    },
    {
      what: `${store}: workloads in which it broke a rule of flash`,
      ...{ expected: 0, measured: broken, tolerance: 0, source },
    },
  ];
}

// --- The report --------------------------------------------------------------------------------

function report(all: readonly Outcome[]): StudyReport {
  const outcomes = new Outcomes(all);
  const rows = compared((store, load) => outcomes.of(store, load));
  const fitting = mapNames().filter((name) => {
    const cost = outcomes.of(name, 'A');
    return cost !== undefined && isCost(cost);
  });
  return {
    answer: answerOf(outcomes, fitting),
    table: fullTable(outcomes),
    picture: {
      kind: 'bars',
      title: 'Life of 8 pages of 4096 B with 10,000 cycles each: millions of updates',
      y: { title: 'millions of updates', scale: 'log' },
      stacked: false,
      groups: fitting,
      series: (['A', 'B', 'D', 'E'] as const).map((load) => ({
        name: load,
        values: fitting.map((name) => {
          const cost = outcomes.of(name, load);
          return cost !== undefined && isCost(cost) ? life(cost, 'nrf52840') : 0;
        }),
      })),
    },
    more: [...matrices(outcomes), ...(rows.length > 0 ? [predictionTable(rows)] : [])],
    notes: notesOf(all, rows),
    checks: checksOf(rows, outcomes),
  };
}

function answerOf(outcomes: Outcomes, names: readonly string[]): string {
  const lives = names
    .flatMap((name) => {
      const cost = outcomes.of(name, 'A');
      return cost !== undefined && isCost(cost) ? [{ name, cost }] : [];
    })
    .sort((one, other) => erases(one.cost) - erases(other.cost));
  const each = lives.map(({ name, cost }) => `${name} ${erases(cost).toFixed(1)}`);
  return (
    `Replacing one of 64 values of 16 B in any order, erasures in 1000 updates: ${each.join(', ')}. ` +
    'What an update costs beyond its own words is what the store copies to free a page, and what it programs again.'
  );
}

function notesOf(all: readonly Outcome[], rows: readonly Compared[]): string[] {
  const loads = (Object.keys(MAP_LOADS) as LoadName[]).map(
    (name) => `${name}: ${MAP_LOADS[name].what}`,
  );
  const refusals = refusalsOf(all);
  const reasons = [...new Set(rows.filter((row) => !isNear(row)).map(reasonOf))];
  return [
    `${loads.join('; ')}; G: ${LOG_LOAD}; a block store has them written one after the other, and is erased when it is full. A store without updates of several keys makes those of I one by one.`,
    'Times are those of the part: each word, each erasure, and 11 µs of software for each read call that the store ' +
      'makes (0 on Earl Grey); no system call. RAM is what the algorithm needs beside the stack, as it is at the end.',
    `Variants of a store (-literal, -upstream, -first) run A alone, and Earl Grey ${EARLGREY_LOADS.join(', ')} and G. A measurement ` +
      'ends earlier for a store that has made 1.5 million reads.',
    'Idle work is what a store does in `collect` after an update, which nobody waits for.',
    ...refusals,
    ...reasons,
  ];
}

/** What a store cannot run, a sentence each. */
function refusalsOf(all: readonly Outcome[]): string[] {
  const byStore = new Map<string, string[]>();
  for (const { store, device, load, idle, cost } of all) {
    if (isCost(cost) || idle) continue;
    const list = byStore.get(store) ?? [];
    list.push(`${load} on ${device}, ${cost.why}`);
    byStore.set(store, list);
  }
  return Array.from(byStore, ([store, list]) => `${store} has none for ${list.join('; ')}.`);
}

/** The study. */
export const STORES_STUDY = study<Part, Outcome>({
  name: 'stores',
  question: 'What does an update cost in each store, on the same flash and under the same load?',
  parts,
  run,
  report,
});
