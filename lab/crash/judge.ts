// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Judges what recovered in a branch, counts it, and keeps what breaks the claim.
 *
 * NON-TOCK: the auditor's quick look where there is one, the oracle's whole look in doubt and now and then.
 */
import type { Random } from '#kernel/random';
import type { CutModel } from '#libraries/store/claim';
import { judgeOutcome, judgeWhole } from './oracle.ts';
import { hasEnough, type CrashReport } from './report.ts';
import type {
  Judgement,
  Operation,
  Outcome,
  Specification,
  StoreSession,
} from './store-adapter.ts';
import type { Sequel, Story } from './story.ts';

/** What the case adds to the story, when somebody asks. */
export type LazySequel = () => Sequel;
import { isGood } from './verdict.ts';

/** How to judge. */
export interface JudgeOptions {
  readonly cutModel: CutModel;
  /** One in so many good recoveries goes on; see CrashOptions. */
  readonly goOn: number;
}

const HARSHNESS: readonly CutModel[] = ['word-atomic', 'byte-prefix', 'any-subset-of-bits'];

export class Judge {
  constructor(
    private readonly story: Story,
    private readonly report: CrashReport,
    private readonly options: JudgeOptions,
    private readonly random: Random,
  ) {}

  /** A store has recovered, or failed to, or thrown `error` instead of an outcome. Says whether it is good. */
  recovered(
    session: StoreSession,
    outcome: Outcome | undefined,
    error: unknown,
    sequel: LazySequel,
  ): Judgement {
    this.report.cuts += 1;
    const judgement = this.look(session, outcome, error);
    this.report.verdicts[judgement.verdict] += 1;
    if (!isGood(judgement.verdict)) this.keep(judgement, sequel);
    else if (this.options.goOn > 0 && this.random.below(this.options.goOn) === 0) {
      this.goOn(session, judgement, sequel);
    }
    return judgement;
  }

  private look(session: StoreSession, outcome: Outcome | undefined, error: unknown): Judgement {
    if (outcome === undefined) return unbootable(`boot threw ${String(error)}`);
    if (!outcome.ok) return unbootable(`boot ended with ${outcome.error}`);
    const { auditor, before, after, cells } = this.story;
    if (cells.violation !== undefined) return { verdict: 'UNREADABLE', sentence: cells.violation };
    try {
      const quick = auditor?.judge(session, before, after);
      return quick ?? judgeWhole(session, this.story.expectation);
    } catch (thrown) {
      return { verdict: 'UNREADABLE', sentence: `reading threw ${String(thrown)}` };
    }
  }

  /** Looks at everything, performs one more operation, and boots once more: all must be as the specification has it. */
  private goOn(session: StoreSession, { verdict }: Judgement, sequel: LazySequel): void {
    const { story } = this;
    const settled = (verdict === 'OLD' ? story.before : story.after).clone();
    story.settle(session, settled);
    const whole = story.judge(session, { ...story.expectation, before: settled, after: settled });
    if (!isGood(whole.verdict)) {
      this.count(whole, sequel);
      return;
    }
    const operation = story.adapter.random(this.random, settled, story.geometry);
    const fault = this.tryOn(session, operation, settled);
    if (fault !== undefined) this.count(fault, () => ({ ...sequel(), operations: [operation] }));
  }

  private tryOn(
    session: StoreSession,
    operation: Operation,
    shown: Specification,
  ): Judgement | undefined {
    const { story } = this;
    const next = shown.clone();
    try {
      const said = next.apply(operation);
      const outcome = story.finish(session.start(operation));
      const fault = judgeOutcome(outcome, said);
      // Without lifetime left nothing has changed, or only some of it was compacted.
      if (fault !== undefined || (!outcome.ok && outcome.error === 'NoLifetime')) return fault;
      const now = outcome.ok ? next : shown;
      const expected = { ...story.expectation, before: now, after: now };
      const judgement = story.judge(session, { ...expected, isOn: true });
      if (!isGood(judgement.verdict)) return judgement;
      const booted = story.finish(session.boot());
      if (!booted.ok) return unbootable(`the boot after it ended with ${booted.error}`);
      const again = story.judge(session, expected);
      return isGood(again.verdict) ? undefined : again;
    } catch (error) {
      return unbootable(`going on, it threw ${String(error)}`);
    }
  }

  /** Counts a fault that showed besides a verdict. */
  count(judgement: Judgement, sequel: LazySequel): void {
    this.report.verdicts[judgement.verdict] += 1;
    this.keep(judgement, sequel);
  }

  private keep(judgement: Judgement, lazy: LazySequel): void {
    const { report, story } = this;
    const sequel = lazy();
    if (this.isExcused(judgement, sequel)) {
      report.excused += 1;
      return;
    }
    report.violationCount += 1;
    if (hasEnough(report, judgement.verdict)) return;
    report.violations.push(story.toCase(judgement, sequel));
  }

  /** Whether the claim of the store does not reach as far as what happened to it. */
  private isExcused({ verdict }: Judgement, { cuts = [], behaviours = [] }: Sequel): boolean {
    const { claim } = this.story.adapter;
    if (behaviours.some((behaviour) => !claim.survives.includes(behaviour))) return true;
    const wasCut = cuts.length > 0 || this.story.chains.length > 0;
    if (wasCut && harshness(this.options.cutModel) > harshness(claim.cutModel)) return true;
    if (verdict !== 'NOT_WIPED') return false;
    return claim.wipes === 'never' || (claim.wipes === 'unless-recovery-is-cut' && cuts.length > 1);
  }
}

function unbootable(sentence: string): Judgement {
  return { verdict: 'UNBOOTABLE', sentence };
}

function harshness(model: CutModel): number {
  return HARSHNESS.indexOf(model);
}
