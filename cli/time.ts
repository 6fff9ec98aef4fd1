// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Reads a duration from the command line: `250us`, `1.5s`, `2d`.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { InvalidArgumentError } from 'commander';
import { ns, type Nanoseconds } from '#kernel/time';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
  ['d', 86_400e9],
]);
const HUNDRED_YEARS = 36_525 * 86_400e9;

/** The duration that a word says; refused: no unit, a negative one, more than a hundred years. */
export function parseTime(word: string): Nanoseconds {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-zµ]+)$/.exec(word) ?? [];
  const scale = UNITS.get(unit);
  if (digits === '' || scale === undefined) {
    throw new InvalidArgumentError('A time is a number with ns, us, ms, s, m, h or d, as in 1.5s.');
  }
  const value = Number(digits) * scale;
  if (value > HUNDRED_YEARS) throw new InvalidArgumentError('That is longer than a hundred years.');
  return ns(value);
}
