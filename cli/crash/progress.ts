// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bar of a campaign on stderr, on terminals only: how far, and how many cuts a second.
 *
 * NON-TOCK: hardware shows no progress.
 */
import cliProgress from 'cli-progress';
import type { CampaignProgress } from '#lab/crash/jobs/campaign';
import { grouped } from '#lab/report/columns';

/** What a campaign runs up to. */
export interface Goal {
  readonly cuts?: number;
  readonly milliseconds?: number;
}

/** Draws nothing when nobody is watching. */
export class CrashProgress {
  private readonly bar: cliProgress.SingleBar | undefined;

  constructor(
    interactive: boolean,
    private readonly goal: Goal,
  ) {
    if (!interactive) return;
    const isOpen = goal.cuts === undefined && goal.milliseconds === undefined;
    const share = isOpen ? '' : '{bar} {percentage} % | ';
    this.bar = new cliProgress.SingleBar({
      format: `${share}{cuts} cuts | {rate} cuts/s`,
      clearOnComplete: true,
      hideCursor: true,
      barsize: 28,
    });
    this.bar.start(goal.milliseconds ?? goal.cuts ?? 1, 0, { cuts: 0, rate: 0 });
  }

  /** Says how much is done. */
  show({ cuts, milliseconds }: CampaignProgress): void {
    const total = this.goal.milliseconds ?? this.goal.cuts ?? 1;
    const done = this.goal.milliseconds === undefined ? cuts : milliseconds;
    const rate = grouped((1e3 * cuts) / Math.max(1, milliseconds));
    this.bar?.update(Math.min(done, total), { cuts: grouped(cuts), rate });
  }

  /** Clears the line. */
  stop(): void {
    this.bar?.stop();
  }
}
