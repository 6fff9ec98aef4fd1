// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: what does the store cost on Earl Grey, and what of it can flash words with ECC not take?
 *
 * NON-TOCK. The same 80 KiB as on the nRF52840, on pages of half the size and flash words of 8 bytes, whose check bits
 * fit one program. What each operation programs a second time is counted below the store, and the chip's own counters
 * must agree.
 */
import { virtualCapacity, updatesInLife } from './framework/closed-forms.ts';
import {
  ECC_MODES,
  eccOutcome,
  expectedPrograms,
  type EccMode,
  type EccOutcome,
} from './framework/ecc-modes.ts';
import type { BoardName } from './framework/on-board.ts';
import type { Bars, Table } from './framework/exhibit.ts';
import { operationPrograms, type OperationPrograms } from './framework/operation-programs.ts';
import {
  LIVED_CYCLES,
  storeOnChip,
  UPDATE_WORDS,
  UPDATES,
  type StoreOnChip,
} from './framework/store-on-chip.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';

const STORE_BYTES = 80 * 1024;
const BOARDS = ['nrf52840dk', 'earlgrey'] as const satisfies readonly BoardName[];
const UPDATES_A_YEAR = 24 * 60 * 365;
/** Words of the longest value, which a store keeps room for. */
const LONGEST = 256;

type Part =
  | { readonly kind: 'chip'; readonly board: BoardName }
  | { readonly kind: 'programs' }
  | { readonly kind: 'ecc'; readonly mode: EccMode };

type Outcome =
  | { readonly kind: 'chip'; readonly board: BoardName; readonly figures: StoreOnChip }
  | { readonly kind: 'programs'; readonly rows: readonly OperationPrograms[] }
  | { readonly kind: 'ecc'; readonly outcome: EccOutcome };

function run(part: Part): Outcome {
  switch (part.kind) {
    case 'chip':
      return { ...part, figures: storeOnChip(part.board, STORE_BYTES) };
    case 'programs':
      return { kind: 'programs', rows: operationPrograms() };
    case 'ecc':
      return { kind: 'ecc', outcome: eccOutcome(part.mode) };
  }
}

/** What was found, by kind. */
interface Findings {
  readonly chips: readonly { readonly board: BoardName; readonly figures: StoreOnChip }[];
  readonly rows: readonly OperationPrograms[];
  readonly modes: readonly EccOutcome[];
}

function sorted(outcomes: readonly Outcome[]): Findings {
  return {
    chips: outcomes.flatMap((each) => (each.kind === 'chip' ? [each] : [])),
    rows: outcomes.flatMap((each) => (each.kind === 'programs' ? each.rows : [])),
    modes: outcomes.flatMap((each) => (each.kind === 'ecc' ? [each.outcome] : [])),
  };
}

/** A life of `LIVED_CYCLES`, in proportion to the part's. */
function wholeLife({ life, pages, endurance }: StoreOnChip): number {
  const spare = (pages - 1) / pages;
  return (life * (endurance + spare)) / (LIVED_CYCLES + spare);
}

/** A column: its heading, its figure, and how sure the figures are that it is made of, on each chip. */
type Figure = readonly [
  column: Table['columns'][number],
  value: (figures: StoreOnChip) => number,
  nrf52840: string,
  earlgrey: string,
];

const TIMES: readonly Figure[] = [
  [{ title: 'find', unit: 'ms', digits: 2 }, ({ find }) => find, 'S', 'A'],
  [{ title: 'update, mean', unit: 'ms', digits: 2 }, ({ mean }) => mean, 'S P', 'A D'],
  [{ title: 'p99', unit: 'ms', digits: 1 }, ({ p99 }) => p99, 'S P', 'A D'],
  [{ title: 'most', unit: 'ms', digits: 1 }, ({ most }) => most, 'S P', 'A D'],
  [{ title: 'plain', unit: 'ms', digits: 2 }, ({ plain }) => plain, 'S', 'A D'],
  [{ title: 'compacting', unit: 'ms', digits: 1 }, ({ compacting }) => compacting, 'S P', 'A D'],
  [{ title: 'first boot', unit: 'ms', digits: 1 }, ({ firstBoot }) => firstBoot, 'S', 'A D'],
  [{ title: 'boot', unit: 'ms', digits: 1 }, ({ boot }) => boot, 'S', 'A'],
];

const WEAR: readonly Figure[] = [
  [{ title: 'pages' }, ({ pages }) => pages, 'P', 'P'],
  [{ title: 'page', unit: 'B' }, ({ pageSize }) => pageSize, 'P', 'P'],
  [{ title: 'capacity', unit: 'words' }, ({ capacity }) => capacity, '–', '–'],
  [{ title: 'words an update', digits: 2 }, ({ words }) => words, '–', '–'],
  [{ title: 'erasures in 1000', digits: 1 }, ({ erasures }) => 1000 * erasures, '–', '–'],
  [{ title: 'cycles a page' }, ({ endurance }) => endurance, 'S', 'A'],
  [
    { title: 'updates in a life', unit: 'M', digits: 1 },
    (figures) => wholeLife(figures) / 1e6,
    'S',
    'A',
  ],
  [{ title: 'years at one a minute' }, (figures) => wholeLife(figures) / UPDATES_A_YEAR, 'S', 'A'],
];

