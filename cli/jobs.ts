// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `--jobs`, for commands whose results do not depend on it.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { Option } from 'commander';
import { availableParallelism } from 'node:os';
import { wholeNumber } from './suggest.ts';

/** The most worker threads that a command takes. */
export const MOST_JOBS = 256;

/** The option; default: the cores of the host. */
export function jobsOption(): Option {
  return new Option('--jobs <count>', 'worker threads; what comes out is the same for any number')
    .argParser(wholeNumber(1, MOST_JOBS))
    .default(availableParallelism());
}
