// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Finds the name that a mistyped one was meant to be.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { InvalidArgumentError } from 'commander';
import { UsageError } from './usage-error.ts';

/** Letters to insert, delete or replace to turn one word into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(a).entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The nearest name, when at most two letters or a third of the word are wrong. */
export function suggestion(word: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)))
    .filter(({ name, distance }) => distance < name.length)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.name;
}

/** The refusal of a name, with what it may have been meant to be, or else all that there are. */
export function unknownName(what: string, word: string, names: readonly string[]): UsageError {
  const meant = suggestion(word, names);
  const hint = meant === undefined ? `there are: ${names.join(', ')}` : `did you mean ${meant}?`;
  return new UsageError(`unknown ${what} '${word}' (${hint})`);
}

/** A parser for commander's options that takes one of some names. */
export function oneOf<Name extends string>(
  what: string,
  names: readonly Name[],
): (word: string) => Name {
  return (word) => {
    const found = names.find((name) => name === word);
    if (found === undefined) throw unknownName(what, word, names);
    return found;
  };
}

/** A parser for commander's options that takes a whole number in a range. */
export function wholeNumber(least: number, most: number): (word: string) => number {
  return (word) => {
    const value = /^\d{1,15}$/.test(word) ? Number(word) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}
