// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: what does a synchronous flash interface gain a loader of applications, and what does it cost the others?
 *
 * NON-TOCK. The core team's notes of January 2021 grant the blocking interface one use: code that adds or changes
 * installed applications. Two images with published flashing times (tock/tock #4520 and #4521, nRF52840 DK) are
 * written over an older application through each interface, alone and beside a 1 kHz timer and a process that makes
 * system calls.
 */
import { FLASH_CTRL_LIMITS, FLASH_CTRL_TIMING } from '#chips/lowrisc/timing';
import { NVMC_TIMING } from '#chips/nrf52/timing';
import { EARLGREY_COSTS, NRF52840_COSTS } from '#kernel/costs';
import { percentile } from '../report/columns.ts';
import { tail } from './framework/bystanders.ts';
import { load, type Loaded, type Loading } from './framework/loading.ts';
import { STUDIED_BOARDS, type BoardName } from './framework/on-board.ts';
import type { Table } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';

/** Bytes of the two images. */
const IMAGES = { blink: 7892, temperature: 15_484 } as const;
type Image = keyof typeof IMAGES;
const DRAWN: Image = 'temperature';

/** An interface, and how much of the image the loader's process hands over at a time. */
const WAYS = {
  'pages, 512 B': { flash: 'pages', piece: 512 },
  'pages, a page': { flash: 'pages', piece: 'page' },
  'bytes, 512 B': { flash: 'words', piece: 512 },
  'bytes, a page': { flash: 'words', piece: 'page' },
  'blocking, a page': { flash: 'blocking', piece: 'page' },
  'blocking, the image': { flash: 'blocking', piece: 'image' },
} as const satisfies Record<string, Pick<Loading, 'flash' | 'piece'>>;
type Way = keyof typeof WAYS;
const BOARDS = ['nrf52840dk', 'earlgrey'] as const satisfies readonly BoardName[];

interface Part {
  readonly board: BoardName;
  readonly image: Image;
  readonly way: Way;
  readonly over: Loading['over'];
}

interface Outcome extends Part {
  readonly alone: Loaded;
  readonly beside: Loaded;
}

function run(part: Part): Outcome {
  const { board, image, way, over } = part;
  const loading = { board, size: IMAGES[image], ...WAYS[way], over };
  const alone = load({ ...loading, beside: false });
  return { ...part, alone, beside: load({ ...loading, beside: true }) };
}

/** What the pull requests' author measured, ms: the way that the loader had at each. */
const PUBLISHED: readonly {
  readonly revision: string;
  readonly way: Way;
  readonly over: Loading['over'];
  readonly time: Readonly<Record<Image, number>>;
}[] = [
  {
    revision: 'before',
    way: 'pages, 512 B',
    over: 'an application',
    time: { blink: 2078.554, temperature: 4027.221 },
  },
  {
    revision: '#4520: a buffer of a page',
    way: 'pages, a page',
    over: 'an application',
    time: { blink: 260.28, temperature: 520.53 },
  },
  {
    revision: '#4521: blank pages are not erased',
    way: 'pages, a page',
    over: 'one used page',
    time: { blink: 176.347, temperature: 268.923 },
  },
];
const TOLERANCE = 0.1;

const worst = (samples: readonly number[]): number => percentile(samples, 1);

function find(outcomes: readonly Outcome[], part: Part): Outcome {
  const found = outcomes.find(
    ({ board, image, way, over }) =>
      board === part.board && image === part.image && way === part.way && over === part.over,
  );
  if (found === undefined) throw new Error('a part is missing');
  return found;
}

function loadingTable(outcomes: readonly Outcome[], image: Image): Table {
  return {
    kind: 'table',
    title: `${image}, ${IMAGES[image].toLocaleString('en')} B, written over an older application`,
    columns: [
      { title: 'board' },
      { title: 'interface, piece' },
      { title: 'erasures' },
      { title: 'words' },
      { title: 'alone', unit: 'ms', digits: 1 },
      { title: 'beside others', unit: 'ms', digits: 1 },
      { title: 'timer runs within a piece' },
      { title: 'timer late p50', unit: 'ms', digits: 2 },
      { title: 'p99', unit: 'ms', digits: 1 },
      { title: 'most', unit: 'ms', digits: 1 },
      { title: 'system call p99', unit: 'ms', digits: 1 },
      { title: 'most', unit: 'ms', digits: 1 },
    ],
    rows: outcomes
      .filter((outcome) => outcome.image === image && outcome.over === 'an application')
      .map(({ board, way, alone, beside }) => [
        board,
        way,
        alone.erasures,
        alone.words,
        alone.time,
        beside.time,
        beside.runsWithin,
        percentile(beside.timer, 0.5),
        percentile(beside.timer, 0.99),
        worst(beside.timer),
        percentile(beside.calls, 0.99),
        worst(beside.calls),
      ]),
  };
}

function publishedTable(outcomes: readonly Outcome[]): Table {
  return {
    kind: 'table',
    title: 'Published flashing times of an nRF52840 DK, and ours, alone',
    columns: [
      { title: 'revision' },
      { title: 'image' },
      { title: 'pieces' },
      { title: 'erasures' },
      { title: 'published', unit: 'ms', digits: 1 },
      { title: 'ours', unit: 'ms', digits: 1 },
      { title: 'off by', unit: '%', digits: 1 },
      { title: 'missing a piece', unit: 'ms', digits: 2 },
    ],
    rows: compared(outcomes).map(({ revision, image, published, alone }) => [
      revision,
      image,
      alone.pieces,
      alone.erasures,
      published,
      alone.time,
      100 * (alone.time / published - 1),
      (published - alone.time) / alone.pieces,
    ]),
  };
}

interface Compared {
  readonly revision: string;
  readonly image: Image;
  readonly published: number;
  readonly alone: Loaded;
}

function compared(outcomes: readonly Outcome[]): Compared[] {
  return PUBLISHED.flatMap(({ revision, way, over, time }) =>
    (Object.keys(IMAGES) as Image[]).map((image) => {
      const { alone } = find(outcomes, { board: 'nrf52840dk', image, way, over });
      return { revision, image, published: time[image], alone };
    }),
  );
}

function report(outcomes: readonly Outcome[]): StudyReport {
  const drawn = outcomes.filter(({ image, over }) => image === DRAWN && over === 'an application');
  return {
    answer: answer(outcomes),
    table: loadingTable(outcomes, DRAWN),
    picture: {
      kind: 'lines',
      title:
        'How late a 1 kHz timer runs while an application is loaded: share of cases that are worse',
      x: { title: 'ms', scale: 'log' },
      y: { title: 'share', scale: 'log' },
      series: drawn
        .filter(({ way }) => !way.endsWith('512 B'))
        .map(({ board, way, beside }) => ({
          name: `${board}: ${way}`,
          points: tail(beside.timer),
        })),
    },
    more: [loadingTable(outcomes, 'blink'), publishedTable(outcomes)],
    notes: NOTES,
    checks: [
      ...outcomes.map(timeCheck),
      ...compared(outcomes).map(({ revision, image, published, alone }) => ({
        what: `${image}, ${revision}, ms`,
        expected: published,
        measured: alone.time,
        tolerance: TOLERANCE,
        source: 'tock/tock #4521, measured on a DK',
      })),
    ],
  };
}

function answer(outcomes: readonly Outcome[]): string {
  const at = (board: BoardName, way: Way): Loaded =>
    find(outcomes, { board, image: DRAWN, way, over: 'an application' }).beside;
  const late = (board: BoardName, way: Way): string =>
    `${worst(at(board, way).timer).toFixed(0)} ms`;
  const took = (board: BoardName, way: Way): string => `${at(board, way).time.toFixed(0)} ms`;
  return (
    'It gains no time, only that nobody runs while a page is half written. On Earl Grey others pay for that: the ' +
    `1 kHz timer, which a split-phase loader never delays by a period, runs up to ${late('earlgrey', 'blocking, a page')} ` +
    `late when the loader blocks for a page and ${late('earlgrey', 'blocking, the image')} when it blocks for the ` +
    `image, and the image takes ${took('earlgrey', 'blocking, a page')} instead of ${took('earlgrey', 'bytes, a page')}. ` +
    'On the nRF52840 it is the other way round: the CPU stands still in any case, but in a callback, where it is charged ' +
    'to nobody. A split-phase loader keeps its time slice and the others out until the image is written, up to ' +
    `${late('nrf52840dk', 'bytes, a page')}; one that blocks for a page has used up its slice, and the others wait ` +
    `${late('nrf52840dk', 'blocking, a page')} at most.`
  );
}

const NOTES = [
  'pages: each page is read, changed in RAM and written back, as the app loader of Tock does. bytes: a page is erased ' +
    'when its first byte comes, and the words of the image are written. blocking: the same in one command. The system ' +
    'calls are the same: 4 a piece.',
  'Late: periods of the timer (1 ms) and of the caller (3 ms) that were due while the image was being written, until ' +
    'they ran. Both make up for what they missed, which is why an image takes longer beside them.',
  "nRF52840, split-phase: the command only begins a piece, and the CPU stalls in the completions. Tock's round robin gives " +
    'a process that kernel work interrupted the rest of its slice of 10 ms, kernel work does not count, and the upcall ' +
    'is there when the process waits for it: a piece takes 0.34 ms of the slice, and 29 pieces pass before another ' +
    "process's turn; a loader that computes between pieces comes to its end sooner. With bytes in 512 B most pieces begin with a write, inside the command, and use the slice up.",
  'What is missing to the published times is 2.6 to 3.7 ms a piece, whatever a piece is: software that nobody published ' +
    'a figure of. A kernel here charges for system calls, not for copying; #4521 looks at each word of a page before.',
  'The figures of #4521 fit one erasure, not none and not one a page: one page is taken to hold something before.',
];

/** What the flash of each board takes for the image, µs. */
const FLASH: Readonly<
  Record<BoardName, { erasure: number; unit: number; unitTime: number; syscall: number }>
> = {
  nrf52840dk: {
    erasure: NVMC_TIMING.erasePage.value / 1e3,
    unit: 4,
    unitTime: NVMC_TIMING.writeWord.value / 1e3,
    syscall: NRF52840_COSTS.syscall / 1e3,
  },
  earlgrey: {
    erasure: FLASH_CTRL_TIMING.erasePage.value / 1e3,
    unit: FLASH_CTRL_LIMITS.eccUnit.value,
    unitTime: FLASH_CTRL_TIMING.programFlashWord.value / 1e3,
    syscall: EARLGREY_COSTS.syscall / 1e3,
  },
};

/** A loading alone is its erasures, its programs and its system calls; nothing else takes time. */
function timeCheck({ board, image, way, over, alone }: Outcome): Check {
  const { pageSize } = STUDIED_BOARDS[board].freshFlash();
  const { erasure, unit, unitTime, syscall } = FLASH[board];
  const { flash, piece } = WAYS[way];
  const size = IMAGES[image];
  const pages = Math.ceil(size / pageSize);
  const bytes = piece === 'image' ? size : piece === 'page' ? pageSize : piece;
  const pieces = Math.ceil(size / bytes);
  const rewrites = flash === 'pages' ? pieces : pages;
  const erasures = over === 'one used page' ? 1 : rewrites;
  const units = Math.ceil((flash === 'pages' ? pieces * pageSize : size) / unit);
  // Split-phase on Earl Grey the flash works already while the process makes the system call by which it waits.
  const calls = (board === 'earlgrey' && flash !== 'blocking' ? 3 : 4) * pieces;
  return {
    what: `${board}, ${image}, ${way}, over ${over}: alone, ms`,
    expected: (erasures * erasure + units * unitTime + calls * syscall) / 1e3,
    measured: alone.time,
    tolerance: 1e-9,
    source: 'erasures, programs and system calls',
  };
}

/** The study. */
export const REPROGRAMMING = study<Part, Outcome>({
  name: 'reprogramming',
  question:
    'What does a synchronous flash interface gain an application loader, and cost the others?',
  parts: () =>
    (Object.keys(IMAGES) as Image[]).flatMap((image) => [
      ...BOARDS.flatMap((board) =>
        (Object.keys(WAYS) as Way[]).map((way) => {
          return { board, image, way, over: 'an application' } as const;
        }),
      ),
      { board: 'nrf52840dk', image, way: 'pages, a page', over: 'one used page' } as const,
    ]),
  run,
  report,
});
