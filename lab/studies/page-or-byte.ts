// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: is the byte-level flash interface worth it?
 *
 * NON-TOCK. The same app does the same calls through `hil.flash.ByteFlash`, through the translator over
 * `hil.flash.Flash` (one page in RAM: read, AND, erase, write back), and through the blocking driver, on both
 * chips.
 */
import type { StoreHil } from '#boards/board';
import { Random } from '#kernel/random';
import { percentile } from '../report/columns.ts';
import { virtualCapacity } from './framework/closed-forms.ts';
import { onBoard, STUDIED_BOARDS, type BoardName, type Call } from './framework/on-board.ts';
import type { Table } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';

const PAGES = 4;
/** Through the translator a tenth of the calls erases hundreds of pages: enough. */
const PAGE_SHARE = 10;
const HILS = ['byte', 'blocking', 'page'] as const satisfies readonly StoreHil[];

/** What the app does. */
const WORKLOADS = {
  /** One counter of 4 bytes. */
  counter: (): Call[] => Array.from({ length: 4000 }, () => ({ op: 'insert', key: 1, size: 4 })),
  /** 64 keys in any order, 1 to 48 bytes, one call in ten a removal. */
  mixed: (): Call[] => {
    const random = new Random(1);
    return Array.from({ length: 1500 }, () => {
      const key = random.below(64);
      return random.below(10) === 0
        ? { op: 'remove', key }
        : { op: 'insert', key, size: 1 + random.below(48) };
    });
  },
} as const;
type Workload = keyof typeof WORKLOADS;

interface Part {
  readonly board: BoardName;
  readonly hil: StoreHil;
  readonly workload: Workload;
}

interface Outcome extends Part {
  readonly calls: number;
  /** Of a call, ms. */
  readonly mean: number;
  readonly p99: number;
  readonly most: number;
  readonly words: number;
  readonly erasures: readonly number[];
  /** Erase cycles that a page has. */
  readonly endurance: number;
  /** A checksum of the store's pages: byte and blocking must leave the same. */
  readonly image: number;
}

function run({ board, hil, workload }: Part): Outcome {
  const all = WORKLOADS[workload]();
  const calls = hil === 'page' ? all.slice(0, all.length / PAGE_SHARE) : all;
  const { costs, erasures, image } = onBoard({ board, hil, storePages: PAGES, calls });
  if (costs.some(({ status }) => status !== 0)) throw new Error('a call failed');
  const times = costs.map(({ time }) => time / 1e3);
  return {
    board,
    hil,
    workload,
    calls: calls.length,
    mean: times.reduce((sum, time) => sum + time, 0) / times.length,
    p99: percentile(times, 0.99),
    most: percentile(times, 1),
    words: costs.reduce((sum, cost) => sum + cost.words, 0),
    erasures,
    endurance: STUDIED_BOARDS[board].freshFlash().part.erasesPerPage,
    image: checksum(image),
  };
}

/** FNV-1a of 32 bits. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c_9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193);
  return hash >>> 0;
}

const worst = ({ erasures }: Outcome): number => Math.max(...erasures);
const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, each) => total + each, 0);

/** Calls until all pages are worn out: over many rounds the store wears them alike. */
const life = ({ calls, erasures, endurance }: Outcome): number =>
  (calls * endurance * PAGES) / sum(erasures);

function tableOf(outcomes: readonly Outcome[]): Table {
  return {
    kind: 'table',
    title: `The same calls on a store of ${PAGES} pages`,
    columns: [
      { title: 'workload' },
      { title: 'board' },
      { title: 'interface' },
      { title: 'calls' },
      { title: 'mean', unit: 'ms', digits: 2 },
      { title: 'p99', unit: 'ms', digits: 1 },
      { title: 'most', unit: 'ms', digits: 1 },
      { title: 'words a call', digits: 1 },
      { title: 'erasures' },
      { title: 'most on a page' },
      { title: 'life', unit: 'calls' },
    ],
    rows: outcomes.map((outcome) => [
      outcome.workload,
      outcome.board,
      outcome.hil,
      outcome.calls,
      outcome.mean,
      outcome.p99,
      outcome.most,
      outcome.words / outcome.calls,
      sum(outcome.erasures),
      worst(outcome),
      life(outcome),
    ]),
  };
}

