// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs the shards of an exploration on workers, and adds their reports up in the order of shards.
 *
 * NON-TOCK: what comes out depends on the options and the budget, never on how many workers there were.
 *
 *     loop 1 ── shard 0 ── shard 2 ──────────── shard 5 ──
 *     loop 2 ── shard 1 ─────── shard 3 ── shard 4 ─────── …   each takes the next index
 *                     merged: 0, 1, 2, 3, …                     up to the budget; the rest is dropped
 */
import { once } from 'node:events';
import { isReached, type Budget, type CrashOptions } from '../explore.ts';
import { addReport, emptyReport, type CrashReport } from '../report.ts';
import type { CrashCase } from '../crash-case.ts';
import { Control } from './control.ts';
import { Workers } from '../../workers.ts';
import type * as worker from './worker.ts';

/** How far a campaign is. */
export interface CampaignProgress {
  readonly cuts: number;
  /** Shards that were added up. */
  readonly shards: number;
  readonly milliseconds: number;
}

/** How a campaign is run; what it finds depends on `budget` and `from` only. */
export interface CampaignOptions {
  readonly jobs: number;
  readonly budget: Budget;
  /** After this time shards stop in their middle, and those that are not whole do not count; but see `interrupted`. */
  readonly milliseconds?: number;
  /** The first shard; default 0. */
  readonly from?: number;
  /** When it fires, shards stop in their middle. */
  readonly signal?: AbortSignal;
  /** Told a few times a second. */
  readonly onProgress?: (progress: CampaignProgress) => void;
}

/** What a campaign found. */
export interface Campaign {
  /** All that was done. */
  readonly report: CrashReport;
  /** The shards without a gap from the first on: the part of `report` that can be had again. */
  readonly whole: CrashReport;
  /** Index of the first shard that is not in `whole`. */
  readonly next: number;
  /** Ended before its budget by the signal, or without a whole shard in its time: parts of shards are in `report`. */
  readonly interrupted: boolean;
  /** For each bad verdict the first case, shrunk unless the campaign was interrupted. */
  readonly failures: readonly CrashCase[];
}

const WORKER = new URL('./worker.js', import.meta.url);
const TICK_MILLISECONDS = 200;
const IDLE_WORKLOADS = 100;

/** Runs a campaign. Rejects when the laboratory itself fails, never for what a store does. */
export async function runCampaign(
  options: CrashOptions,
  campaign: CampaignOptions,
): Promise<Campaign> {
  const control = new Control();
  const workers = new Workers<typeof worker>(WORKER, campaign.jobs);
  const merger = new Merger(options, campaign);
  const { signal, milliseconds } = campaign;
  const stop = (): void => {
    control.stop();
  };
  signal?.addEventListener('abort', stop);
  const ticker = startTicker(control, campaign, () => merger.shards);
  const timer = milliseconds === undefined ? undefined : setTimeout(stop, milliseconds);
  try {
    const explore = (index: number): Promise<CrashReport> =>
      workers.run('exploreTask', { options, index, memory: control.memory });
    const loops = Array.from({ length: campaign.jobs }, () => work(merger, explore, stop));
    await Promise.all(loops);
    const merged = merger.end();
    return { ...merged, failures: await shrinkFirsts(merged.report, workers, signal) };
  } finally {
    clearTimeout(timer);
    clearInterval(ticker);
    signal?.removeEventListener('abort', stop);
    await workers.end();
  }
}

async function work(
  merger: Merger,
  explore: (index: number) => Promise<CrashReport>,
  stop: () => void,
): Promise<void> {
  for (let index = merger.take(); index !== undefined; index = merger.take()) {
    merger.add(index, await explore(index));
    if (merger.isFull) stop();
  }
}

function startTicker(
  control: Control,
  { onProgress }: CampaignOptions,
  shards: () => number,
): NodeJS.Timeout {
  const start = performance.now();
  let cuts = 0;
  return setInterval(() => {
    cuts += control.takeCuts();
    onProgress?.({ cuts, shards: shards(), milliseconds: performance.now() - start });
  }, TICK_MILLISECONDS);
}

/** The first case of each verdict, shrunk; as it was found when there is no time for that. */
async function shrinkFirsts(
  { violations }: CrashReport,
  workers: Workers<typeof worker>,
  signal: AbortSignal | undefined,
): Promise<readonly CrashCase[]> {
  const firsts = [
    ...new Map(violations.toReversed().map((found) => [found.verdict, found])).values(),
  ].reverse();
  if (firsts.length === 0 || signal?.aborted === true) return firsts;
  const shrunk = Promise.all(firsts.map((first) => workers.run('shrinkTask', first)));
  if (signal === undefined) return shrunk;
  // The pool rejects what is under way when it ends.
  shrunk.catch(() => undefined);
  return Promise.race([shrunk, once(signal, 'abort').then(() => firsts)]);
}

/** Shards on end without a cut after which none is to be expected: a round of the same, or many of chance. */
function mostIdle({ slices, workload }: CrashOptions): number {
  return slices * (workload === undefined ? IDLE_WORKLOADS : 1);
}

/** Hands out indices, and puts reports that come in any order into theirs. */
class Merger {
  /** Whether the budget is reached: what is still under way is not wanted. */
  isFull = false;
  private readonly start = performance.now();
  private readonly sum: CrashReport;
  private readonly waiting = new Map<number, CrashReport>();
  private readonly first: number;
  private issued: number;
  private next: number;
  /** Shards on end that did nothing. */
  private idle = 0;

  constructor(
    private readonly options: CrashOptions,
    private readonly campaign: CampaignOptions,
  ) {
    this.sum = emptyReport(options);
    this.first = campaign.from ?? 0;
    this.issued = this.first;
    this.next = this.first;
  }

  /** Shards that were added up. */
  get shards(): number {
    return this.next - this.first;
  }

  /** The next shard to run, or undefined when no more are to begin. */
  take(): number | undefined {
    const { milliseconds = Infinity, signal, budget } = this.campaign;
    if (this.isFull || signal?.aborted === true) return undefined;
    if (performance.now() - this.start >= milliseconds) return undefined;
    if (this.issued - this.first >= (budget.shards ?? Infinity)) return undefined;
    return this.issued++;
  }

  /** Takes a report in, and all that waited for it. */
  add(index: number, report: CrashReport): void {
    this.waiting.set(index, report);
    for (let head = this.head(); head !== undefined; head = this.head()) {
      this.waiting.delete(this.next++);
      addReport(this.sum, head);
      this.idle = head.cuts + head.pruned + head.coverage.images === 0 ? this.idle + 1 : 0;
      const isIdle = this.idle >= mostIdle(this.options);
      this.isFull = isIdle || isReached(this.campaign.budget, this.sum, this.shards);
    }
  }

  /** What there is in the end. */
  end(): Omit<Campaign, 'failures'> {
    const isBrokenOff = this.campaign.signal?.aborted === true || this.sum.shards === 0;
    const interrupted = isBrokenOff && !this.isFull;
    const report = emptyReport(this.options);
    addReport(report, this.sum);
    const parts = [...this.waiting].sort(([a], [b]) => a - b);
    if (interrupted) for (const [, part] of parts) addReport(report, part);
    const seconds = (performance.now() - this.start) / 1e3;
    report.casesPerSecond = Math.round(report.cuts / Math.max(seconds, 1e-3));
    return { report, whole: this.sum, next: this.next, interrupted };
  }

  /** The report of the next shard in order, when it is here and whole. */
  private head(): CrashReport | undefined {
    const report = this.waiting.get(this.next);
    return this.isFull || report?.shards === 0 ? undefined : report;
  }
}
