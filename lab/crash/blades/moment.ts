// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Says in words when an intervention happens: the time, and what the trace recorded last.
 *
 * NON-TOCK: the laboratory's own report.
 */
import { Transcript } from '../../trace/transcript.ts';
import type { Intervention, Observation } from './trial.ts';

/** As `1.275 ms, after victim command(kv, get)`. */
export function describeMoment(
  intervention: Intervention,
  { moments, records, events }: Observation,
): string {
  if (intervention.kind === 'none') return 'undisturbed';
  if (intervention.kind === 'interrupt') {
    const meant = events[intervention.event]?.meant;
    return `at ${milliseconds(intervention.instant)}, meant for ${milliseconds(meant)}`;
  }
  const moment = moments[intervention.moment];
  const transcript = new Transcript();
  const lines = records.slice(0, moment?.records ?? 0).map((record) => transcript.record(record));
  const last = `${lines.join('')}${transcript.end()}`.trimEnd().split('\n').at(-1) ?? '';
  return `at ${milliseconds(moment?.time)}, after ${last.slice(TIME_COLUMN).trim().replaceAll(/ +/g, ' ')}`;
}

/** Characters before the process in a line of a transcript. */
const TIME_COLUMN = 16;

function milliseconds(time: number | undefined): string {
  return time === undefined ? 'no time' : `${(time / 1e6).toFixed(3)} ms`;
}
