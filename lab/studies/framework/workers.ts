// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs the parts of studies on worker threads, and puts what they found into the order of the parts.
 *
 * NON-TOCK: the host's cores. Parts are handed out in order; which worker takes which does not show.
 */
import { Workers } from '../../workers.ts';
import type { DeviceCosts } from './cost-model.ts';
import { partsOf, type Scale, type Study, type StudyReport } from './study.ts';
import type * as worker from './worker.ts';

const WORKER = new URL('./worker.js', import.meta.url);

/** How studies are run. */
export interface RunOptions {
  readonly scale: Scale;
  /** The user's own cost model, for the studies that take one. */
  readonly costs?: DeviceCosts;
  /** Worker threads. */
  readonly jobs: number;
  /** Told how many parts of how many are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A study and what it found. */
export interface Finished {
  readonly study: Study;
  readonly report: StudyReport;
}

/** Runs studies of `STUDIES`. Rejects when a part fails: that is a fault of the study's. */
export async function runStudies(
  studies: readonly Study[],
  { scale, costs, jobs, onProgress }: RunOptions,
): Promise<readonly Finished[]> {
  const plans = studies.map((study) => ({ study, parts: partsOf(study, scale, costs) }));
  const total = plans.reduce((sum, { parts }) => sum + parts.length, 0);
  const workers = new Workers<typeof worker>(WORKER, jobs);
  let done = 0;
  const onDone = (): void => onProgress?.(++done, total);
  try {
    const runs = plans.map(async ({ study, parts }) => {
      const tasks = parts.map((part) => ({ name: study.name, part }));
      return { study, report: study.report(await workers.all('runPart', tasks, onDone), parts) };
    });
    return await Promise.all(runs);
  } finally {
    await workers.end();
  }
}
