// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Campaigns on workers: the order of shards decides, not the workers. NON-TOCK. */
import { expect } from 'chai';
import { DEFAULT_OPTIONS, explore, type CrashOptions } from '#lab/crash/explore';
import { runCampaign, type Campaign, type CampaignOptions } from '#lab/crash/jobs/campaign';
import type { CrashReport } from '#lab/crash/report';

const SMALL: CrashOptions = {
  ...DEFAULT_OPTIONS,
  store: 'persistent',
  pageSize: 32,
  pages: 3,
  length: 12,
  images: 5,
};

/** What must be the same; the speed never is. */
function found({ casesPerSecond: _, ...facts }: CrashReport): Omit<CrashReport, 'casesPerSecond'> {
  return facts;
}

function run(options: Partial<CampaignOptions>, what = SMALL): Promise<Campaign> {
  return runCampaign(what, { jobs: 1, budget: {}, ...options });
}

describe('runCampaign', function () {
  this.timeout(20_000);

  it('finds what exploring without workers finds, with one and with two', async () => {
    const budget = { cuts: 1000 };
    const alone = found(explore(SMALL, budget));
    for (const jobs of [1, 2]) {
      const { report, interrupted } = await run({ jobs, budget });
      expect(found(report), `${jobs} jobs`).to.deep.equal(alone);
      expect(interrupted).to.equal(false);
    }
    expect(alone.cuts).to.be.at.least(1000);
    expect(alone.shards).to.be.greaterThan(1);
  });

  it('gives the same for a workload in slices, whoever takes which', async () => {
    const value = new Uint8Array(6).fill(5);
    const workload = [1, 2, 1, 3, 2].map((key) => ({ op: 'insert' as const, key, value }));
    const options = { ...SMALL, workload, slices: 4, images: 0 };
    const [one, two] = [
      await run({ jobs: 1, budget: { shards: 4 } }, options),
      await run({ jobs: 2, budget: { shards: 4 } }, options),
    ];
    expect(found(one.report)).to.deep.equal(found(two.report));
    expect(one.report.coverage.operations).to.equal(workload.length);
  });

  it('goes on from any shard as if it had not stopped', async () => {
    const first = await run({ budget: { shards: 1 } });
    const second = await run({ budget: { shards: 2 }, from: first.next, jobs: 2 });
    expect([first.next, second.next]).to.deep.equal([1, 3]);
    const { cuts } = explore(SMALL, { shards: 3 });
    expect(first.report.cuts + second.report.cuts).to.equal(cuts);
  });

  it('counts the shards that are whole when its time is over', async () => {
    const { report, whole, next, interrupted } = await run({ milliseconds: 800, jobs: 2 });
    // A slow machine may have none in that time.
    expect(interrupted).to.equal(next === 0);
    if (interrupted) return;
    expect(found(report)).to.deep.equal(found(whole));
    expect(report.shards).to.equal(next);
    const { cuts } = explore(SMALL, { shards: next });
    expect(report.cuts).to.equal(cuts);
  });

  it('keeps to its time with a shard that has no end, and reports the part', async () => {
    const endless = { ...SMALL, length: 1_000_000, images: 0 };
    const { report, next, interrupted } = await run({ milliseconds: 300 }, endless);
    expect({ next, interrupted }).to.deep.equal({ next: 0, interrupted: true });
    expect(report.shards).to.equal(0);
  });

  it('stops in the middle of shards at a signal, and keeps what they found', async () => {
    const controller = new AbortController();
    const endless = { ...SMALL, length: 100_000, images: 0 };
    const { report, whole, next, interrupted } = await run(
      {
        jobs: 2,
        signal: controller.signal,
        onProgress: ({ cuts }) => {
          if (cuts > 0) controller.abort();
        },
      },
      endless,
    );
    expect({ interrupted, next, shards: whole.shards }).to.deep.equal({
      interrupted: true,
      next: 0,
      shards: 0,
    });
    expect(report.cuts).to.be.greaterThan(0);
    expect(report.verdicts.OLD + report.verdicts.NEW).to.equal(report.cuts);
  });

  it('ends when there is nothing to cut, whatever the budget', async () => {
    const idle = { ...SMALL, workload: [{ op: 'remove' as const, key: 1 }], images: 0, slices: 2 };
    const { report } = await run({ budget: { cuts: 10 } }, idle);
    expect(report).to.include({ cuts: 0, shards: 2 });
  });
});
