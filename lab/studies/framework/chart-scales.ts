// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * From values to places in a picture, and where ticks stand.
 *
 * NON-TOCK: the simulator's own reports; d3-scale does the arithmetic.
 */
import { scaleLinear, scaleLog } from 'd3-scale';
import { grouped } from '../../report/columns.ts';
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
/** From so many decades on an axis has ticks at powers of ten only; from so many, at 1, 2 and 5 of each. */
const DECADES_OF_POWERS = 3;
const DECADES_OF_FIVES = 1;

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
  const decades = Math.log10(high / low);
  const ticks = scale.ticks().filter((value) => isTick(value, decades));
  return {
    place: (value) => scale(value > 0 ? value : low),
    ticks: ticks.map((value) => ({ at: scale(value), text: plain(value) })),
  };
}

function isTick(value: number, decades: number): boolean {
  const first = Number(value.toExponential(0).charAt(0));
  if (decades >= DECADES_OF_POWERS) return first === 1;
  return decades < DECADES_OF_FIVES || [1, 2, 5].includes(first);
}

function plain(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return value >= 1000 ? grouped(value) : String(Number(value.toPrecision(3)));
}
