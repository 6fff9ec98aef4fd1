// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Fits the free costs of a model to measured times: least squares of relative errors, no cost below zero.
 *
 * NON-TOCK: calibration of the simulator against a device.
 */
import { timeOf, type CostModel, type CostName, type Counts } from './cost-model.ts';

/** A time that was measured on a device, beside what the operation asks of the flash. */
export interface Observation {
  readonly name: string;
  readonly counts: Counts;
  readonly microseconds: number;
}

/** A model that fits, and how well. */
export interface Fit {
  readonly model: CostModel;
  readonly residuals: readonly {
    readonly name: string;
    readonly measured: number;
    readonly modelled: number;
    /** (modelled - measured) / measured. */
    readonly deviation: number;
  }[];
  /** Root of the mean square of the relative deviations. */
  readonly rms: number;
  /** The largest relative deviation, without its sign. */
  readonly worst: number;
}

/** Why nothing was fitted. */
export type FitError = 'too few measurements' | 'the measurements do not tell the free costs apart';

/**
 * The best values of the free costs with the others as `fixed` says. A cost whose best value is below zero is
 * set to zero, and the others are fitted again.
 */
export function fit(
  observations: readonly Observation[],
  fixed: CostModel,
  free: readonly CostName[],
): Fit | FitError {
  if (observations.length < free.length) return 'too few measurements';
  let open = free;
  for (;;) {
    const zeroed = Object.fromEntries(free.map((name) => [name, 0]));
    const base: CostModel = { ...fixed, ...zeroed };
    const solved = solve(observations, base, open);
    if (solved === undefined) return 'the measurements do not tell the free costs apart';
    const negative = open.find((_, index) => (solved[index] ?? 0) < 0);
    if (negative === undefined) {
      const found = Object.fromEntries(open.map((name, index) => [name, solved[index] ?? 0]));
      return judge(observations, { ...base, ...found });
    }
    open = open.filter((name) => name !== negative);
  }
}

/** How well a model fits. */
export function judge(observations: readonly Observation[], model: CostModel): Fit {
  const residuals = observations.map(({ name, counts, microseconds: measured }) => {
    const modelled = timeOf(counts, model);
    return { name, measured, modelled, deviation: modelled / measured - 1 };
  });
  const squares = residuals.reduce((sum, { deviation }) => sum + deviation ** 2, 0);
  return {
    model,
    residuals,
    rms: Math.sqrt(squares / Math.max(1, residuals.length)),
    worst: Math.max(0, ...residuals.map(({ deviation }) => Math.abs(deviation))),
  };
}

/** Normal equations of the relative errors, by Gauss's elimination with pivots. */
function solve(
  observations: readonly Observation[],
  base: CostModel,
  open: readonly CostName[],
): readonly number[] | undefined {
  const size = open.length;
  const rows = open.map((row) => [
    ...open.map((column) => sumOver(observations, ({ counts }) => counts[row] * counts[column])),
    sumOver(
      observations,
      ({ counts, microseconds }) => counts[row] * (microseconds - timeOf(counts, base)),
    ),
  ]);
  const scale = Math.max(...rows.map((row, index) => row[index] ?? 0));
  for (let at = 0; at < size; at++) {
    const pivot = rows
      .slice(at)
      .reduce((best, row) => (magnitude(row, at) > magnitude(best, at) ? row : best));
    if (magnitude(pivot, at) <= scale * 1e-12) return undefined;
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(at, 0, pivot);
    for (const row of rows) if (row !== pivot) eliminate(row, pivot, at);
  }
  return rows.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}

function sumOver(
  observations: readonly Observation[],
  term: (observation: Observation) => number,
): number {
  return observations.reduce((sum, each) => sum + term(each) / each.microseconds ** 2, 0);
}

const magnitude = (row: readonly number[], at: number): number => Math.abs(row[at] ?? 0);

function eliminate(row: number[], pivot: readonly number[], at: number): void {
  const factor = (row[at] ?? 0) / (pivot[at] ?? 1);
  for (let column = at; column < row.length; column++) {
    row[column] = (row[column] ?? 0) - factor * (pivot[column] ?? 0);
  }
}
