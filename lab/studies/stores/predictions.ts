// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a model of each store on paper said of the costs, before any of them ran here.
 *
 * NON-TOCK: see `lab/studies/stores.ts`. The model counts an update's words by the format and spreads them over the
 * pages; a row is held against what crossed the bus, or says why it cannot be.
 */
import type { Table } from '../framework/exhibit.ts';
import { deviation } from '../framework/study.ts';
import { erases, isCost, words, type Cost, type Costed } from './bench.ts';
import type { LoadName } from './loads.ts';

/** A figure of one update. */
export type FigureName = 'words' | 'erases' | 'worst';

/** What was predicted of a store under a workload, on 8 pages of 4096 B of an nRF52840. */
export interface Prediction {
  readonly store: string;
  readonly load: LoadName;
  /** Words programmed an update, erasures in 1000 updates, ms of the longest update; or that it does not fit. */
  readonly figures: Readonly<Record<FigureName, number>> | 'does not fit';
  /** Why figures differ by more than a tenth. */
  readonly why?: string;
}

/** Largest share by which an unexplained figure may differ. */
export const TOLERANCE = 0.1;

const WIPES =
  'the model marks the entry that is replaced; the store wipes its value, too, so that every word is programmed twice';
const CLOSED =
  'the log closes a page with one word and keeps two for its header: 2 words of 1021 are 1.96 in 1000, as measured';

const TOCK_HEADER =
  "the model counts Tock's header of 9 bytes with each value, which here the driver adds and not the store, and objects " +
  'that begin inside a word';

/** Every prediction. */
export const PREDICTIONS: readonly Prediction[] = [
  {
    store: 'persistent',
    load: 'A',
    figures: { words: 6, erases: 4.75, worst: 85 },
    why: WIPES,
  },
  {
    store: 'persistent',
    load: 'B',
    figures: { words: 3, erases: 1.8, worst: 85 },
    why: `${WIPES}; ${CLOSED}`,
  },
  {
    store: 'persistent',
    load: 'C',
    figures: { words: 10.3, erases: 8.95, worst: 89 },
    why: WIPES,
  },
  {
    store: 'sequential-map',
    load: 'A',
    figures: { words: 7, erases: 6.67, worst: 85 },
  },
  {
    store: 'sequential-map',
    load: 'B',
    figures: { words: 4, erases: 3.75, worst: 85 },
  },
  {
    store: 'sequential-map',
    load: 'C',
    figures: { words: 11.7, erases: 11.4, worst: 91 },
  },
  { store: 'noodle', load: 'A', figures: { words: 718, erases: 575, worst: 115 } },
  {
    store: 'noodle',
    load: 'B',
    figures: { words: 21, erases: 14.5, worst: 86 },
    why: 'what is garbage on a page is popped in one update, two words an element, before the page is erased',
  },
  { store: 'noodle', load: 'C', figures: 'does not fit' },
  {
    store: 'tickv',
    load: 'A',
    figures: { words: 12, erases: 9.65, worst: 426 },
    why: TOCK_HEADER,
  },
  {
    store: 'tickv',
    load: 'B',
    figures: { words: 9, erases: 6.8, worst: 680 },
    why: `${TOCK_HEADER}; of eight pages it erases seven at once, the model all`,
  },
  { store: 'tickv', load: 'C', figures: 'does not fit' },
  { store: 'tep-config', load: 'A', figures: { words: 10.6, erases: 9.4, worst: 101 } },
  { store: 'tep-config', load: 'B', figures: { words: 4, erases: 2.92, worst: 85 } },
  { store: 'tep-config', load: 'C', figures: 'does not fit' },
  { store: 'tep-config-log', load: 'A', figures: { words: 7, erases: 5.72, worst: 85 } },
  { store: 'tep-config-log', load: 'B', figures: { words: 4, erases: 2.77, worst: 85 } },
  { store: 'tep-config-log', load: 'C', figures: { words: 11.4, erases: 10.1, worst: 90 } },
  { store: 'cfstore', load: 'A', figures: { words: 18.4, erases: 25.6, worst: 375 } },
  { store: 'cfstore', load: 'B', figures: { words: 10.1, erases: 19.6, worst: 342 } },
  { store: 'cfstore', load: 'C', figures: 'does not fit' },
];

const FIGURES: Readonly<Record<FigureName, (cost: Cost) => number>> = {
  words,
  erases,
  worst: ({ worstFlash }) => worstFlash,
};

/** A figure that was predicted, beside ours. */
export interface Compared extends Pick<Prediction, 'store' | 'load' | 'why'> {
  readonly name: FigureName;
  readonly expected: number;
  readonly measured: number;
}

/** Every figure that was predicted of the stores that there are, by what ours cost. */
export function compared(
  costOf: (store: string, load: LoadName) => Costed | undefined,
): Compared[] {
  return PREDICTIONS.flatMap(({ store, load, figures, why }) => {
    const cost = costOf(store, load);
    if (cost === undefined || !isCost(cost) || figures === 'does not fit') return [];
    return (Object.keys(FIGURES) as FigureName[]).map((name) => ({
      ...{ store, load, name, expected: figures[name], measured: FIGURES[name](cost) },
      ...(why === undefined ? {} : { why }),
    }));
  });
}

/** Their titles. */
export const FIGURE_TITLES: Readonly<Record<FigureName, string>> = {
  words: 'words an update',
  erases: 'erasures in 1000',
  worst: 'longest, without reads, ms',
};

/** Both side by side. */
export function predictionTable(rows: readonly Compared[]): Table {
  return {
    kind: 'table',
    title: 'Predicted by a model on paper, and measured',
    columns: [
      { title: 'store' },
      { title: 'workload' },
      { title: 'figure' },
      { title: 'predicted', digits: 2 },
      { title: 'measured', digits: 2 },
      { title: 'off by', unit: '%', digits: 1 },
    ],
    rows: rows.map((row) => [
      ...[row.store, row.load, FIGURE_TITLES[row.name], row.expected, row.measured],
      100 * deviation(row),
    ]),
  };
}

/** Whether they are as near as they have to be. */
export const isNear = (row: Compared): boolean => Math.abs(deviation(row)) <= TOLERANCE;

/** Why they are not. */
export function reasonOf({ store, load, why }: Compared): string {
  return `${store}, ${load}, predicted and measured: ${why ?? 'not explained'}.`;
}
