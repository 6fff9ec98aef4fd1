// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: how many increments do True2F's three pages give, with how many counters?
 *
 * NON-TOCK. The specification of OpenSK's store compares itself with the counters of True2F (arXiv 1810.04660): 3
 * pages of 512 words, 50,000 cycles, x counters, (1000 - 2x) · 75,000 increments. Here the pages are worn out, with
 * the plain store and with the counter extension.
 */
import { CounterStore } from '#libraries/persistent-store/extensions/counters';
import { Store } from '#libraries/persistent-store/store';
import { updatesInLife, type LifeBounds } from './framework/closed-forms.ts';
import { wholeLife } from './framework/whole-life.ts';
import type { Table } from './framework/exhibit.ts';
import { study, type Check, type Scale, type StudyReport } from './framework/study.ts';

const PAGES = 3;
const PAGE_WORDS = 512;
const ENDURANCE = 50_000;
const SCALED = 100;
const COUNTERS = [1, 50, 100, 200, 300] as const;
const MOST_EXTENSION = 256;
/** What the counters are: entries of a plain store, or those of the extension. */
const STORES = ['plain store', 'counter extension'] as const;
/** One counter takes every increment, or each in turn. */
const USES = ['one hot', 'in turn'] as const;

interface Part {
  readonly counters: number;
  readonly store: (typeof STORES)[number];
  readonly use: (typeof USES)[number];
  readonly endurance: number;
}

interface Outcome extends Part {
  readonly increments: number;
}

function run(part: Part): Outcome {
  const { counters, store, endurance } = part;
  const shape = { pageSize: 4 * PAGE_WORDS, pages: PAGES, endurance };
  const ids = Array.from({ length: counters }, (_, id) => id);
  const next = (index: number): number => (part.use === 'one hot' ? 0 : index % counters);
  const value = new Uint8Array(4);
  const life =
    store === 'plain store'
      ? wholeLife(
          shape,
          (storage) => new Store(storage),
          ids.map((id) => (plain: Store) => plain.insert(id, value)),
          (plain, index) => plain.insert(next(index), value),
        )
      : wholeLife(
          shape,
          (storage) => new CounterStore(storage),
          ids.map((id) => (counting: CounterStore) => counting.createCounter(id, 0, 'saturates')),
          (counting, index) => counting.incrementCounter(next(index)),
        );
  return { ...part, increments: life.updates };
}

/** What the specification says. */
const claimed = (counters: number): number => (1000 - 2 * counters) * 75_000;
/** The life in words, L = ((E + 1) N - 1) (Q - 2), at two words an increment. */
const bound = (endurance: number): number => (((endurance + 1) * PAGES - 1) * (PAGE_WORDS - 2)) / 2;
/** The closed form of one hot counter among cold ones; `longest`: words of the longest value. */
function closedForm(counters: number, endurance: number, longest: number): LifeBounds {
  const shape = { pages: PAGES, pageSize: 4 * PAGE_WORDS, endurance };
  return updatesInLife(shape, { words: 2, cold: 2 * (counters - 1), longest });
}

/** What this store keeps room for, and what the specification assumes. */
const LONGEST = 256;
const LONGEST_ASSUMED = 1;

const toFull = ({ increments, endurance }: Outcome): number =>
  (increments * (ENDURANCE + (PAGES - 1) / PAGES)) / (endurance + (PAGES - 1) / PAGES);

/** Millions of increments with the full endurance; null where the store cannot have so many counters. */
function millions(
  outcomes: readonly Outcome[],
  counters: number,
  { store, use }: Kind,
): number | null {
  const found = outcomes.find(
    (each) => each.counters === counters && each.store === store && each.use === use,
  );
  return found === undefined ? null : toFull(found) / 1e6;
}

type Kind = Pick<Part, 'store' | 'use'>;
const KINDS: readonly Kind[] = STORES.flatMap((store) => USES.map((use) => ({ store, use })));
const named = ({ store, use }: Kind): string => `${store}, ${use}`;

