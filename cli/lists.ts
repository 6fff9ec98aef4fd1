// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What there is to choose from: apps, boards, profiles, stores, and upstream's flaws.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { Help } from 'commander';
import { BOARDS } from '#boards/index';
import { PROFILES } from '#kernel/profile';
import type { CutModel } from '#libraries/store/claim';
import { KIND_NAMES, type StoreDefinition } from '#libraries/store/definition';
import { STORES } from '#libraries/stores';
import { bundledApps } from './app-file.ts';
import type { CliContext } from './context.ts';
import { ExitCode } from './usage-error.ts';

const TERMINAL_WIDTH = 80;
const GAP = 2;

/** One row: a name to type, and a line about it. */
export interface Listed {
  readonly name: string;
  readonly description: string;
}

/** Each list by its name. */
export const LISTS: Readonly<Record<string, () => readonly Listed[]>> = {
  apps: bundledApps,
  boards: () => Object.entries(BOARDS).map(([name, { description }]) => ({ name, description })),
  profiles: () => Object.values(PROFILES).map(({ name, description }) => ({ name, description })),
  stores: () => STORES.map(storeRow),
  faithful: flaws,
};

/** Flaws of upstream that a board can have back with --faithful. */
function flaws(): Listed[] {
  const known = new Map(Object.values(BOARDS).flatMap(({ flaws: all }) => Object.entries(all)));
  return Array.from(known, ([name, description]) => ({ name, description }));
}

/** What a cut may leave, as a phrase. */
const CUTS: Readonly<Record<CutModel, string>> = {
  'word-atomic': 'between words',
  'byte-prefix': 'between bytes',
  'any-subset-of-bits': 'with any subset of bits moved',
};

/** A store with what it claims. */
function storeRow({ name, kind, description, claim }: StoreDefinition): Listed {
  const { cutModel, programsPerWord } = claim;
  const survives = `claims to survive cuts ${CUTS[cutModel]}`;
  const programs = `${programsPerWord} ${programsPerWord === 1 ? 'program' : 'programs'} a word`;
  return { name, description: `${KIND_NAMES[kind]}: ${description}; ${survives}; ${programs}` };
}

/** Prints a list, a row a line, names in a column; or JSON. */
export function printList(context: CliContext, what: string, json: boolean): ExitCode {
  const rows = LISTS[what]?.() ?? [];
  if (json) {
    context.out(`${JSON.stringify({ [what]: rows }, undefined, 2)}\n`);
    return ExitCode.OK;
  }
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, description } of rows) {
    const lines = new Help().boxWrap(description, TERMINAL_WIDTH - width - GAP).split('\n');
    const indented = lines.join(`\n${' '.repeat(width + GAP)}`);
    context.out(`${name.padEnd(width + GAP)}${indented}`.trimEnd() + '\n');
  }
  return ExitCode.OK;
}
