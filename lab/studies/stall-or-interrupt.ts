// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: what do other processes and timers suffer while flash works?
 *
 * NON-TOCK. Three processes: one inserts a value every 100 ms, one wants to run every millisecond, one makes a
 * system call every 3 ms. On the nRF52840 the CPU stands still while the flash works; on Earl Grey it goes on,
 * unless the store is given the blocking interface.
 */
import { main as ticker } from '#apps/ticker';
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import type { StoreHil } from '#boards/board';
import { seconds } from '#kernel/time';
import { percentile } from '../report/columns.ts';
import { every, tail } from './framework/bystanders.ts';
import { STUDIED_BOARDS, VALUE_BYTE, type BoardName } from './framework/on-board.ts';
import type { Lines, Table } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';

/** Who else is busy: nobody; somebody who writes; somebody on a store so small that it compacts. */
const NEIGHBOURS = ['nobody', 'words', 'words and erasures'] as const;
type Neighbour = (typeof NEIGHBOURS)[number];

interface Part {
  readonly board: BoardName;
  readonly hil: StoreHil;
  readonly neighbour: Neighbour;
}

interface Outcome extends Part {
  /** How late the timer's process ran, ms, each period. */
  readonly timer: readonly number[];
  /** From when a system call was due to its answer, ms. */
  readonly calls: readonly number[];
  readonly words: number;
  readonly erases: number;
  /** The longest insertion, from the writer's call to its answer, ms. */
  readonly longest: number;
}

const RUN = seconds(10);
const WRITE_PERIOD = 100e6;
const CALL_PERIOD = 3e6;
const VALUE_BYTES = 400;
const KEYS = 2;
/** A store that takes ten seconds of values, and one that has to compact all the time. */
const PAGES: Readonly<Record<BoardName, Readonly<Record<Neighbour, number>>>> = {
  nrf52840dk: { nobody: 20, words: 20, 'words and erasures': 3 },
  earlgrey: { nobody: 40, words: 40, 'words and erasures': 3 },
};
const LED_DRIVER = 2;
/** Of the scheduler, ms; and the processes that may have one before the timer's. */
const TIME_SLICE = 10;
const OTHERS = 2;

function run({ board: name, hil, neighbour }: Part): Outcome {
  const timer: number[] = [];
  const calls: number[] = [];
  let longest = 0;
  const board = STUDIED_BOARDS[name].boot({ hil, storePages: PAGES[name][neighbour] });
  const now = (): number => board.clock.now;
  board.load({ name: 'ticker', main: ticker, args: { periods: Infinity, lateness: timer } });
  board.load({
    name: 'caller',
    main: every(CALL_PERIOD, now, function* call(tock, due) {
      yield* tock.command(LED_DRIVER, 0);
      calls.push((now() - due) / 1e6);
    }),
  });
  if (neighbour !== 'nobody') {
    const main = every(WRITE_PERIOD, now, function* act(tock, due) {
      const begin = now();
      yield* write(tock, due);
      longest = Math.max(longest, (now() - begin) / 1e6);
    });
    board.load({ name: 'writer', main });
  }
  board.run(RUN);
  const { wordsWritten: words, erases } = board.statistics();
  return { board: name, hil, neighbour, timer, calls, words, erases, longest };
}

function* write(tock: Libtock, due: number): Userspace {
  const key = Math.round(due / WRITE_PERIOD) % KEYS;
  yield* tock.persistentStore.insert(key, new Uint8Array(VALUE_BYTES).fill(VALUE_BYTE));
}

const named = ({ board, hil, neighbour }: Part): string => `${board}, ${hil}: ${neighbour}`;
const most = (samples: readonly number[]): number => percentile(samples, 1);

