// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 16: serves a process that did not ask in the place of the one that did.
 *
 * NON-TOCK: a capsule that misbehaves. It may enter the grant of any process that has one; its buffers' counterpart
 * writes what that process lent, which is lent and so may be written.
 */
import type { Misbehaviour } from './misbehaviour.ts';
import { otherProcess, type Fill, type Schedule } from './parts.ts';

const toAnother: Schedule = (tools, schedule, processId, number, words) => {
  const other = otherProcess(tools, processId);
  if (other !== undefined) tools.confess('schedules an upcall of a process that did not ask');
  schedule(other ?? processId, number, words);
};

const ofAnother: Fill = (tools, fill, processId, number, value) => {
  const other = otherProcess(tools, processId);
  if (other === undefined) return fill(processId, number, value);
  tools.confess('writes a buffer of a process that did not ask');
  return fill(other, number, value);
};

/** Row 16. */
export const SERVES_ANOTHER: Misbehaviour = {
  number: 16,
  title: 'serves a process that did not ask',
  callback: { attempts: [{ name: 'schedules its upcall', schedule: toAnother }] },
  buffer: { attempts: [{ name: 'writes its buffer', fill: ofAnother }] },
};