function tableOf(outcomes: readonly Outcome[]): Table {
  return {
    kind: 'table',
    title: '3 pages of 2048 B, 50,000 cycles: increments until the end of life, millions',
    columns: [
      { title: 'counters' },
      { title: 'specification', digits: 1 },
      { title: 'half of it', digits: 1 },
      { title: 'bound of two words', digits: 2 },
      ...KINDS.map((kind) => ({ title: named(kind), digits: 1 })),
      { title: 'one hot by formula, at least', digits: 1 },
      { title: 'with a longest value of a word, at most', digits: 1 },
    ],
    rows: COUNTERS.map((counters) => [
      counters,
      claimed(counters) / 1e6,
      claimed(counters) / 2e6,
      bound(ENDURANCE) / 1e6,
      ...KINDS.map((kind) => millions(outcomes, counters, kind)),
      Math.max(0, closedForm(counters, ENDURANCE, LONGEST).least) / 1e6,
      closedForm(counters, ENDURANCE, LONGEST_ASSUMED).most / 1e6,
    ]),
  };
}

function report(outcomes: readonly Outcome[]): StudyReport {
  const at100 = (store: Kind['store'], use: Kind['use']): string =>
    (millions(outcomes, 100, { store, use }) ?? 0).toFixed(1);
  return {
    answer:
      'Not 60 M with 100 counters: (1000 - 2x) · 75,000 counts words, and an increment takes two, so that 30 M is ' +
      'what the formula means; no use of the store can give more than 38.25 M. This store keeps room for a longest ' +
      `value of 1023 B instead of 4 and gives ${at100('plain store', 'one hot')} M when one counter is hot and the ` +
      `others lie, ${at100('plain store', 'in turn')} M in turn; the counter extension ` +
      `${at100('counter extension', 'in turn')} M. True2F itself gives 6 to 50 M.`,
    table: tableOf(outcomes),
    picture: {
      kind: 'lines',
      title: 'Increments until the end of life, millions, against the number of counters',
      x: { title: 'counters' },
      y: { title: 'M increments' },
      series: [
        ...KINDS.map((kind) => ({
          name: named(kind),
          points: COUNTERS.flatMap((counters) => {
            const value = millions(outcomes, counters, kind);
            return value === null ? [] : [[counters, value] as const];
          }),
        })),
        { name: 'specification', points: COUNTERS.map((x) => [x, claimed(x) / 1e6] as const) },
        { name: 'half of it', points: COUNTERS.map((x) => [x, claimed(x) / 2e6] as const) },
      ],
    },
    notes: [
      wornOut(outcomes[0]?.endurance ?? 0),
      'The hard limit of a plain store: L = ((E + 1) N - 1)(Q - 2) words of life at two words an increment.',
      'Copies of cold counters land on the next page but one at best, and on the next at worst: there they are copied ' +
        'again at once. With the room that this store keeps for a long value that is so for up to 131 counters.',
      'The extension puts two increments into one word and has at most 256 counters.',
      'True2F: a log page of 1024 half-word records, or of 128 with a whole hash, at 50,000 cycles: 51.2 M and 6.4 M; ' +
        'its counters are upper bounds of the true count, these are exact.',
    ],
    checks: outcomes.flatMap(checksOf),
  };
}

function wornOut(cycles: number): string {
  return cycles === ENDURANCE
    ? 'Worn out with all 50,000 cycles a page.'
    : `Worn out with ${cycles} cycles a page and scaled to 50,000 in proportion.`;
}

function checksOf({ store, use, counters, endurance, increments }: Outcome): Check[] {
  if (store !== 'plain store' || use !== 'one hot') return [];
  const { least, most } = closedForm(counters, endurance, LONGEST);
  const middle = (least + most) / 2;
  return [
    {
      what: `${counters} counters, one hot, ${endurance} cycles: increments`,
      expected: middle,
      measured: increments,
      tolerance: least === most ? 0.002 : (most - middle) / middle,
      source: least === most ? 'closed form' : 'between the bounds of the closed form',
    },
  ];
}

/** The study. */
export const TRUE2F = study<Part, Outcome>({
  name: 'true2f',
  question: "How many increments do True2F's three pages give, with how many counters?",
  parts: (scale: Scale) =>
    STORES.flatMap((store) =>
      USES.flatMap((use) =>
        COUNTERS.filter((counters) => store === 'plain store' || counters <= MOST_EXTENSION).map(
          (counters) => ({
            counters,
            store,
            use,
            endurance: scale === 'full' ? ENDURANCE : SCALED,
          }),
        ),
      ),
    ),
  run,
  report,
});
