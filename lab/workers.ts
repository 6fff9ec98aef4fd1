// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Worker threads that run the functions of one file.
 *
 * NON-TOCK: the host's cores. What is handed over and what comes back is copied: plain data.
 */
import { Tinypool } from 'tinypool';

/** What a worker file exports: functions of one task each. */
type Functions = Readonly<Record<string, (task: never) => unknown>>;

/** Threads that live until `end`. */
export class Workers<Exports extends Functions> {
  private readonly pool: Tinypool;

  /** @param file compiled, with the functions of `Exports`. */
  constructor(file: URL, threads: number) {
    this.pool = new Tinypool({ filename: file.href, minThreads: threads, maxThreads: threads });
  }

  /** Calls a function on the next thread that is free. Rejects when it throws. */
  async run<Name extends keyof Exports & string>(
    name: Name,
    task: Parameters<Exports[Name]>[0],
  ): Promise<ReturnType<Exports[Name]>> {
    return (await this.pool.run(task, { name })) as ReturnType<Exports[Name]>;
  }

  /** Calls a function with each of the tasks; what comes back is in their order, whoever is first. */
  all<Name extends keyof Exports & string>(
    name: Name,
    tasks: readonly Parameters<Exports[Name]>[0][],
    onDone: () => void = () => undefined,
  ): Promise<ReturnType<Exports[Name]>[]> {
    return Promise.all(
      tasks.map(async (task) => {
        const outcome = await this.run(name, task);
        onDone();
        return outcome;
      }),
    );
  }

  /** Ends the threads, whatever they do. */
  async end(): Promise<void> {
    await this.pool.destroy();
  }
}
