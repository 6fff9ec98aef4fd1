// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a worker thread does: one part of one study.
 *
 * NON-TOCK: the pool of `lab/workers.ts` starts this file and calls its function by name. Studies are functions and
 * do not cross threads: a worker finds them by name.
 */
import { STUDIES } from '../index.ts';

/** A part to run. */
export interface PartTask {
  /** Of the study. */
  readonly name: string;
  readonly part: unknown;
}

/** What came of it: plain data. */
export function runPart({ name, part }: PartTask): unknown {
  const study = STUDIES.find((each) => each.name === name);
  if (study === undefined) throw new Error(`there is no study ${name}`);
  return study.run(part);
}
