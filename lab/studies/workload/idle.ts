// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Adds `prepare` in idle time to a workload: compaction before a user waits for it.
 *
 * NON-TOCK: a rule of this study; no firmware is known that does it. The rule: once a call has ended and none is due
 * for 5 seconds, a power cycle included, `prepare` is called.
 */
import type { CheckedLine } from '../../run/workload.ts';

/** No call is due for so long. */
export const IDLE_MILLISECONDS = 5000;
/** The kind of command that calls in idle time are counted as. */
export const IDLE_EVENT = 'idle prepare';

/** The workload with `prepare` for so many words in each gap that is long enough; none after the last call. */
export function prepareWhenIdle(lines: readonly CheckedLine[], words: number): CheckedLine[] {
  return lines.flatMap((line, index) => {
    const due = lines[index + 1]?.t ?? line.t;
    if (line.op === 'boot' || due - line.t < IDLE_MILLISECONDS) return [line];
    const { t, act, row } = line;
    const place = row === undefined ? {} : { row };
    return [line, { t, act, event: IDLE_EVENT, op: 'prepare', words, ...place }];
  });
}
