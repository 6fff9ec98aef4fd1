// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a study is: a question, parts that can run on workers, and a report made of what they found.
 *
 * NON-TOCK: the simulator's own experiments.
 *
 *     parts(scale) ─ run(part) ─ run(part) ─ …   any order, any worker
 *                  report(outcomes in the order of parts)
 */
import type { DeviceCosts } from './cost-model.ts';
import type { Exhibit, Picture, Table } from './exhibit.ts';

/** `short`: endurance is scaled down where a whole life is run. `full`: the real life. */
export type Scale = 'short' | 'full';

/** A figure that is known from elsewhere, beside ours. */
export interface Check {
  readonly what: string;
  readonly expected: number;
  readonly measured: number;
  /** Largest share by which they may differ; 0: equal. */
  readonly tolerance: number;
  /** Where the expected figure is from. */
  readonly source: string;
}

/** What a study found. */
export interface StudyReport {
  /** The question's answer: a sentence or a few. */
  readonly answer: string;
  /** The one table. */
  readonly table: Table;
  /** The one picture. */
  readonly picture: Picture;
  /** What else there is to see. */
  readonly more?: readonly Exhibit[];
  /** How it was measured, and why a figure departs from a published one. */
  readonly notes: readonly string[];
  /** Closed forms and published figures that ours must meet. */
  readonly checks: readonly Check[];
}

/**
 * A study as it is written. Parts and outcomes cross threads: plain data. `run` depends on its part only,
 * and `report` on parts and outcomes: what comes out is the same for any number of workers.
 */
export interface StudyDesign<Part, Outcome> {
  /** As on the command line: `page-or-byte`. */
  readonly name: string;
  readonly question: string;
  /** Whether a cost model enters. */
  readonly takesCosts?: true;
  /** `costs`: the user's own; only a study that takes one is handed it, and puts it into its parts. */
  readonly parts: (scale: Scale, costs?: DeviceCosts) => readonly Part[];
  readonly run: (part: Part) => Outcome;
  readonly report: (outcomes: readonly Outcome[], parts: readonly Part[]) => StudyReport;
}

/** A study whose parts are nobody's business but its own. */
export type Study = StudyDesign<unknown, unknown>;

/** Forgets the types of parts and outcomes: the framework only hands them back. */
export function study<Part, Outcome>(design: StudyDesign<Part, Outcome>): Study {
  return {
    ...design,
    run: (part) => design.run(part as Part),
    report: (outcomes, parts) =>
      design.report(outcomes as readonly Outcome[], parts as readonly Part[]),
  };
}

/** How far a measured figure is from the expected one, as a share of that. */
export function deviation({ expected, measured }: Pick<Check, 'expected' | 'measured'>): number {
  if (expected === measured) return 0;
  return (measured - expected) / Math.abs(expected);
}

/** Whether the figures are as near to each other as they have to be. */
export function holds(check: Check): boolean {
  return Math.abs(deviation(check)) <= check.tolerance;
}

/** The parts of a study. */
export function partsOf(subject: Study, scale: Scale, costs?: DeviceCosts): readonly unknown[] {
  return subject.takesCosts === true ? subject.parts(scale, costs) : subject.parts(scale);
}

/** Runs a study here, one part after the other. */
export function runStudy(subject: Study, scale: Scale = 'short', costs?: DeviceCosts): StudyReport {
  const parts = partsOf(subject, scale, costs);
  return subject.report(parts.map(subject.run), parts);
}
