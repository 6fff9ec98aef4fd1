// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim study`: the group of the studies.
 *
 * NON-TOCK: the simulator's own command line.
 */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import type { Finish } from '../program.ts';
import { addStudyWorkload } from './study-workload.ts';

/** Adds the group. */
export function addStudy(program: Command, context: CliContext, finish: Finish): void {
  const study = program.command('study').description('questions of timing, wear and life');
  addStudyWorkload(study, context, finish);
}