function chipTable({ chips }: Findings, title: string, columns: readonly Figure[]): Table {
  return {
    kind: 'table',
    title: `64 keys of 16 B in any order, store of 80 KiB: ${title}`,
    columns: [{ title: 'board' }, ...columns.map(([column]) => column)],
    rows: [
      ...chips.map(({ board, figures }) => [board, ...columns.map(([, value]) => value(figures))]),
      ['how sure, nrf52840dk', ...columns.map(([, , mark]) => mark)],
      ['how sure, earlgrey', ...columns.map(([, , , mark]) => mark)],
    ],
  };
}

function programTable({ rows }: Findings): Table {
  return {
    kind: 'table',
    title: 'What an operation programs in flash words of 8 B, mean of 200',
    columns: [
      { title: 'store' },
      { title: 'operation' },
      { title: 'words of 4 B', digits: 1 },
      { title: 'flash words, first time', digits: 2 },
      { title: 'again: the other half', digits: 2 },
      { title: 'again: the same word', digits: 2 },
      { title: 'fits ECC' },
      { title: 'fits one program a word' },
    ],
    rows: rows.map(({ store, operation, words, first, otherHalf, sameWord }) => [
      store,
      operation,
      words,
      first,
      otherHalf,
      sameWord,
      otherHalf + sameWord === 0 ? 'yes' : 'no',
      sameWord === 0 ? 'yes' : 'no',
    ]),
  };
}

function modeTable({ modes }: Findings): Table {
  const only = (outcome: EccOutcome, value: number): number | null =>
    outcome.refused === undefined ? value : null;
  return {
    kind: 'table',
    title: '400 calls on 64 keys, 1 to 48 B, with the check bits of the flash',
    columns: [
      { title: 'ECC' },
      { title: 'calls that went well' },
      { title: 'programs of flash words' },
      { title: 'most of one' },
      { title: 'flash words programmed again' },
      { title: 'broken' },
      { title: 'what happens' },
    ],
    rows: modes.map((outcome) => [
      outcome.mode,
      only(outcome, outcome.done),
      only(outcome, outcome.programs),
      only(outcome, outcome.mostPrograms),
      only(outcome, outcome.twice),
      outcome.mode === 'force' ? outcome.broken : null,
      whatHappens(outcome),
    ]),
  };
}

function whatHappens({ refused, done, calls }: EccOutcome): string {
  if (refused !== undefined) return 'the board does not start, and says why';
  return done === calls ? 'all is well' : `call ${done + 1} reads a broken flash word: FAIL`;
}

function picture({ rows }: Findings): Bars {
  const share = (pick: (row: OperationPrograms) => number): number[] =>
    rows.map((row) => (100 * pick(row)) / (row.first + row.otherHalf + row.sameWord));
  return {
    kind: 'bars',
    title: 'Programs of flash words by what was there before, share in %',
    y: { title: '%' },
    stacked: true,
    groups: rows.map(({ store, operation }) =>
      store === 'persistent' ? operation : `${operation}, ${store}`,
    ),
    series: [
      { name: 'first', values: share(({ first }) => first) },
      { name: 'the other half', values: share(({ otherHalf }) => otherHalf) },
      { name: 'the same word', values: share(({ sameWord }) => sameWord) },
    ],
  };
}

function report(outcomes: readonly Outcome[]): StudyReport {
  const findings = sorted(outcomes);
  return {
    answer: answer(findings),
    table: chipTable(findings, 'times, app to cells', TIMES),
    picture: picture(findings),
    more: [chipTable(findings, 'wear', WEAR), programTable(findings), modeTable(findings)],
    notes: NOTES,
    checks: [
      ...findings.chips.flatMap(chipChecks),
      ...findings.rows.flatMap(programChecks),
      ...findings.modes.flatMap(modeChecks),
    ],
  };
}