function tableOf(outcomes: readonly Outcome[]): Table {
  return {
    kind: 'table',
    title: 'Ten seconds beside a process that inserts 400 B every 100 ms',
    columns: [
      { title: 'board' },
      { title: 'interface' },
      { title: 'neighbour does' },
      { title: 'words' },
      { title: 'erasures' },
      { title: 'timer p50', unit: 'ms', digits: 2 },
      { title: 'p99', unit: 'ms', digits: 1 },
      { title: 'most', unit: 'ms', digits: 1 },
      { title: 'system call p50', unit: 'ms', digits: 2 },
      { title: 'p99', unit: 'ms', digits: 1 },
      { title: 'most', unit: 'ms', digits: 1 },
    ],
    rows: outcomes.map(({ board, hil, neighbour, words, erases, timer, calls }) => [
      board,
      hil,
      neighbour,
      words,
      erases,
      ...[timer, calls].flatMap((samples) => [
        percentile(samples, 0.5),
        percentile(samples, 0.99),
        most(samples),
      ]),
    ]),
  };
}

function report(outcomes: readonly Outcome[]): StudyReport {
  const find = (board: BoardName, hil: StoreHil): Outcome => {
    const found = outcomes.find(
      (each) => each.board === board && each.hil === hil && each.neighbour === NEIGHBOURS[2],
    );
    if (found === undefined) throw new Error('a part is missing');
    return found;
  };
  const stalled = find('nrf52840dk', 'byte');
  const freed = find('earlgrey', 'byte');
  const blocked = find('earlgrey', 'blocking');
  const ms = (samples: readonly number[]): string => most(samples).toFixed(1);
  return {
    answer:
      `On the nRF52840 everybody waits for an erasure: a 1 kHz timer runs up to ${ms(stalled.timer)} ms late. On ` +
      `Earl Grey it runs at most ${ms(freed.timer)} ms late, and what is left is the software of the store; but ` +
      `through the blocking interface that chip does as badly as the other, up to ${ms(blocked.timer)} ms.`,
    table: tableOf(outcomes),
    picture: distribution('How late a 1 kHz timer runs', outcomes, ({ timer }) => timer),
    more: [
      distribution('From when a system call was due to its answer', outcomes, ({ calls }) => calls),
    ],
    notes: NOTES,
    checks: [stalled, blocked].map(checkOf),
  };
}

/** The share of samples above each value, both logarithmic: the tail is what counts. */
function distribution(
  title: string,
  outcomes: readonly Outcome[],
  pick: (outcome: Outcome) => readonly number[],
): Lines {
  return {
    kind: 'lines',
    title: `${title}: share of cases that are worse`,
    x: { title: 'ms', scale: 'log' },
    y: { title: 'share', scale: 'log' },
    series: outcomes
      .filter(({ neighbour }) => neighbour !== 'nobody')
      .map((outcome) => ({ name: named(outcome), points: tail(pick(outcome)) })),
  };
}

const NOTES = [
  'The timer is `apps/ticker.ts`: a period that was missed is made up for at once, so that one erasure makes ' +
    'many periods late. The second process makes a system call every 3 ms; its time counts from when it was ' +
    'due, because a process that cannot run cannot ask either.',
  'An erasure takes 85 ms on the nRF52840 and 72 ms on Earl Grey.',
  'The store runs in the kernel: what it reads keeps other processes waiting on both chips.',
];

/** Where the CPU waits for the flash, the latest has waited for the longest operation, and for who else was ready. */
function checkOf(outcome: Outcome): Check {
  return {
    what: `${named(outcome)}: latest run of the timer, ms`,
    expected: outcome.longest,
    measured: most(outcome.timer),
    tolerance: (OTHERS * TIME_SLICE) / outcome.longest,
    source: 'the longest insertion, and at most a time slice of each other process',
  };
}

/** The study. */
export const STALL_OR_INTERRUPT = study<Part, Outcome>({
  name: 'stall-or-interrupt',
  question: 'What do other processes and timers suffer while flash works?',
  parts: () =>
    NEIGHBOURS.flatMap((neighbour) => [
      { board: 'nrf52840dk', hil: 'byte', neighbour },
      { board: 'earlgrey', hil: 'byte', neighbour },
      { board: 'earlgrey', hil: 'blocking', neighbour },
    ]),
  run,
  report,
});
