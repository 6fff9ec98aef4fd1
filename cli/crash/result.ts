// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a campaign is summed up in: what was explored, the verdicts, each failure with a line that replays it; or JSON.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { caseToText, type CrashCase } from '#lab/crash/crash-case';
import type { Campaign } from '#lab/crash/jobs/campaign';
import type { CrashReport } from '#lab/crash/report';
import { ALL_VERDICTS } from '#lab/crash/verdict';
import { columns, grouped, wrap } from '#lab/report/columns';
import type { Rejudged } from './corpus-folder.ts';
import type { CrashPlan } from './plan.ts';

/** A failure, shrunk, and where it was saved. */
export interface SavedFailure {
  readonly crashCase: CrashCase;
  /** Undefined when it could not be written; that was said on stderr. */
  readonly file: string | undefined;
}

/** All that there is to print. */
export interface CrashResult {
  readonly plan: CrashPlan;
  readonly campaign: Campaign;
  readonly failures: readonly SavedFailure[];
  /** Shards and cuts of earlier runs of this campaign. */
  readonly before: { readonly shards: number; readonly cuts: number };
  readonly rejudged: readonly Rejudged[];
  /** The options of the command line that decide what is explored. */
  readonly words: readonly string[];
}

const LABEL = 12;
/** A replay line longer than that is no help to anybody: the file is. */
const LONGEST_LINE = 2048;

/** For a terminal. */
export function resultToText(result: CrashResult): string {
  const { campaign, failures } = result;
  const parts = [
    `${subject(result)}\n${verdictTable(campaign.report)}`,
    sums(result),
    ...failures.map((failure) => failureText(failure, campaign.interrupted)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function subject({ plan }: CrashResult): string {
  const { store, pageSize, pages, seed, depth } = plan.options;
  return `${store}, ${pages} pages of ${pageSize} bytes: ${material(plan)}\nseed ${seed}, depth ${depth}\n`;
}

function material({ options: { workload, length } }: CrashPlan): string {
  if (workload !== undefined) return plural(workload.length, 'given operation');
  if (length === 0) return 'arbitrary images';
  return `random workloads of ${plural(length, 'operation')}`;
}

function verdictTable({ verdicts }: CrashReport): string {
  const rows = ALL_VERDICTS.map((verdict) => [verdict, grouped(verdicts[verdict])]);
  return columns([['verdict', 'times'], ...rows]);
}

function sums(result: CrashResult): string {
  const { plan, campaign, before, rejudged } = result;
  const { report, interrupted } = campaign;
  const { cuts, pruned, casesPerSecond, coverage, shards } = report;
  const { calls, exhausted, operations, subsets, images } = coverage;
  const share = calls === 0 ? 0 : (100 * exhausted) / calls;
  const speed = `${grouped(casesPerSecond)} a second, ${plural(plan.jobs, 'worker')}`;
  return [
    row('cuts', `${grouped(cuts)} recovered and judged; ${speed}`),
    row('pruned', `${grouped(pruned)} states that had been seen before`),
    row('coverage', `${grouped(operations)} operations, ${grouped(calls)} writes and erases,`),
    row(
      '',
      `${grouped(subsets)} subsets of bits; all that there are at ${share.toFixed(1)} % of them`,
    ),
    row('images', `${grouped(images)} arbitrary ones booted`),
    row('shards', `${grouped(shards)}${interrupted ? ', and parts of others: interrupted' : ''}`),
    ...(before.shards === 0 ? [] : [row('before', earlier(before))]),
    ...rejudged.map(({ file, was, is }) => row('case', `${file}: was ${was}, is ${is}`)),
    ...(report.excused === 0
      ? []
      : [row('excused', `${grouped(report.excused)} faults beyond the claim`)]),
    row('violations', `${grouped(report.violationCount)} of what ${report.store} claims`),
    ...(isRepeatable(result) ? [row('again', again(result))] : []),
  ].join('\n');
}

/** A campaign that goes on from others, or was broken off, has no command that gives the same. */
function isRepeatable({ campaign, before }: CrashResult): boolean {
  return !campaign.interrupted && before.shards === 0;
}

/** The command that explores the same shards, whatever ended them. */
function again({ plan, campaign, words }: CrashResult): string {
  const { cuts } = campaign.report;
  const budget = plan.budget.shards === undefined && cuts > 0 ? [`--budget ${cuts}`] : [];
  return ['tocksim crash', ...words, ...budget].join(' ');
}

function row(label: string, text: string): string {
  return `${label.padEnd(LABEL)}${text}`;
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function earlier({ cuts, shards }: CrashResult['before']): string {
  return `${grouped(cuts)} cuts in ${grouped(shards)} shards of earlier runs`;
}

function failureText({ crashCase, file }: SavedFailure, interrupted: boolean): string {
  const { verdict, sentence } = crashCase;
  const line = quotable(crashCase);
  const saved = file === undefined ? [] : [`saved as ${file}`];
  const again = line.length > LONGEST_LINE ? [] : [`tocksim crash replay '${line}'`];
  const shrunk = interrupted ? '; not shrunk: interrupted' : '';
  const head = wrap(`${verdict}: ${sentence} (${size(crashCase)}${shrunk})`, 0);
  return [head, ...saved, ...again].join('\n');
}

function size({ operations, chains }: CrashCase): string {
  const cuts = chains.reduce((sum, chain) => sum + chain.cuts.length, 0);
  return `${plural(operations.length, 'operation')}, ${plural(cuts, 'cut')}`;
}

/** The replay line, fit for quotes of a shell. */
function quotable(crashCase: CrashCase): string {
  return caseToText(crashCase).replaceAll("'", '\\u0027');
}

/** For a program. */
export function resultToJson(result: CrashResult): Record<string, unknown> {
  const { plan, campaign, failures, before, rejudged } = result;
  const { violations: _violations, ...report } = campaign.report;
  const { depth, length, workload } = plan.options;
  return {
    ...report,
    depth,
    workload: workload === undefined ? 'random' : 'given',
    operations: workload?.length ?? length,
    jobs: plan.jobs,
    interrupted: campaign.interrupted,
    ...(before.shards === 0 && rejudged.length === 0 ? {} : { before, rejudged }),
    violations: failures.map(({ crashCase, file }) => ({
      verdict: crashCase.verdict,
      sentence: crashCase.sentence,
      file: file ?? null,
      case: JSON.parse(caseToText(crashCase)) as unknown,
    })),
  };
}
