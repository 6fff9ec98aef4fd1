// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The figures of a run: what it cost the flash, how long calls took, what is left of its life.
 *
 * NON-TOCK: what a laboratory reports.
 */
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { Store, type Lifetime, type Ratio } from '#libraries/persistent-store/store';
import type { CheckedLine } from '../../run/workload.ts';
import { liveAtStorage } from './at-storage.ts';
import { geometryOf, type Cell, type Lived, type Stop } from './cell.ts';
import { engineOf } from './engine.ts';
import { IDLE_EVENT } from './idle.ts';
import { liveOnBoard } from './on-board.ts';

const DAY_MILLISECONDS = 86_400_000;
const DAYS_A_YEAR = 365;

/** Where and why a run ended before its workload. */
export interface Stopped extends Stop {
  /** Its line in the workload's file, from 1; of one with `prepare` added, the line before. */
  readonly line: number;
  /** Days since the workload's begin. */
  readonly day: number;
  readonly event: string;
}

/** All figures of one run. Times in nanoseconds; those of boots are in none of them. */
export interface Figures {
  readonly cell: Cell;
  readonly stopped: Stopped | undefined;
  readonly lived: Lived;
  /** Sum of all calls' times. */
  readonly busy: number;
  /** The longest command of the user's; `prepare` in idle time is none. */
  readonly worst: number;
  /** The same of the flash alone, where the level can tell. */
  readonly flashBusy: number | undefined;
  readonly flashWorst: number | undefined;
  /** Erasures in idle time. */
  readonly idleErases: number;
  /** Bytes programmed for each byte of a value; absent: there were none. */
  readonly amplification: number | undefined;
  readonly capacity: Ratio | undefined;
  /** The most words that live entries took at a time. */
  readonly peakWords: number;
  readonly lifetime: Lifetime | undefined;
  readonly entries: number | undefined;
  /** The larger of the log's share of its life and the worst page's share of its cycles. */
  readonly lifeUsed: number;
  /** Years of 365 days until a life is used up; absent: the workload did not fit, took no time, or no life. */
  readonly years: number | undefined;
}

/** Runs a cell. */
export function runCell(
  cell: Cell,
  lines: readonly CheckedLine[],
  onProgress?: (linesDone: number) => void,
): Figures {
  const { board } = cell.part;
  const lived =
    cell.level === 'board' && board !== undefined
      ? liveOnBoard(cell, board, lines, onProgress)
      : liveAtStorage(cell, lines, onProgress);
  return figuresOf(cell, lived, lines);
}

function figuresOf(cell: Cell, lived: Lived, lines: readonly CheckedLine[]): Figures {
  const { stop, commands, flashTimes } = lived;
  const opened = openCopy(cell, lived.image);
  const lifeUsed = Math.max(
    opened.lifetime === undefined ? 0 : opened.lifetime.used / opened.lifetime.total,
    mostErases(lived) / cell.part.sheet.erasesPerPage.value,
  );
  const days = daysOf(lines);
  const isUsers = commands.map(({ event }) => event !== IDLE_EVENT);
  const idle = commands.filter((_, index) => isUsers[index] === false);
  const values = valueBytes(lines.slice(0, stop?.index));
  return {
    cell,
    lived,
    stopped: stop === undefined ? undefined : place(stop, lines),
    busy: sum(commands.map(({ time }) => time)),
    worst: most(commands.filter((_, index) => isUsers[index]).map(({ time }) => time)),
    flashBusy: flashTimes && sum(flashTimes),
    flashWorst: flashTimes && most(flashTimes.filter((_, index) => isUsers[index])),
    idleErases: sum(idle.map(({ erases }) => erases)),
    amplification: values === 0 ? undefined : (lived.words * 4) / values,
    ...opened,
    peakWords: peakWords(lines.slice(0, stop?.index)),
    lifeUsed,
    years: stop !== undefined || days * lifeUsed === 0 ? undefined : days / DAYS_A_YEAR / lifeUsed,
  };
}

/** What the store says of itself when a copy of its pages is opened; capacity and lifetime says only the persistent one. */
function openCopy(
  cell: Cell,
  image: Uint8Array,
): Pick<Figures, 'capacity' | 'lifetime' | 'entries'> {
  const copy = new BufferStorage(geometryOf(cell), false);
  copy.image.set(image);
  if (!cell.store.startsWith('persistent')) {
    return { capacity: undefined, lifetime: undefined, entries: entriesOf(cell.store, copy) };
  }
  const store = new Store(copy);
  const opened = runAtOnce(store.boot()).ok;
  const [capacity, lifetime, handles] = [
    store.capacity(),
    runAtOnce(store.lifetime()),
    store.handles(),
  ];
  return {
    capacity: opened && capacity.ok ? capacity.value : undefined,
    lifetime: opened && lifetime.ok ? lifetime.value : undefined,
    entries: opened && handles.ok ? handles.value.length : undefined,
  };
}

/** How many keys a store that is no persistent one shows; undefined when it does not open. */
function entriesOf(store: string, copy: BufferStorage): number | undefined {
  const engine = engineOf(store, copy);
  if (!engine.boot().ok) return undefined;
  const keys = engine.keys();
  return keys.ok ? keys.value.length : undefined;
}

function place(stop: Stop, lines: readonly CheckedLine[]): Stopped {
  const { t = 0, event = '', row } = lines[stop.index] ?? {};
  const added = lines.slice(0, stop.index + 1).filter((line) => line.event === IDLE_EVENT).length;
  const day = (t - (lines[0]?.t ?? 0)) / DAY_MILLISECONDS;
  return { ...stop, event, day, line: row ?? stop.index + 1 - added };
}

/** Days from the first line of a workload to its last. */
export function daysOf(lines: readonly CheckedLine[]): number {
  return ((lines.at(-1)?.t ?? 0) - (lines[0]?.t ?? 0)) / DAY_MILLISECONDS;
}

/** Bytes of all values that a workload's calls hand in. */
export function valueBytes(lines: readonly CheckedLine[]): number {
  return sum(
    lines.flatMap((line) => {
      const updates = line.op === 'transaction' ? line.updates : [line];
      return updates.map((update) => (update.op === 'insert' ? update.size : 0));
    }),
  );
}

/** The most words that the entries of a workload take at a time: a header each, and their values. */
function peakWords(lines: readonly CheckedLine[]): number {
  const words = new Map<number, number>();
  let [live, peak] = [0, 0];
  const set = (key: number, count: number): void => {
    live += count - (words.get(key) ?? 0);
    words.set(key, count);
  };
  for (const line of lines) {
    const updates = line.op === 'transaction' ? line.updates : [line];
    for (const update of updates) {
      if (update.op === 'insert') set(update.key, 1 + Math.ceil(update.size / 4));
      else if (update.op === 'remove') set(update.key, 0);
    }
    if (line.op === 'clear') for (const key of words.keys()) if (key >= line.key) set(key, 0);
    peak = Math.max(peak, live);
  }
  return peak;
}

/** Erasures of the page that was erased most often. */
export function mostErases({ pageErases }: Lived): number {
  return most(pageErases);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function most(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}