function report(outcomes: readonly Outcome[]): StudyReport {
  const ratios = outcomes
    .filter(({ hil }) => hil === 'page')
    .map((page) => page.mean / twin(outcomes, page, 'byte').mean);
  const lives = outcomes
    .filter(({ hil }) => hil === 'page')
    .map((page) => life(twin(outcomes, page, 'byte')) / life(page));
  const factor = (value: number): string => value.toFixed(0);
  return {
    answer:
      'Yes, for a store that writes words. Behind the page-level translator a call takes ' +
      `${factor(Math.min(...ratios))} to ${factor(Math.max(...ratios))} times as long, because each of its writes ` +
      `erases a page, and wears the flash out ${factor(Math.min(...lives))} to ${factor(Math.max(...lives))} times ` +
      'sooner. The blocking interface costs the caller what the byte-level one does; what it costs others is another ' +
      'study (stall-or-interrupt).',
    table: tableOf(outcomes),
    picture: {
      kind: 'bars',
      title: 'Mean time of a call, ms',
      y: { title: 'ms', scale: 'log' },
      stacked: false,
      groups: outcomes
        .filter(({ hil }) => hil === 'byte')
        .map(({ workload, board }) => `${workload}, ${board}`),
      series: HILS.map((hil) => ({
        name: hil,
        values: outcomes.filter((outcome) => outcome.hil === hil).map(({ mean }) => mean),
      })),
    },
    more: [
      {
        kind: 'heat',
        title: 'Wear: erasures of each page of the store',
        unit: 'erasures',
        columns: Array.from({ length: PAGES }, (_, page) => `page ${page}`),
        rows: outcomes.map(({ workload, board, hil, erasures }) => ({
          name: `${workload}, ${board}, ${hil}`,
          values: erasures,
        })),
      },
    ],
    notes: NOTES,
    checks: outcomes.flatMap((outcome) => checksOf(outcomes, outcome)),
  };
}

function twin(outcomes: readonly Outcome[], { board, workload }: Outcome, hil: StoreHil): Outcome {
  const found = outcomes.find(
    (other) => other.board === board && other.workload === workload && other.hil === hil,
  );
  if (found === undefined) throw new Error('a part is missing');
  return found;
}

/** Words of the longest value, which a store keeps room for. */
const LONGEST = 256;

/**
 * Compactions that so many words of updates of one counter cost. A compaction frees a page less its header of two
 * words, the copy of the counter, two more, and the word that marks the erasure.
 */
function compactions(words: number, pageSize: number): number {
  const capacity = virtualCapacity({ pages: PAGES, pageSize, endurance: 0 }, LONGEST);
  return Math.ceil((words - capacity) / (pageSize / 4 - 5));
}

const NOTES = [
  'counter: one key of 4 B, rewritten. mixed: 64 keys in any order, 1 to 48 B, one call in ten a removal.',
  'life: calls until every page has had its cycles, 10,000 on both chips (assumed for Earl Grey), at the rate of this ' +
    'run; over many rounds the store wears all pages alike.',
  'Through the translator only the first tenth of the calls is made.',
  'Pages are 4096 B on the nRF52840 and 2048 B on Earl Grey.',
  'Not in the table: behind the translator a power cut can lose a page, because it is gone between erasure and write.',
];

function checksOf(outcomes: readonly Outcome[], outcome: Outcome): Check[] {
  const { workload, board, hil } = outcome;
  const what = `${workload}, ${board}, ${hil}`;
  if (hil === 'page') return [];
  const same: Check = {
    what: `${what}: bits of the store`,
    expected: twin(outcomes, outcome, 'byte').image,
    measured: outcome.image,
    tolerance: 0,
    source: 'byte-level interface',
  };
  if (workload !== 'counter') return [same];
  const { pageSize } = STUDIED_BOARDS[board].freshFlash();
  return [
    same,
    {
      what: `${what}: erasures`,
      expected: compactions(2 * outcome.calls, pageSize),
      measured: sum(outcome.erasures),
      tolerance: 0,
      source: 'words written, less the virtual capacity, by words that a compaction frees',
    },
  ];
}

/** The study. */
export const PAGE_OR_BYTE = study<Part, Outcome>({
  name: 'page-or-byte',
  question: 'Is the byte-level flash interface worth it?',
  parts: () =>
    (Object.keys(WORKLOADS) as Workload[]).flatMap((workload) =>
      (['nrf52840dk', 'earlgrey'] as const).flatMap((board) =>
        HILS.map((hil) => ({ board, hil, workload })),
      ),
    ),
  run,
  report,
});
