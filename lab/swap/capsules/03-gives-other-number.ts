// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 3: gives back the same process's of another number.
 *
 * NON-TOCK: a capsule that misbehaves. What it should have given back takes the place of the other number's.
 */
import type { Callback } from '#kernel/callback';
import type { SwapResult } from '#kernel/driver';
import type { ProcessId } from '#kernel/process';
import { Ok } from '#kernel/result';
import { NOTHING_GIVEN_BACK, type Misbehaviour } from './misbehaviour.ts';
import { AllowsInVain, HeldBuffers, HeldCallbacks, SubscribesInVain, type Slots } from './parts.ts';

class GivesOtherCallback extends HeldCallbacks {
  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const answer = super.exchange(slots, number, passed, processId);
    const other = slots.callbacks[1 - number];
    if (!answer.ok || other === undefined) return answer;
    slots.callbacks[1 - number] = answer.value;
    this.tools.confess('gives back the callback of another number');
    return Ok(other);
  }
}

class GivesOtherBuffer<B> extends HeldBuffers<B> {
  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const answer = super.exchange(slots, number, passed, processId);
    const other = slots.buffers[1 - number];
    if (!answer.ok || other === undefined) return answer;
    slots.buffers[1 - number] = answer.value;
    this.tools.confess('gives back the buffer of another number');
    return Ok(other);
  }
}

/** Row 3. */
export const GIVES_OTHER_NUMBER: Misbehaviour = {
  number: 3,
  title: 'gives back that of another number',
  callback: {
    attempts: [
      {
        name: 'gives back that of another number',
        heldCallbacks: GivesOtherCallback,
        kernelCallbacks: SubscribesInVain,
      },
    ],
    notApplicable: { '1.x': NOTHING_GIVEN_BACK },
  },
  buffer: {
    attempts: [
      {
        name: 'gives back that of another number',
        heldBuffers: GivesOtherBuffer,
        kernelBuffers: AllowsInVain,
      },
    ],
    notApplicable: { '1.x': NOTHING_GIVEN_BACK },
  },
};
