// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What there is to choose from: apps, boards, profiles, stores, and upstream's departures.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { BOARDS } from '#boards/index';
import { errorName } from '#kernel/errorcode';
import { PROFILES, type Profile } from '#kernel/profile';
import { CLAIM } from '#libraries/persistent-store/claim';
import { bundledApps } from './app-file.ts';
import type { CliContext } from './context.ts';
import { ExitCode } from './usage-error.ts';

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
  stores: () => [{ name: 'persistent', description: claimSummary() }],
  faithful: departures,
};

/** Where the kernel as released does not do what TRD 104 says: a flag of the profiles each. */
function departures(): Listed[] {
  const released: Profile = PROFILES['2.2'];
  const worded: Profile = PROFILES['2.2-trd'];
  return (Object.keys(released) as (keyof Profile)[])
    .filter((flag) => flag !== 'name' && flag !== 'description' && released[flag] !== worded[flag])
    .map((flag) => ({
      name: flag,
      description: `2.2: ${shown(released[flag])}; TRD 104: ${shown(worded[flag])}`,
    }));
}

/** A store's claim in a line. */
function claimSummary(): string {
  const model = CLAIM.cutModel.replaceAll('-', ' ');
  return `OpenSK's store; survives cuts that move ${model}; ${CLAIM.programsPerWord} programs a word`;
}

function shown(value: Profile[keyof Profile]): string {
  return typeof value === 'number' ? errorName(value) : String(value);
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
    context.out(`${name.padEnd(width)}  ${description}`.trimEnd() + '\n');
  }
  return ExitCode.OK;
}
