// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Which form of a trace a file gets, by the end of its name. NON-TOCK: Tock has no trace. */
import type { TraceFormatter } from './formatter.ts';
import { JsonLines } from './json-lines.ts';
import { Perfetto } from './perfetto.ts';
import { Transcript } from './transcript.ts';

/** One formatter a file ending; each call makes a fresh one. */
export const TRACE_FORMATS: Readonly<Record<string, () => TraceFormatter>> = {
  '.jsonl': () => new JsonLines(),
  '.json': () => new Perfetto(),
  '.txt': () => new Transcript(),
};

/** The formatter for a file, or undefined when its ending says none. */
export function formatterFor(path: string): TraceFormatter | undefined {
  const ending = Object.keys(TRACE_FORMATS).find((candidate) => path.endsWith(candidate));
  return ending === undefined ? undefined : TRACE_FORMATS[ending]?.();
}
