// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a page erasure does to another process: a 1 ms timer beside a login that compacts.
 *
 * NON-TOCK: part of the demonstration. The CPU of an nRF52840 fetches from the flash that is being
 * erased, so it stalls: nobody runs, the timer's interrupt waits. On Earl Grey others go on.
 */
import { main as ticker } from '#apps/ticker';
import type { BoardKind } from '#boards/board';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { columns, percentile } from '../report/columns.ts';
import type { CheckedLine } from '../run/workload.ts';
import { live, type Life, type Memory } from './device.ts';

/** The signature counter: what a login writes. */
const COUNTER = { key: 2047, size: 4 } as const;
const CHUNK = 32;
/** A store that never compacts after so many logins does not compact at all. */
const LOGINS_AT_MOST = 8192;
const SECOND = 1000;

/** What the timer's process saw. */
export interface Neighbour {
  /** Lateness of each period, ms, while logins wrote words only. */
  readonly writing: readonly number[];
  /** The same while one login erased a page. */
  readonly erasing: readonly number[];
}

/** Where it is measured. */
export interface Place {
  readonly board: BoardKind;
  /** Used up to its next compaction, and then put back as it was. */
  readonly flash: NorFlash;
  readonly state: Memory;
  readonly storePages: number;
}

/** Runs the timer beside logins. */
export function measureNeighbour({ board, flash, state, storePages }: Place): Neighbour {
  const life: Omit<Life, 'lines'> = { board, flash, state, storePages };
  approachCompaction(flash, life);
  const before = flash.snapshot();
  const erasing = latenessBesideLogin(life);
  const writing = latenessBesideLogin(life);
  flash.restore(before);
  return { writing, erasing };
}

/** Logs in until the next login would erase a page, and goes back to just before it. */
function approachCompaction(flash: NorFlash, life: Omit<Life, 'lines'>): void {
  for (let count = CHUNK, done = 0; done < LOGINS_AT_MOST; done += count) {
    const before = flash.snapshot();
    const { totals } = live({ ...life, lines: logins(count, 0) });
    if (totals.erases === 0) continue;
    flash.restore(before);
    if (count === 1) return;
    count = 1;
  }
}

function latenessBesideLogin(life: Omit<Life, 'lines'>): readonly number[] {
  const lateness: number[] = [];
  const beside = [{ name: 'ticker', main: ticker, args: { periods: 2 * SECOND, lateness } }];
  live({ ...life, beside, lines: [...logins(1, SECOND / 2), ...idle(SECOND)] });
  return lateness;
}

function logins(count: number, t: number): CheckedLine[] {
  const line = { t, event: 'login', act: 1, op: 'insert', ...COUNTER } as const;
  return Array.from({ length: count }, () => line);
}

/** A look at the store at an instant, so that the run lasts until then. */
function idle(t: number): CheckedLine[] {
  return [{ t, event: 'look', act: 2, op: 'find', key: COUNTER.key }];
}

const BOUNDS = [0.5, 1, 2, 5, 10, 50, 85, 100, Infinity] as const;

/** A table of how late the timer was: on each chip, beside a login that writes and one that erases. */
export function neighbourTable(neighbours: ReadonlyMap<string, Neighbour>): string {
  const count = (late: readonly number[], index: number): number => {
    const from = BOUNDS[index - 1] ?? 0;
    const to = BOUNDS[index] ?? Infinity;
    return late.filter((time) => time >= from && time < to).length;
  };
  const all = [...neighbours.values()].flatMap(({ writing, erasing }) => [writing, erasing]);
  const rows = BOUNDS.map((bound, index) => ({
    name: bound === Infinity ? 'later' : `under ${bound} ms late`,
    counts: all.map((late) => count(late, index)),
  })).filter(({ counts }) => counts.some((each) => each !== 0));
  const most = (late: readonly number[]): string => `${percentile(late, 1).toFixed(1)} ms`;
  return columns([
    ['a 1 ms timer', ...[...neighbours.keys()].flatMap((chip) => [`${chip}: words`, 'erasure'])],
    ...rows.map(({ name, counts }) => [name, ...counts]),
    ['latest', ...all.map(most)],
  ]);
}
