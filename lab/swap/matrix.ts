// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Seven designs by nineteen misbehaviours by two kinds of what is lent: what was seen in each.
 *
 * NON-TOCK. A cell's verdict is that of its worst attempt: unnoticed, then seen by userspace only, then detected,
 * then prevented. How a run becomes a verdict is stated in doc/CALLBACK-OWNERSHIP.md.
 */
import { damageLine } from '#conformance/ownership-damage';
import { assert } from '#kernel/assert';
import type { ViolationReaction } from '#kernel/enforcement';
import type { TraceRecord } from '#kernel/trace';
import type { Attempt, Misbehaviour, Side } from './capsules/misbehaviour.ts';
import { DESIGNS, type Design } from './designs.ts';
import { play, type Observations } from './machine.ts';
import { MISBEHAVIOURS } from './misbehaviours.ts';

/** What was seen, from best to worst. */
export const VERDICTS = [
  'not-applicable',
  'prevented',
  'detected',
  'userspace',
  'unnoticed',
] as const;
/** One of them. */
export type Verdict = (typeof VERDICTS)[number];

/** What is lent. */
export type Kind = 'callback' | 'buffer';
/** Both, callbacks first. */
export const KINDS: readonly Kind[] = ['callback', 'buffer'];

/** What one attempt came to. */
export interface Outcome {
  readonly attempt: Attempt;
  readonly verdict: Exclude<Verdict, 'not-applicable'>;
  /** When it was prevented, or noticed by the kernel. */
  readonly when: string | null;
  /** Lines: what userspace suffered. */
  readonly damage: readonly string[];
  readonly seen: Observations;
}

/** One cell. */
export interface Cell {
  readonly design: Design;
  readonly misbehaviour: Misbehaviour;
  readonly kind: Kind;
  readonly verdict: Verdict;
  readonly when: string | null;
  readonly damage: readonly string[];
  /** Why it is not applicable. */
  readonly reason?: string;
  readonly outcomes: readonly Outcome[];
}

/** Which cells, and how they are run. */
export interface MatrixOptions {
  readonly designs?: readonly Design[];
  readonly misbehaviours?: readonly Misbehaviour[];
  readonly reaction?: ViolationReaction;
  readonly onRecord?: (record: TraceRecord) => void;
}

/** Runs cells: by kind, then by row, then by design. */
export function runMatrix({
  designs = DESIGNS,
  misbehaviours = MISBEHAVIOURS,
  reaction = 'kill',
  onRecord,
}: MatrixOptions = {}): Cell[] {
  return KINDS.flatMap((kind) =>
    misbehaviours.flatMap((misbehaviour) =>
      designs.map((design) => runCell({ design, misbehaviour, kind, reaction, onRecord })),
    ),
  );
}

/** What a cell is made of. */
export interface CellOptions {
  readonly design: Design;
  readonly misbehaviour: Misbehaviour;
  readonly kind: Kind;
  readonly reaction: ViolationReaction;
  readonly onRecord?: ((record: TraceRecord) => void) | undefined;
}

/** Runs one cell. */
export function runCell({ design, misbehaviour, kind, reaction, onRecord }: CellOptions): Cell {
  const side = misbehaviour[kind];
  const head = { design, misbehaviour, kind } as const;
  const reason = whyNot(side, design);
  if (typeof side === 'string' || reason !== undefined) {
    return {
      ...head,
      verdict: 'not-applicable',
      when: null,
      damage: [],
      reason: reason ?? '',
      outcomes: [],
    };
  }
  const outcomes = side.attempts
    .filter(({ designs = DESIGNS }) => designs.includes(design))
    .map((attempt) => judge(attempt, play({ design, reaction, capsule: attempt, onRecord })));
  const [first] = outcomes;
  assert(
    first !== undefined,
    `row ${misbehaviour.number.toString()} attempts nothing in ${design}`,
  );
  const worst = outcomes.reduce((a, b) => (rank(b.verdict) > rank(a.verdict) ? b : a), first);
  const damage = [...new Set(outcomes.flatMap((outcome) => outcome.damage))];
  return { ...head, verdict: worst.verdict, when: worst.when, damage, outcomes };
}

function whyNot(side: Side | string, design: Design): string | undefined {
  return typeof side === 'string' ? side : side.notApplicable?.[design];
}

const rank = (verdict: Verdict): number => VERDICTS.indexOf(verdict);

/** Makes a verdict of what was seen. */
export function judge(attempt: Attempt, seen: Observations): Outcome {
  // A capsule that does not compile does nothing at all.
  const lines = [...seen.damages.map(damageLine), ...seen.harm];
  const damage = seen.compileError === undefined ? [...new Set(lines)] : [];
  const outcome = (verdict: Outcome['verdict'], when: string | null): Outcome => ({
    attempt,
    verdict,
    when,
    damage,
    seen,
  });
  if (seen.compileError !== undefined) return outcome('prevented', 'by construction');
  if (seen.reports.length > 0 || seen.panic !== undefined) {
    return outcome('detected', whenDetected(seen));
  }
  if (damage.length === 0) {
    assert(tried(seen), `a capsule that ${attempt.name} had no occasion for it`);
    return outcome('prevented', 'by construction');
  }
  return outcome(isSeenByUserspace(seen) ? 'userspace' : 'unnoticed', null);
}

/** The first report belongs to the call of the first misdeed, or comes later. */
function whenDetected({ confessions: [misdeed], reports: [report] }: Observations): string {
  const atOnce = report === undefined || report.time === misdeed?.time;
  return atOnce ? 'at once' : 'at next subscribe';
}

/** Whether the capsule did something; or waited for a call with which it would have. */
function tried({ confessions, inVain }: Observations): boolean {
  return inVain.length > 0 ? confessions.length === 0 : confessions.length > 0;
}

/** A refusal is its own notice; of everything else an app learns by comparing what calls give back. */
function isSeenByUserspace({ notices, damages, harm }: Observations): boolean {
  if (notices.length > 0) return true;
  return harm.length === 0 && damages.every(({ kind }) => kind === 'refused');
}
