// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How far a campaign has come, as text: what it takes to go on later as if it had never stopped.
 *
 * NON-TOCK: `--corpus` of `tocksim crash` keeps it in a folder, beside the cases that failed.
 */
import * as v from 'valibot';
import { Err, Ok, type Result } from '#kernel/result';
import { caseToText, type CrashCase } from './crash-case.ts';
import type { CrashOptions } from './explore.ts';
import { addReport, emptyReport, type CrashReport } from './report.ts';
import { replayCase } from './replay.ts';
import { ALL_VERDICTS, type Verdict } from './verdict.ts';

const FORMAT = 'tocksim-crash-corpus/1';

/** Where a campaign stands. */
export interface Standing {
  /** Index of the next shard. */
  readonly next: number;
  /** What the shards before it gave, without their cases. */
  readonly report: CrashReport;
}

/** A campaign that is about to begin. */
export function firstStanding(options: CrashOptions): Standing {
  return { next: 0, report: emptyReport(options) };
}

/** Where a campaign stands that went on to shard `next` and found `report` on the way. */
export function advance(
  from: Standing,
  options: CrashOptions,
  next: number,
  report: CrashReport,
): Standing {
  const sum = emptyReport(options);
  addReport(sum, from.report);
  addReport(sum, report);
  return { next, report: { ...sum, violations: [] } };
}

/** A standing as the text of a file. */
export function standingToText(options: CrashOptions, { next, report }: Standing): string {
  const { cuts, pruned, verdicts, excused, violationCount, coverage, shards } = report;
  const counts = { cuts, pruned, verdicts, excused, violationCount, coverage, shards };
  return `${JSON.stringify({ format: FORMAT, options: optionsToJson(options), next, counts }, undefined, 2)}\n`;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const counts = <Name extends string>(
  names: readonly Name[],
): v.GenericSchema<unknown, Record<Name, number>> =>
  v.strictObject(
    Object.fromEntries(names.map((name) => [name, count])) as Record<Name, typeof count>,
  );

const STANDING = v.strictObject({
  format: v.literal(FORMAT),
  options: v.record(v.string(), v.unknown()),
  next: count,
  counts: v.strictObject({
    cuts: count,
    pruned: count,
    verdicts: counts(ALL_VERDICTS),
    excused: count,
    violationCount: count,
    coverage: counts(['operations', 'calls', 'exhausted', 'subsets', 'images']),
    shards: count,
  }),
});

/** The standing in a file of a campaign with the same options; an error is one sentence without a subject. */
export function standingFromText(text: string, options: CrashOptions): Result<Standing, string> {
  const checked = v.safeParse(STANDING, parseJson(text));
  if (!checked.success) {
    const [issue] = checked.issues;
    return Err(`no standing of a campaign: ${v.getDotPath(issue) ?? 'file'}: ${issue.message}`);
  }
  const { next, counts: saved, options: savedOptions } = checked.output;
  const other = firstDifference(savedOptions, optionsToJson(options));
  if (other !== undefined)
    return Err(`holds a campaign with another ${other}; go on with that, or choose another folder`);
  return Ok({ next, report: { ...emptyReport(options), ...saved } });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Options as they look after a way through a file. */
function optionsToJson(options: CrashOptions): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(options, (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
    ),
  ) as Record<string, unknown>;
}

function firstDifference(
  a: Record<string, unknown>,
  b: Record<string, unknown>,
): string | undefined {
  const names = [...new Set([...Object.keys(b), ...Object.keys(a)])];
  return names.find((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}

/** What a saved case shows when it is played again: a verdict, or why it cannot be played. */
export function judgeAgain(crashCase: CrashCase): Result<Verdict, string> {
  const steps = replayCase(crashCase);
  if (!steps.ok) return steps;
  const last = steps.value.findLast(({ verdict }) => verdict !== undefined);
  return last?.verdict === undefined ? Err('it shows nothing') : Ok(last.verdict);
}

/** The name of a case's file: the same case always has the same. */
export function caseFileName(crashCase: CrashCase, digest: (text: string) => string): string {
  const { store, verdict } = crashCase;
  return `crash-${store}-${verdict}-${digest(caseToText(crashCase)).slice(0, 8)}.json`;
}
