// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a store costs on a board, in figures that can stand beside those of another: an aged store, a boot, a life.
 *
 * NON-TOCK: the experiment of the study `earlgrey`.
 */
import { assert } from '#kernel/assert';
import { Random } from '#kernel/random';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { Store } from '#libraries/persistent-store/store';
import { percentile } from '../../report/columns.ts';
import { onBoard, STUDIED_BOARDS, VALUE_BYTE, type BoardName, type Call } from './on-board.ts';
import { wholeLife } from './whole-life.ts';

/** What is written: so many keys, each as likely, values of one size. */
const KEYS = 64;
const VALUE_BYTES = 16;
/** Words of an update: header and value. */
export const UPDATE_WORDS = 1 + VALUE_BYTES / 4;
/** Updates before those that are measured: each page has been erased. */
const AGEING = 20_000;
/** Updates that are measured. */
export const UPDATES = 1500;
const FINDS = 100;
/** Cycles of a life that is lived. */
export const LIVED_CYCLES = 20;

/** Times in ms. */
export interface StoreOnChip {
  readonly pageSize: number;
  readonly pages: number;
  readonly endurance: number;
  /** Words that live entries may take. */
  readonly capacity: number;
  readonly find: number;
  readonly mean: number;
  readonly p99: number;
  readonly most: number;
  /** Of the updates that did not erase a page, and that did. */
  readonly plain: number;
  readonly compacting: number;
  readonly words: number;
  readonly erasures: number;
  /** From power-on to the open store: blank, and aged. */
  readonly firstBoot: number;
  readonly boot: number;
  /** Updates of one counter, and of keys in any order, in a life of `LIVED_CYCLES`. */
  readonly counterLife: number;
  readonly life: number;
  /** The most and the fewest erasures of a page in the latter. */
  readonly spread: readonly [least: number, most: number];
}

/** Measures the store on so many bytes of a board's flash. */
export function storeOnChip(board: BoardName, bytes: number): StoreOnChip {
  const { pageSize, part } = STUDIED_BOARDS[board].freshFlash();
  const pages = bytes / pageSize;
  const { image, capacity } = aged(pageSize, pages);
  const updates = updatesFrom(new Random(2), UPDATES);
  const finds = Array.from({ length: FINDS }, (_, index): Call => {
    return { op: 'find', key: index % KEYS };
  });
  const { ready, costs } = onBoard({
    board,
    storePages: pages,
    image,
    calls: [...updates, ...finds],
  });
  assert(
    costs.every(({ status }) => status === 0),
    'a call failed',
  );
  const first = onBoard({ board, storePages: pages, calls: [] });
  const updated = costs.slice(0, UPDATES);
  const times = updated.map(({ time }) => time / 1e3);
  const timesOf = (compacts: boolean): number[] =>
    updated.filter(({ erases }) => erases > 0 === compacts).map(({ time }) => time / 1e3);
  return {
    pageSize,
    pages,
    endurance: part.erasesPerPage,
    capacity,
    find: mean(costs.slice(UPDATES).map(({ time }) => time / 1e3)),
    mean: mean(times),
    p99: percentile(times, 0.99),
    most: percentile(times, 1),
    plain: mean(timesOf(false)),
    compacting: mean(timesOf(true)),
    words: mean(updated.map(({ words }) => words)),
    erasures: mean(updated.map(({ erases }) => erases)),
    firstBoot: first.ready / 1e3,
    boot: ready / 1e3,
    ...lives(pageSize, pages),
  };
}

function lives(
  pageSize: number,
  pages: number,
): Pick<StoreOnChip, 'counterLife' | 'life' | 'spread'> {
  const shape = { pageSize, pages, endurance: LIVED_CYCLES };
  const create = (flash: BufferStorage): Store => new Store(flash);
  const counter = new Uint8Array(4).fill(VALUE_BYTE);
  const { updates: counterLife } = wholeLife(shape, create, [], (store) =>
    store.insert(1, counter),
  );
  const random = new Random(1);
  const value = new Uint8Array(VALUE_BYTES).fill(VALUE_BYTE);
  const { updates: life, erasures } = wholeLife(shape, create, [], (store) =>
    store.insert(random.below(KEYS), value),
  );
  return { counterLife, life, spread: [Math.min(...erasures), Math.max(...erasures)] };
}

/** A store whose log has gone round. */
function aged(pageSize: number, numPages: number): { image: Uint8Array; capacity: number } {
  const flash = new BufferStorage({
    wordSize: 4,
    pageSize,
    numPages,
    maxWordWrites: 2,
    maxPageErases: 10_000,
  });
  const store = new Store(flash);
  assert(runAtOnce(store.boot()).ok, 'the store did not open');
  const value = new Uint8Array(VALUE_BYTES).fill(VALUE_BYTE);
  const random = new Random(1);
  for (let count = 0; count < AGEING; count++) {
    assert(runAtOnce(store.insert(random.below(KEYS), value)).ok, 'an update failed');
  }
  const capacity = store.capacity();
  return { image: flash.image, capacity: capacity.ok ? capacity.value.total : 0 };
}

function updatesFrom(random: Random, count: number): Call[] {
  return Array.from({ length: count }, () => {
    return { op: 'insert', key: random.below(KEYS), size: VALUE_BYTES };
  });
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
