// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 7: stores the new one, and refuses it.
 *
 * NON-TOCK: a capsule that misbehaves. The process is told that nothing was taken. Callbacks of #2445 and #2462, and
 * buffers from 2.0-dev on, are given back with the refusal: what it stored is gone.
 */
import type { Callback } from '#kernel/callback';
import type { SwapResult } from '#kernel/driver';
import { ErrorCode } from '#kernel/errorcode';
import type { ProcessId } from '#kernel/process';
import { Err } from '#kernel/result';
import type { Misbehaviour } from './misbehaviour.ts';
import {
  AllowsInVain,
  HeldBuffers,
  HeldCallbacks,
  SubscribesInVain,
  Turns,
  type Slots,
} from './parts.ts';

class StoresAndRefuses extends HeldCallbacks {
  private readonly turns = new Turns();

  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok || this.turns.next(processId, number) !== 2) return answer;
    this.tools.confess('stores a callback, and refuses it');
    return Err([passed, ErrorCode.BUSY]);
  }
}

class StoresAndRefusesBuffer<B> extends HeldBuffers<B> {
  private readonly turns = new Turns();

  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok || this.turns.next(processId, number) !== 2) return answer;
    this.tools.confess('stores a buffer, and refuses it');
    return Err([passed, ErrorCode.BUSY]);
  }
}

/** Row 7. */
export const STORES_AND_REFUSES: Misbehaviour = {
  number: 7,
  title: 'stores the new one and refuses it',
  callback: {
    attempts: [
      {
        name: 'stores the new one and refuses it',
        heldCallbacks: StoresAndRefuses,
        kernelCallbacks: SubscribesInVain,
      },
    ],
  },
  buffer: {
    attempts: [
      {
        name: 'stores the new one and refuses it',
        heldBuffers: StoresAndRefusesBuffer,
        kernelBuffers: AllowsInVain,
      },
    ],
  },
};
