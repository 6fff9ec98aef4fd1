// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the storage interface of a store was asked, and what that costs: a linear model, as data.
 *
 * NON-TOCK: for figures of devices where only times are published.
 *
 *     time = Σ count × cost
 */

/** What one operation asked of the flash and of the software above it. */
export interface Counts {
  /** Non-empty read calls at the storage interface. */
  readonly readCalls: number;
  /** Entries that were overwritten or removed, when a boot walks over them: each is checked to be wiped. */
  readonly deadEntries: number;
  readonly wordsWritten: number;
  readonly writeCalls: number;
  readonly erases: number;
}

/** The kinds of things that cost time, in the order in which they are printed. */
export const COST_NAMES = [
  'readCalls',
  'deadEntries',
  'wordsWritten',
  'writeCalls',
  'erases',
] as const satisfies readonly (keyof Counts)[];

/** A kind of thing that costs time. */
export type CostName = (typeof COST_NAMES)[number];

/** Microseconds for one of each. */
export type CostModel = Readonly<Record<CostName, number>>;

/** A model with the name under which results speak of it. */
export interface DeviceCosts {
  readonly device: string;
  readonly model: CostModel;
}

/** Microseconds that counts take. */
export function timeOf(counts: Counts, model: CostModel): number {
  return COST_NAMES.reduce((sum, name) => sum + counts[name] * model[name], 0);
}

/**
 * The figures of the store's specification: read 11 µs, word 41 µs, page 85 ms, system call 85 µs. Its driver
 * of 2020 made two system calls a write and one an erasure.
 */
export const SPECIFICATION_COSTS: CostModel = {
  readCalls: 11,
  deadEntries: 0,
  wordsWritten: 41,
  writeCalls: 2 * 85,
  erases: 85_000 + 85,
};

const ONE_OF: Readonly<Record<CostName, string>> = {
  readCalls: 'read call',
  deadEntries: 'dead entry at boot',
  wordsWritten: 'word',
  writeCalls: 'write call',
  erases: 'erasure',
};

/** A model in words, for what is to say which one it used. */
export function describeCosts({ device, model }: DeviceCosts): string {
  const costs = COST_NAMES.map(
    (name) => `${ONE_OF[name]} ${Number(model[name].toPrecision(6))} µs`,
  );
  return `${device}: ${costs.join(', ')}`;
}
