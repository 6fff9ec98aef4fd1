// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What commands cost, summed up by kind: virtual time, traps (that is, system
 * calls), flash words, erasures.
 *
 * NON-TOCK: the simulator's own reports.
 */
import { duration, grouped, percentile } from './columns.ts';
import { fitted } from './table.ts';

/** What one command of a workload took, from its first store call to the end of its last. */
export interface CommandFigures {
  /** The kind of command: `getAssertion`. */
  readonly event: string;
  /** Number of the user's action that it belongs to. */
  readonly act: number;
  /** Store calls that it made. */
  readonly calls: number;
  /** Virtual nanoseconds, waiting for the user left out. */
  readonly time: number;
  readonly syscalls: number;
  /** Words passed to flash writes. */
  readonly words: number;
  /** Page erasures. */
  readonly erases: number;
}

/** All commands of one kind; times in virtual nanoseconds, costs as means but for erasures. */
export interface KindFigures {
  readonly event: string;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  readonly syscalls: number;
  readonly words: number;
  readonly erases: number;
}

/** Commands summed up by kind, in the order in which the kinds first came. */
export function commandKinds(figures: readonly CommandFigures[]): KindFigures[] {
  const kinds = new Map<string, CommandFigures[]>();
  for (const figure of figures) {
    const kind = kinds.get(figure.event);
    if (kind === undefined) kinds.set(figure.event, [figure]);
    else kind.push(figure);
  }
  return [...kinds].map(([event, group]) => kindOf(event, group));
}

function kindOf(event: string, group: readonly CommandFigures[]): KindFigures {
  const times = group.map(({ time }) => time);
  const total = (pick: (figure: CommandFigures) => number): number =>
    group.reduce((sum, figure) => sum + pick(figure), 0);
  return {
    event,
    count: group.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    most: percentile(times, 1),
    syscalls: total(({ syscalls }) => syscalls) / group.length,
    words: total(({ words }) => words) / group.length,
    erases: total(({ erases }) => erases),
  };
}

/** A table with a row for each kind of command: how often, virtual time, mean costs. */
export function commandTable(figures: readonly CommandFigures[]): string {
  const heading = ['command', 'n', 'p50', 'p99', 'most', 'traps', 'words', 'erases'];
  const rows = commandKinds(figures).map((kind) => [
    kind.event,
    grouped(kind.count),
    duration(kind.p50),
    duration(kind.p99),
    duration(kind.most),
    kind.syscalls.toFixed(1),
    kind.words.toFixed(1),
    kind.erases,
  ]);
  return fitted([heading, ...rows], (column) => column === 0);
}
