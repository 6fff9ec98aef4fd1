// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bar of a campaign on stderr, on terminals only: how far, and how many cuts a second.
 *
 * NON-TOCK: hardware shows no progress.
 */
import cliProgress from 'cli-progress';
import type { CampaignProgress } from '#lab/crash/jobs/campaign';
import { grouped } from '#lab/report/columns';

/** What a campaign runs up to: one of these. */
export type Goal = Partial<CampaignProgress>;

/** Draws nothing when nobody is watching. */
export class CrashProgress {
  private readonly bar: cliProgress.SingleBar | undefined;
  private readonly unit: keyof CampaignProgress;
  private readonly total: number;

  constructor(interactive: boolean, goal: Goal) {
    const [unit, total] = Object.entries(goal)[0] ?? ['shards', 1];
    this.unit = unit as keyof CampaignProgress;
    this.total = total;
    if (!interactive) return;
    this.bar = new cliProgress.SingleBar({
      format: '{bar} {percentage} % | {cuts} cuts | {rate} cuts/s',
      clearOnComplete: true,
      hideCursor: true,
      barsize: 28,
    });
    this.bar.start(this.total, 0, { cuts: 0, rate: 0 });
  }

  /** Says how much is done. */
  show(progress: CampaignProgress): void {
    const { cuts, milliseconds } = progress;
    const rate = grouped((1e3 * cuts) / Math.max(1, milliseconds));
    this.bar?.update(Math.min(progress[this.unit], this.total), { cuts: grouped(cuts), rate });
  }

  /** Clears the line. */
  stop(): void {
    this.bar?.stop();
  }
}
