// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What an exploration found, and how two reports become one.
 *
 * NON-TOCK: the numbers of `tocksim crash --json`.
 */
import type { CrashCase } from './crash-case.ts';
import { ALL_VERDICTS, noVerdicts, type Verdict, type VerdictCounts } from './verdict.ts';

/** How much of what could be cut was cut. */
export interface Coverage {
  /** Operations of workloads in which power was cut. */
  operations: number;
  /** Programs and erases that were cut, those of recoveries included. */
  calls: number;
  /** Those of them of which every subset of moving bits was tried. */
  exhausted: number;
  /** Subsets of moving bits tried at them, pruned ones included. */
  subsets: number;
  /** Arbitrary images booted. */
  images: number;
}

/** What one or more shards gave. Plain data: it may cross threads. */
export interface CrashReport {
  readonly store: string;
  readonly pageSize: number;
  readonly pages: number;
  readonly seed: number;
  /** Recoveries that ran to their end and were judged. */
  cuts: number;
  /** States after a cut that had been seen before, and were not recovered again. */
  pruned: number;
  /** Cuts of each second of the host, of all workers together; 0 until somebody has measured it. */
  casesPerSecond: number;
  verdicts: VerdictCounts;
  /** Verdicts that are not good, but beyond what the store claims to survive. */
  excused: number;
  /** How many violations of the claim there were. */
  violationCount: number;
  /** The first of each verdict, at most `KEPT_OF_EACH`, each as a case. */
  violations: CrashCase[];
  coverage: Coverage;
  /** Shards in it that ran to their end. */
  shards: number;
}

/** Violations of each verdict that a report keeps. */
const KEPT_OF_EACH = 3;

/** Whether a report has no need of another violation with a verdict. */
export function hasEnough({ violations }: CrashReport, verdict: Verdict): boolean {
  return violations.filter((each) => each.verdict === verdict).length >= KEPT_OF_EACH;
}

/** What a report is about. */
export type ReportHead = Pick<CrashReport, 'store' | 'pageSize' | 'pages' | 'seed'>;

/** A report of nothing yet. */
export function emptyReport({ store, pageSize, pages, seed }: ReportHead): CrashReport {
  return {
    store,
    pageSize,
    pages,
    seed,
    cuts: 0,
    pruned: 0,
    casesPerSecond: 0,
    verdicts: noVerdicts(),
    excused: 0,
    violationCount: 0,
    violations: [],
    coverage: { operations: 0, calls: 0, exhausted: 0, subsets: 0, images: 0 },
    shards: 0,
  };
}

/** Adds the report of the next shard, in the order of shards. Leaves `casesPerSecond`. */
export function addReport(sum: CrashReport, next: CrashReport): void {
  sum.cuts += next.cuts;
  sum.pruned += next.pruned;
  sum.excused += next.excused;
  sum.violationCount += next.violationCount;
  sum.shards += next.shards;
  for (const verdict of ALL_VERDICTS) sum.verdicts[verdict] += next.verdicts[verdict];
  for (const violation of next.violations) {
    if (!hasEnough(sum, violation.verdict)) sum.violations.push(violation);
  }
  for (const name of Object.keys(sum.coverage) as (keyof Coverage)[]) {
    sum.coverage[name] += next.coverage[name];
  }
}
