// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A pool of worker threads that explore shards and shrink cases.
 *
 * NON-TOCK: the host's cores.
 */
import { Tinypool } from 'tinypool';
import type { CrashCase } from '../crash-case.ts';
import type { CrashOptions } from '../explore.ts';
import type { CrashReport } from '../report.ts';
import type { Control } from './control.ts';
import type { exploreTask, ShardTask, shrinkTask } from './worker.ts';

const WORKER = new URL('./worker.js', import.meta.url).href;

/** Threads that live until `end`. */
export class Workers {
  private readonly pool: Tinypool;

  constructor(
    jobs: number,
    private readonly control: Control,
  ) {
    this.pool = new Tinypool({ filename: WORKER, minThreads: jobs, maxThreads: jobs });
  }

  /** The report of a shard. Rejects when the laboratory itself fails. */
  async explore(options: CrashOptions, index: number): Promise<CrashReport> {
    const task: ShardTask = { options, index, memory: this.control.memory };
    return (await this.pool.run(task, { name: 'exploreTask' })) as ReturnType<typeof exploreTask>;
  }

  /** The same failure with as little as can be found. */
  async shrink(crashCase: CrashCase): Promise<CrashCase> {
    return (await this.pool.run(crashCase, { name: 'shrinkTask' })) as ReturnType<
      typeof shrinkTask
    >;
  }

  /** Ends the threads, whatever they do. */
  async end(): Promise<void> {
    await this.pool.destroy();
  }
}
