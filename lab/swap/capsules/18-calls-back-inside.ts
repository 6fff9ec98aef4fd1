// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 18: calls its client back inside the call that asks for the work.
 *
 * NON-TOCK: a capsule that misbehaves: the driver below. The one under test notes whose work it is when the call has
 * returned, as it may; a callback that comes before finds nothing noted. A callback inside a call is case F15.
 */
import { Worker } from './desk.ts';
import type { Misbehaviour } from './misbehaviour.ts';

class CallsBackInside extends Worker {
  override start(): void {
    this.confess('calls its client back inside the call that asks for the work');
    this.client?.workDone();
  }
}

/** Row 18. */
export const CALLS_BACK_INSIDE: Misbehaviour = {
  number: 18,
  title: 'calls its client back inside a downcall',
  callback: { attempts: [{ name: 'calls back at once', worker: CallsBackInside }] },
  buffer: 'about upcalls',
};