function answer({ chips, modes }: Findings): string {
  const [nrf, earlgrey] = BOARDS.map((name) => chips.find(({ board }) => board === name)?.figures);
  const forced = modes.find(({ mode }) => mode === 'force');
  const off = modes.find(({ mode }) => mode === 'off');
  if (nrf === undefined || earlgrey === undefined) throw new Error('a part is missing');
  const both = (of: (figures: StoreOnChip) => number, digits: number): string =>
    `${of(earlgrey).toFixed(digits)} instead of ${of(nrf).toFixed(digits)}`;
  return (
    `On the same 80 KiB an update takes ${both(({ mean }) => mean, 1)} ms, at the most ` +
    `${both(({ most }) => most, 0)}, and a life has ${both((figures) => wholeLife(figures) / 1e6, 1)} M updates: smaller ` +
    'pages are erased twice as often, and nothing is lost by that. But times are derived, and costs of software and ' +
    'endurance assumed. ECC must stay off: every operation that writes programs some flash word again, its other half ' +
    'or a mark in an entry that dies. With ECC forced on, ' +
    `call ${(forced?.done ?? 0) + 1} fails; with ECC off a flash word takes up to ${off?.mostPrograms ?? 0} programs, ` +
    'and no source says that it may. On a part that takes one program a word, new keys can be inserted, and nothing ' +
    'be replaced, removed or compacted.'
  );
}

const NOTES = [
  'How sure: P read in a primary source, S in a secondary one, D derived from such, A assumed. "S P" is made of both kinds; ' +
    '– depends on the format only. chips/README.md has each figure with its source.',
  'Assumed for Earl Grey: the cycles of a system call and of a read call of the store are those of the nRF52840, ' +
    'at 100 MHz; the endurance is the same 10,000; a word of 4 B takes two programs while ECC is off.',
  `Figures of a store whose log has gone round; its life was lived with ${LIVED_CYCLES} cycles a page and scaled (lifetime).`,
  'One write of both halves is one program of a flash word. "The other half": the neighbour of a word that an earlier ' +
    'write programmed, most often a value beside its header. "The same word": the deleted mark in a header, the zeros ' +
    'over a dead value, marks of transactions and compactions.',
  'Every second increment of a counter of the extension goes into a word that is there. The naive store loses data in ' +
    'power cuts (doc/crash.md); it is here because it marks nothing.',
  'Padding entries to 8 B would spare the other halves; the marks need flash words of their own, or another format.',
];

function chipChecks({ board, figures }: Findings['chips'][number]): Check[] {
  const { pages, pageSize, erasures, counterLife, capacity } = figures;
  const shape = { pages, pageSize, endurance: LIVED_CYCLES };
  const counter = updatesInLife(shape, { words: 2, cold: 0, longest: LONGEST });
  const compactions = (UPDATES * UPDATE_WORDS) / (pageSize / 4 - 3);
  return [
    {
      what: `${board}: capacity, words`,
      expected: virtualCapacity(shape, LONGEST),
      measured: capacity,
      tolerance: 0,
      source: 'C = (N - 1)(P - 4) - M - 1 of the format',
    },
    {
      what: `${board}: updates of one counter with ${LIVED_CYCLES} cycles`,
      expected: counter.least,
      measured: counterLife,
      tolerance: 0.002,
      source: 'closed form',
    },
    {
      what: `${board}: erasures in ${UPDATES} updates`,
      expected: compactions,
      measured: UPDATES * erasures,
      tolerance: 1 / compactions,
      source: 'words written by words that a compaction frees, give or take one',
    },
  ];
}

/** What the format says of operations that write few words. */
const BY_FORMAT: Readonly<Record<string, readonly [again: number, sameWord: number]>> = {
  'persistent: insert of 4 B, new': [1, 0],
  'persistent: insert of 4 B, replacing': [3, 2],
  'persistent: remove of 4 B': [2, 2],
  'naive: insert of 4 B': [1, 0],
};

function programChecks({ store, operation, otherHalf, sameWord }: OperationPrograms): Check[] {
  const what = `${store}: ${operation}`;
  const expected = BY_FORMAT[what];
  if (expected === undefined) return [];
  const common = { tolerance: 0.02, source: 'header, value, mark and wiping of the format' };
  return [
    { ...common, what: `${what}, again`, expected: expected[0], measured: otherHalf + sameWord },
    { ...common, what: `${what}, the same word`, expected: expected[1], measured: sameWord },
  ];
}

/** The chip counted what the storage interface says. */
function modeChecks({ mode, programs, mostPrograms, twice }: EccOutcome): Check[] {
  if (mode !== 'off') return [];
  const expected = expectedPrograms();
  const common = { tolerance: 0, source: 'counted at the storage interface' };
  return [
    {
      ...common,
      what: 'ECC off: programs of flash words',
      expected: expected.programs,
      measured: programs,
    },
    { ...common, what: 'most of one', expected: expected.mostPrograms, measured: mostPrograms },
    { ...common, what: 'programmed again', expected: expected.twice, measured: twice },
  ];
}

/** The study. */
export const EARLGREY = study<Part, Outcome>({
  name: 'earlgrey',
  question:
    'What does the store cost on Earl Grey, and what of it can flash words with ECC not take?',
  parts: () => [
    ...BOARDS.map((board) => ({ kind: 'chip', board }) as const),
    { kind: 'programs' },
    ...ECC_MODES.map((mode) => ({ kind: 'ecc', mode }) as const),
  ],
  run,
  report,
});
