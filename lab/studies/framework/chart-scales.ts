// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * From values to places in a picture, and where ticks stand.
 *
 * NON-TOCK: the simulator's own reports; d3-scale does the arithmetic.
 */
import { scaleLinear, scaleLog } from 'd3-scale';
import type { Axis } from './exhibit.ts';

/** The sizes of a picture, in its own units. */
export interface Chart {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The size that pictures have. */
export const CHART: Chart = { width: 760, height: 340, left: 70, right: 16, top: 24, bottom: 44 };

/** A scale with its ticks. */
export interface AxisScale {
  readonly place: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const TICKS = 6;
const LEAST_DECADES_FOR_POWERS = 3;

/** A scale that holds all values between two places; one of logarithms leaves out what is not above zero. */
export function axisScale(
  { scale: kind }: Axis,
  values: readonly number[],
  [from, to]: readonly [number, number],
): AxisScale {
  return kind === 'log' ? logarithmic(values, from, to) : linear(values, from, to);
}

function linear(values: readonly number[], from: number, to: number): AxisScale {
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  const scale = scaleLinear([least, most === least ? least + 1 : most], [from, to]).nice(TICKS);
  const format = scale.tickFormat(TICKS);
  return {
    place: scale,
    ticks: scale.ticks(TICKS).map((value) => ({ at: scale(value), text: format(value) })),
  };
}

function logarithmic(values: readonly number[], from: number, to: number): AxisScale {
  const positive = values.filter((value) => value > 0);
  const least = Math.min(...positive, Infinity);
  const most = Math.max(...positive, 0);
  const scale = scaleLog(positive.length === 0 ? [1, 10] : [least, Math.max(most, least * 2)], [
    from,
    to,
  ]).nice();
  const [low = 1, high = 10] = scale.domain();
  const wide = Math.log10(high / low) >= LEAST_DECADES_FOR_POWERS;
  const ticks = scale.ticks().filter((value) => !wide || isPowerOfTen(value));
  return {
    place: (value) => scale(value > 0 ? value : low),
    ticks: ticks.map((value) => ({ at: scale(value), text: plain(value) })),
  };
}

const isPowerOfTen = (value: number): boolean =>
  Number.isInteger(Math.round(Math.log10(value) * 1e9) / 1e9);

function plain(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return String(Number(value.toPrecision(3)));
}
