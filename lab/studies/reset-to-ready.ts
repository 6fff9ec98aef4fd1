// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: how long from reset until the store answers?
 *
 * NON-TOCK. Stores of 80 KiB are filled at the storage interface, the power is cut, and a board boots on what
 * is left.
 */
import { assert } from '#kernel/assert';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { Store } from '#libraries/persistent-store/store';
import { onBoard, STUDIED_BOARDS, type BoardName } from './framework/on-board.ts';
import { storeLatency, type LatencyScenario } from './framework/store-latency.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';

/** 80 KiB on each chip. */
const PAGES: Readonly<Record<BoardName, number>> = { nrf52840dk: 20, earlgrey: 40 };
const PERCENTS = [0, 25, 50, 75, 100] as const;

/** What the store holds: distinct long entries, or one short entry, rewritten. */
const CONTENTS = {
  'live entries of 50 words': { words: 50, isRewritten: false },
  'dead entries of 1 word': { words: 1, isRewritten: true },
} as const;
type Content = keyof typeof CONTENTS;

interface Part {
  readonly board: BoardName;
  readonly content: Content;
  readonly percent: number;
  /** Whether the power went in the middle of a compaction. */
  readonly cut: boolean;
}

interface Outcome extends Part {
  /** From power-on to the open store, ms. */
  readonly ready: number;
  /** Boot again on the same cells: nothing is left to repair. */
  readonly again: number;
  readonly erases: number;
}

function run(part: Part): Outcome {
  const { board } = part;
  const storePages = PAGES[board];
  const first = onBoard({ board, storePages, image: filled(part), calls: [] });
  const second = onBoard({ board, storePages, image: first.image, calls: [] });
  const erases = first.erasures.reduce((sum, each) => sum + each, 0);
  return { ...part, ready: first.ready / 1e3, again: second.ready / 1e3, erases };
}

/** The store's pages after so much was written, and perhaps after a cut. */
function filled({ board, content, percent, cut }: Part): Uint8Array {
  const { pageSize } = STUDIED_BOARDS[board].freshFlash();
  const { words, isRewritten } = CONTENTS[content];
  const pages = PAGES[board];
  if (cut) {
    return cutCompaction({ pages, pageSize, words, keys: isRewritten ? 'same' : 'distinct' });
  }
  const flash = blank(pageSize, pages);
  const store = new Store(flash);
  assert(runAtOnce(store.boot()).ok, 'the store did not open');
  const capacity = store.capacity();
  const total = capacity.ok ? capacity.value.total : 0;
  const count = Math.floor((total / (1 + words)) * (percent / 100));
  const value = new Uint8Array(4 * words);
  for (let index = 0; index < count; index++) {
    const inserted = runAtOnce(store.insert(isRewritten ? 1 : index, value));
    assert(inserted.ok, 'the store is full');
  }
  return flash.image;
}

/**
 * A full store whose next word needs a compaction, and that compaction cut: the page is copied, and its erasure
 * has not begun.
 */
function cutCompaction(scenario: LatencyScenario): Uint8Array {
  const { image } = storeLatency(scenario).compaction;
  let latest = image;
  for (let calls = 0; ; calls++) {
    const cells = blank(scenario.pageSize, scenario.pages);
    cells.image.set(image);
    const store = new Store(cells);
    assert(runAtOnce(store.boot()).ok, 'the store did not open');
    cells.arm(calls);
    const prepared = runAtOnce(store.prepare(1));
    cells.corrupt(() => false);
    if (prepared.ok || cells.counts.erases > 0) return latest;
    latest = cells.image;
  }
}

function blank(pageSize: number, numPages: number): BufferStorage {
  return new BufferStorage({
    wordSize: 4,
    pageSize,
    numPages,
    maxWordWrites: 2,
    maxPageErases: 10_000,
  });
}

const named = ({ board, content }: Part): string => `${board}, ${content}`;

function report(outcomes: readonly Outcome[]): StudyReport {
  const whole = outcomes.filter(({ cut }) => !cut);
  const torn = outcomes.filter(({ cut }) => cut);
  const names = [...new Set(whole.map(named))];
  const full = whole.filter(({ percent }) => percent === 100).map(({ ready }) => ready);
  const ms = (value: number): string => value.toFixed(0);
  return {
    answer:
      `A full store takes ${ms(Math.min(...full))} to ${ms(Math.max(...full))} ms, and time grows with the number ` +
      'of entries, dead ones included. A compaction that was cut before its erasure adds ' +
      'that erasure and little else; the boot after it is as ever.',
    table: {
      kind: 'table',
      title: 'From power-on to the open store of 80 KiB',
      columns: [
        { title: 'content' },
        { title: 'board' },
        { title: 'filled', unit: '%' },
        { title: 'power cut' },
        { title: 'ready after', unit: 'ms', digits: 1 },
        { title: 'erasures' },
        { title: 'the boot after that', unit: 'ms', digits: 1 },
      ],
      rows: [...whole, ...torn].map(({ content, board, percent, cut, ready, erases, again }) => [
        content,
        board,
        percent,
        cut ? 'in a compaction' : 'at rest',
        ready,
        erases,
        again,
      ]),
    },
    picture: {
      kind: 'lines',
      title: 'From power-on to the open store, against how full it is',
      x: { title: 'filled, %' },
      y: { title: 'ms' },
      series: names.map((name) => ({
        name,
        points: whole
          .filter((outcome) => named(outcome) === name)
          .map(({ percent, ready }) => [percent, ready] as const),
      })),
    },
    notes: [
      'Filled with dead entries: one key was rewritten until so much of the capacity had been written once.',
      "Counted from power-on to the end of the store's boot; the boot of kernel and processes itself is charged " +
        'nothing, because nobody published a figure.',
      "A read call costs 11 µs (the specification's figure; nrf52840-figures says what devices showed) on the nRF52840 and 7.04 µs on Earl Grey. Boot of an empty store is the first boot " +
        'of a blank flash in the first column, of an initialised one in the last.',
    ],
    checks: torn.map((outcome) => checkOf(outcome)),
  };
}

const ERASURE: Readonly<Record<BoardName, number>> = { nrf52840dk: 85, earlgrey: 72 };

/** The repair costs the erasure that was missing. */
function checkOf(outcome: Outcome): Check {
  const { board, ready, again } = outcome;
  return {
    what: `${named(outcome)}: what the repair adds, ms`,
    expected: ERASURE[board],
    measured: ready - again,
    tolerance: 0.1,
    source: 'one page erasure',
  };
}

/** The study. */
export const RESET_TO_READY = study<Part, Outcome>({
  name: 'reset-to-ready',
  question: 'How long from reset until the store answers, after a power loss?',
  parts: () =>
    (['nrf52840dk', 'earlgrey'] as const).flatMap((board) =>
      (Object.keys(CONTENTS) as Content[]).flatMap((content) => [
        ...PERCENTS.map((percent) => ({ board, content, percent, cut: false })),
        { board, content, percent: 100, cut: true },
      ]),
    ),
  run,
  report,
});
