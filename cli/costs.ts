// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The option `--costs`: a cost model of the user's. NON-TOCK: the simulator's own command line. */
import type { DeviceCosts } from '#lab/studies/framework/cost-model';
import { parseCosts } from '#lab/studies/framework/costs-file';
import { readText } from './files.ts';
import { UsageError } from './usage-error.ts';

/** Reads a cost model; refused with file and line. */
export function readCosts(path: string): DeviceCosts {
  const parsed = parseCosts(readText(path));
  if (!parsed.ok) throw new UsageError(`${path}: ${parsed.error}`);
  return parsed.value;
}
