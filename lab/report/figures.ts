// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What commands cost, summed up by kind: virtual time, traps (that is, system
 * calls), flash words, erasures.
 *
 * NON-TOCK: the simulator's own reports.
 */
import { columns, duration, grouped, percentile } from './columns.ts';

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

/** A table with a row for each kind of command: how often, virtual time, mean costs. */
export function commandTable(figures: readonly CommandFigures[]): string {
  const kinds = new Map<string, CommandFigures[]>();
  for (const figure of figures) {
    const kind = kinds.get(figure.event);
    if (kind === undefined) kinds.set(figure.event, [figure]);
    else kind.push(figure);
  }
  const heading = ['command', 'n', 'p50', 'p99', 'most', 'traps', 'words', 'erases'];
  return columns([heading, ...[...kinds].map(([event, group]) => commandRow(event, group))]);
}

function commandRow(event: string, group: readonly CommandFigures[]): (string | number)[] {
  const times = group.map(({ time }) => time);
  const mean = (pick: (figure: CommandFigures) => number): string =>
    (group.reduce((sum, figure) => sum + pick(figure), 0) / group.length).toFixed(1);
  return [
    event,
    grouped(group.length),
    duration(percentile(times, 0.5)),
    duration(percentile(times, 0.99)),
    duration(percentile(times, 1)),
    mean(({ syscalls }) => syscalls),
    mean(({ words }) => words),
    group.reduce((sum, { erases }) => sum + erases, 0),
  ];
}
