// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 14: schedules an upcall that nobody asked for, with wrong words, or of a wrong number of its own.
 *
 * NON-TOCK: a capsule that misbehaves. No design says anything about when and with what an upcall may come.
 */
import type { Misbehaviour } from './misbehaviour.ts';
import type { Schedule } from './parts.ts';

const unasked: Schedule = ({ confess }, schedule, processId, number, words) => {
  schedule(processId, number, words);
  confess('schedules an upcall once more than it was asked to');
  schedule(processId, number, words);
};

const wrongWords: Schedule = ({ confess }, schedule, processId, number, [value, ...others]) => {
  confess('schedules an upcall with another value than it was given');
  schedule(processId, number, [value + 1, ...others]);
};

const wrongNumber: Schedule = ({ confess }, schedule, processId, number, words) => {
  confess('schedules the upcall of its other number');
  schedule(processId, 1 - number, words);
};

/** Row 14. */
export const SCHEDULES_WRONGLY: Misbehaviour = {
  number: 14,
  title: 'schedules unasked, with wrong words, or wrong numbers',
  callback: {
    attempts: [
      { name: 'schedules one that nobody asked for', schedule: unasked },
      { name: 'schedules one with wrong words', schedule: wrongWords },
      { name: 'schedules one of the other number', schedule: wrongNumber },
    ],
  },
  buffer: 'about upcalls',
};
