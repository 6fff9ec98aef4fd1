// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A piece of the transcript: one store operation from the app's buffer to the cells and back.
 *
 * NON-TOCK: part of the demonstration.
 */
import { SyscallClass } from '#kernel/syscall';
import type { TraceRecord } from '#kernel/trace';
import { Transcript } from '../trace/transcript.ts';

const isCall = ({ event }: TraceRecord): boolean => event === 'syscall';
const isInsert = ({ event, fields }: TraceRecord, key: number): boolean =>
  event === 'storeStarted' && fields['operation'] === 'insert' && fields['key'] === key;

const PROCESS = 'authenticator';

/** The system calls around the first insert under a key, from the allow before it to the one after. */
export function excerptOfInsert(records: readonly TraceRecord[], key: number): string {
  const insert = records.findIndex((record) => isInsert(record, key));
  if (insert < 0) return '';
  let from = insert;
  for (let calls = 0; from > 0 && calls < 2;) if (isCall(records[--from] ?? NOTHING)) calls++;
  let to = insert;
  while (to < records.length && !isUnallow(records[to] ?? NOTHING)) to++;
  const transcript = new Transcript();
  transcript.begin();
  const lines = records.slice(0, to + 2).map((record) => transcript.record(record));
  // To fit 80 columns, indent and name of the only process are left out.
  const text = [...lines.slice(from), transcript.end()].join('').trimEnd();
  return text.replaceAll(/^ {4}/gm, '').replaceAll(` ${PROCESS}`, '');
}

const NOTHING: TraceRecord = { t: 0, event: 'powerOn', fields: {} };

function isUnallow({ event, fields }: TraceRecord): boolean {
  return (
    event === 'syscall' && fields['class'] === SyscallClass.ReadOnlyAllow && fields['r3'] === 0
  );
}
