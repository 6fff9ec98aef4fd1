// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What each operation of each store programs, in flash words of 8 bytes, on the mean of many.
 *
 * NON-TOCK: on hardware nobody sees it; a part with check bits merely fails.
 */
import { assert } from '#kernel/assert';
import { Random } from '#kernel/random';
import type { Result } from '#kernel/result';
import { NaiveStore } from '#libraries/naive-store/naive-store';
import { CounterStore } from '#libraries/persistent-store/extensions/counters';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import { VALUE_BYTE } from './on-board.ts';
import { difference, FlashWords, NO_PROGRAMS, type Programs } from './flash-words.ts';

const REPEATS = 200;
const PAGES = 40;
const PAGE_SIZE = 2048;
/** Keys that come and go between the operations, so that entries begin in either half of a flash word. */
const OTHERS = 20;
const OTHERS_KEY = 1000;
const OTHERS_BYTES = 48;
/** Entries that stay: what a compaction copies. */
const RESIDENTS = 100;
const RESIDENTS_KEY = 2000;
/** Words that are free when an operation begins: it compacts nothing by itself. */
const ROOM = 300;
const KEY = 1;
const SHORT = 4;
const LONG = 200;
const COUNTER = 7;

type Done = Steps<Result<void, string>>;

/** A store that is open, on a flash that counts. */
interface Bench<S> {
  readonly store: S;
  readonly flash: FlashWords;
  readonly random: Random;
  readonly run: (steps: Done) => void;
  /** Runs it: what it programmed. */
  readonly count: (steps: Done) => Programs;
}

/** What is done to a store of some kind; `once` gives what the operation programmed and not what was around it. */
interface Operation<S> {
  readonly operation: string;
  readonly once: (bench: Bench<S>) => Programs;
}

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(VALUE_BYTE);

// --- The persistent store ------------------------------------------------------------------------

function settle({ store, run }: Bench<Store>): void {
  for (let index = 0; index < RESIDENTS; index++) {
    run(store.insert(RESIDENTS_KEY + index, bytes(LONG)));
  }
}

/** Moves the tail by a few words. */
function disturb({ store, random, run }: Bench<Store>): void {
  run(store.insert(OTHERS_KEY + random.below(OTHERS), bytes(random.below(OTHERS_BYTES))));
}

/** Compacts, so that the operation that follows does not. */
function makeRoom({ store, flash, run }: Bench<Store>): void {
  for (let before = -1; before < flash.counts.erases;) {
    before = flash.counts.erases;
    run(store.prepare(ROOM));
  }
}

function persistent(
  operation: string,
  act: (store: Store) => Done,
  before: (store: Store) => Done,
): Operation<Store> {
  return {
    operation,
    once: (bench) => {
      disturb(bench);
      bench.run(before(bench.store));
      makeRoom(bench);
      return bench.count(act(bench.store));
    },
  };
}

/** Updates until making room for one more means to compact a page. */
function compaction(bench: Bench<Store>): Programs {
  const { store, flash, count } = bench;
  for (;;) {
    disturb(bench);
    const { erases } = flash.counts;
    const programs = count(store.prepare(OTHERS_BYTES));
    if (flash.counts.erases > erases) return programs;
  }
}

const insert = (length: number) => (store: Store) => store.insert(KEY, bytes(length));
const remove = (store: Store): Done => store.remove(KEY);
const five = [1, 2, 3, 4, 5].map((key) => ({ op: 'insert', key, value: bytes(SHORT) }) as const);

const PERSISTENT: readonly Operation<Store>[] = [
  persistent('insert of no bytes', insert(0), remove),
  persistent('insert of 4 B, new', insert(SHORT), remove),
  persistent('insert of 4 B, replacing', insert(SHORT), insert(SHORT)),
  persistent('insert of 200 B, new', insert(LONG), remove),
  persistent('insert of 200 B, replacing', insert(LONG), insert(LONG)),
  persistent('remove of 4 B', remove, insert(SHORT)),
  persistent('remove of 200 B', remove, insert(LONG)),
  persistent(
    'transaction of 5 × 4 B, new',
    (store) => store.transaction(five),
    (store) => store.transaction(five.map(({ key }) => ({ op: 'remove', key }))),
  ),
  { operation: 'compaction of a page', once: compaction },
];

// --- Counters, and the naive store ---------------------------------------------------------------

const COUNTERS: readonly Operation<CounterStore>[] = [
  {
    operation: 'increment',
    once: (bench) => {
      const { store, run, count } = bench;
      disturb(bench);
      makeRoom(bench);
      if (!store.readCounter(COUNTER).ok) run(store.createCounter(COUNTER, 0, 'saturates'));
      return count(store.incrementCounter(COUNTER));
    },
  },
];

const NAIVE: readonly Operation<NaiveStore>[] = [
  {
    operation: 'insert of 4 B',
    once: ({ store, count }) => count(store.insert(KEY, bytes(SHORT))),
  },
  {
    operation: 'remove',
    once: ({ store, run, count }) => {
      run(store.insert(KEY, bytes(SHORT)));
      return count(store.remove(KEY));
    },
  },
];

// --- All of them ---------------------------------------------------------------------------------

/** What an operation programs, on the mean. */
export interface OperationPrograms extends Programs {
  readonly store: string;
  readonly operation: string;
}

/** Runs every operation many times. */
export function operationPrograms(): readonly OperationPrograms[] {
  return [
    ...rows('persistent', PERSISTENT, (flash) => new Store(flash), settle),
    ...rows('counters', COUNTERS, (flash) => new CounterStore(flash), settle),
    ...rows(
      'naive',
      NAIVE,
      (flash) => new NaiveStore(flash),
      () => undefined,
    ),
  ];
}

function rows<S extends { boot(): Done }>(
  store: string,
  operations: readonly Operation<S>[],
  create: (flash: FlashWords) => S,
  begin: (bench: Bench<S>) => void,
): OperationPrograms[] {
  return operations.map(({ operation, once }) => {
    const bench = open(create);
    begin(bench);
    const sum = { ...NO_PROGRAMS };
    for (let index = 0; index < REPEATS; index++) {
      const programs = once(bench);
      for (const kind of KINDS) sum[kind] += programs[kind];
    }
    for (const kind of KINDS) sum[kind] /= REPEATS;
    return { store, operation, ...sum };
  });
}

const KINDS = ['words', 'first', 'otherHalf', 'sameWord'] as const satisfies (keyof Programs)[];

function open<S extends { boot(): Done }>(create: (flash: FlashWords) => S): Bench<S> {
  const flash = new FlashWords({
    wordSize: 4,
    pageSize: PAGE_SIZE,
    numPages: PAGES,
    maxWordWrites: 2,
    maxPageErases: 10_000,
  });
  const store = create(flash);
  const run = (steps: Done): void => {
    const result = runAtOnce(steps);
    assert(result.ok, result.ok ? '' : `the store answered ${result.error}`);
  };
  run(store.boot());
  const count = (steps: Done): Programs => {
    const before = { ...flash.programs };
    run(steps);
    return difference(flash.programs, before);
  };
  return { store, flash, random: new Random(1), run, count };
}
