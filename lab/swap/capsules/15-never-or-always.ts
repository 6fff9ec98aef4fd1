// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 15: never schedules, or floods the nine places of the queue.
 *
 * NON-TOCK: a capsule that misbehaves. An upcall that finds no place is lost, and the process is not told.
 */
import { UPCALL_RING_SLOTS } from '#kernel/upcall';
import type { Misbehaviour } from './misbehaviour.ts';
import type { Schedule } from './parts.ts';

const never: Schedule = ({ confess }) => {
  confess('does not schedule the upcall that it owes');
};

const floods: Schedule = ({ confess }, schedule, processId, number, words) => {
  confess('schedules an upcall as often as there is room, and once more');
  for (let count = 0; count < UPCALL_RING_SLOTS; count++) schedule(processId, number, words);
};

/** Row 15. */
export const NEVER_OR_ALWAYS: Misbehaviour = {
  number: 15,
  title: 'never schedules, or floods the queue',
  callback: {
    attempts: [
      { name: 'never schedules', schedule: never },
      { name: 'floods the queue', schedule: floods },
    ],
  },
  buffer: 'about upcalls',
};
