// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The trace as JSON lines: one object a record, its fields flat. NON-TOCK: see `doc/TRACE.md`. */
import type { TraceRecord } from '#kernel/trace';
import type { TraceFormatter } from './formatter.ts';

/** Formats `{"t", "process"?, "event", ...fields}`; `t` is nanoseconds since power-on. */
export class JsonLines implements TraceFormatter {
  begin(): string {
    return '';
  }

  record({ t, process, event, fields }: TraceRecord): string {
    const head = process === undefined ? { t, event } : { t, process, event };
    return `${JSON.stringify({ ...head, ...fields })}\n`;
  }

  end(): string {
    return '';
  }
}
