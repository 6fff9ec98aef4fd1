// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What every text form of a trace has in common. NON-TOCK: Tock has no trace. */
import type { TraceRecord } from '#kernel/trace';

/** Turns records, one by one and in order, into text. The texts in a row make the file. */
export interface TraceFormatter {
  /** What stands before the first record. */
  begin(): string;
  /** The text of a record; empty when it is held back until the next one. */
  record(record: TraceRecord): string;
  /** What was held back, and what stands after the last record. */
  end(): string;
}

/** The whole text of some records. */
export function formatAll(formatter: TraceFormatter, records: readonly TraceRecord[]): string {
  let text = formatter.begin();
  for (const record of records) text += formatter.record(record);
  return text + formatter.end();
}
