// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * From the words of a command line to what the laboratory is to explore; whatever cannot be is refused here.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { availableParallelism } from 'node:os';
import { ALL_EXTREMES, DEFAULT_SUBSETS } from '#lab/crash/cut-model';
import { DEFAULT_OPTIONS, type Budget, type CrashOptions } from '#lab/crash/explore';
import { SOUND_PART, type PartOptions } from '#lab/crash/parts';
import { geometryFor } from '#lab/crash/shard';
import type { Operation, StoreAdapter } from '#lab/crash/store-adapter';
import { adapterOf } from '#lab/crash/stores/index';
import type { CutModel } from '#libraries/store/claim';
import { parseOperations } from '#lab/crash/workload';
import { readText } from '../files.ts';
import { UsageError } from '../usage-error.ts';

/** The presets of `--subsets`. */
export const SUBSETS = { quick: DEFAULT_SUBSETS, extremes: ALL_EXTREMES } as const;

/** Where a campaign ends. */
export type BudgetFlag = { readonly milliseconds: number } | { readonly cuts: number };

/** The options of `tocksim crash` as commander hands them over. */
export interface CrashFlags {
  readonly store: string;
  readonly pages?: number;
  readonly pageSize?: number;
  readonly workload: string;
  readonly operations: number;
  readonly depth: number;
  readonly budget?: BudgetFlag;
  readonly seed: number;
  readonly jobs?: number;
  readonly subsets: keyof typeof SUBSETS;
  readonly cutModel?: CutModel;
  readonly unstable: number;
  readonly weak: number;
  readonly rot: number;
  readonly failures: number;
  readonly wrongWay: number;
  readonly badPages?: readonly number[];
  readonly goOn: number;
  readonly lossy: number;
  readonly images?: number;
  readonly corpus?: string;
  readonly save?: string;
  readonly json?: boolean;
}

/** What is to be done. */
export interface CrashPlan {
  readonly adapter: StoreAdapter;
  readonly options: CrashOptions;
  readonly budget: Budget;
  readonly milliseconds?: number;
  readonly jobs: number;
}

/** Cuts of a campaign for which nobody set a budget: a few seconds on one core. */
export const DEFAULT_CUTS = 200_000;
const IMAGES_A_SHARD = 500;
const MOST_FLASH_BYTES = 1 << 20;
/** Operations of a given workload that a slice cuts, about. */
const OPERATIONS_A_SLICE = 8;
const MOST_SLICES = 64;
/** Slices of a random workload at depths 1, 2 and 3: a shard takes about a second at most. */
const SLICES = [1, 32, 256] as const;

/** The plan, checked. */
export function planOf(flags: CrashFlags): CrashPlan {
  const adapter = adapterOf(flags.store);
  if (adapter === undefined) throw new UsageError(`unknown store '${flags.store}'`);
  const { pageSize = adapter.defaults.pageSize, pages = adapter.defaults.pages } = flags;
  checkGeometry(adapter, pageSize, pages);
  const workload = readWorkload(flags.workload);
  const slices = slicesFor(flags, workload);
  const options: CrashOptions = {
    ...DEFAULT_OPTIONS,
    store: adapter.name,
    pageSize,
    pages,
    seed: flags.seed,
    length: flags.operations,
    slices,
    images: Math.ceil(DEFAULT_OPTIONS.images / slices),
    depth: flags.depth,
    subsets: SUBSETS[flags.subsets],
    part: partOf(flags, pages),
    goOn: flags.goOn,
    lossy: flags.lossy,
    ...(workload === undefined ? {} : { workload }),
    ...(flags.cutModel === undefined ? {} : { cutModel: flags.cutModel }),
  };
  const jobs = flags.jobs ?? availableParallelism();
  if (flags.images !== undefined) return { adapter, jobs, ...imagesOnly(flags, options) };
  return { adapter, jobs, options, ...endOf(flags.budget, options) };
}

function checkGeometry(adapter: StoreAdapter, pageSize: number, pages: number): void {
  if (pageSize % 4 !== 0) {
    throw new UsageError(`--page-size: a page is whole words of 4 bytes, not ${pageSize} bytes`);
  }
  if (pageSize * pages > MOST_FLASH_BYTES) {
    throw new UsageError(
      `${pages} pages of ${pageSize} bytes: the laboratory takes up to 1 MiB of flash`,
    );
  }
  const reason = adapter.refuses(geometryFor(adapter, { pageSize, pages }));
  if (reason === undefined) return;
  throw new UsageError(`${pages} pages of ${pageSize} bytes: ${adapter.name} ${reason}`);
}

function readWorkload(path: string): readonly Operation[] | undefined {
  if (path === 'random') return undefined;
  const operations = parseOperations(readText(path));
  if (!operations.ok) throw new UsageError(`${path}: ${operations.error}`);
  return operations.value;
}

/** Fixed by what is explored, never by the number of workers: each slice prunes for itself. */
function slicesFor(flags: CrashFlags, workload: readonly Operation[] | undefined): number {
  const { depth, operations } = flags;
  if (workload === undefined) return Math.min(operations, SLICES[depth - 1] ?? SLICES[2]);
  return Math.min(MOST_SLICES, Math.ceil(workload.length / OPERATIONS_A_SLICE));
}

function partOf(flags: CrashFlags, pages: number): PartOptions {
  const { unstable, weak, rot, failures, wrongWay, badPages = SOUND_PART.badPages } = flags;
  const absent = badPages.find((page) => page >= pages);
  if (absent !== undefined) {
    throw new UsageError(`--bad-pages: there is no page ${absent}; pages are 0 to ${pages - 1}`);
  }
  return { unstable, weak, rot, failures, wrongWay, badPages };
}

/** Where it ends: by the budget; else a given workload once, or so many cuts. */
function endOf(
  budget: BudgetFlag | undefined,
  { slices, workload }: CrashOptions,
): Pick<CrashPlan, 'budget' | 'milliseconds'> {
  if (budget === undefined) {
    return { budget: workload === undefined ? { cuts: DEFAULT_CUTS } : { shards: slices } };
  }
  if ('cuts' in budget) return { budget };
  return { budget: {}, milliseconds: budget.milliseconds };
}

/** Images instead of cuts: shards whose workload does nothing once the store is half full. */
function imagesOnly(
  { images = 0, budget, workload }: CrashFlags,
  options: CrashOptions,
): Pick<CrashPlan, 'options' | 'budget'> {
  if (budget !== undefined || workload !== 'random') {
    throw new UsageError(
      `--images: instead of ${budget === undefined ? '--workload' : '--budget'}, not with it`,
    );
  }
  const shards = Math.ceil(images / IMAGES_A_SHARD);
  const imagesOfEach = Math.ceil(images / shards);
  return {
    options: { ...options, length: 0, slices: 1, images: imagesOfEach },
    budget: { shards },
  };
}
