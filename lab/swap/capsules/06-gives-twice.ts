// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 6: gives back the same one twice.
 *
 * NON-TOCK: a capsule that misbehaves. The second time it should have given back another.
 */
import type { Callback } from '#kernel/callback';
import type { SwapResult } from '#kernel/driver';
import type { ProcessId } from '#kernel/process';
import { Ok } from '#kernel/result';
import { NOTHING_GIVEN_BACK, type Misbehaviour } from './misbehaviour.ts';
import {
  AllowsInVain,
  HeldBuffers,
  HeldCallbacks,
  SubscribesInVain,
  Turns,
  type Slots,
} from './parts.ts';

class GivesCallbackTwice extends HeldCallbacks {
  private readonly turns = new Turns();
  private readonly given: Callback[] = [];

  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok) return answer;
    const turn = this.turns.next(processId, number);
    if (turn === 2) this.given[number] = answer.value;
    const before = this.given[number];
    if (turn < 3 || before === undefined) return answer;
    this.tools.confess('gives back the callback that it gave back before');
    return Ok(before);
  }
}

class GivesBufferTwice<B> extends HeldBuffers<B> {
  private readonly turns = new Turns();
  private readonly given: B[] = [];

  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok) return answer;
    const turn = this.turns.next(processId, number);
    if (turn === 2) this.given[number] = answer.value;
    const before = this.given[number];
    if (turn < 3 || before === undefined) return answer;
    this.tools.confess('gives back the buffer that it gave back before');
    return Ok(before);
  }
}

/** Row 6. */
export const GIVES_TWICE: Misbehaviour = {
  number: 6,
  title: 'gives back the same one twice',
  callback: {
    attempts: [
      {
        name: 'gives back the same one twice',
        heldCallbacks: GivesCallbackTwice,
        kernelCallbacks: SubscribesInVain,
      },
    ],
    notApplicable: { '1.x': NOTHING_GIVEN_BACK },
  },
  buffer: {
    attempts: [
      {
        name: 'gives back the same one twice',
        heldBuffers: GivesBufferTwice,
        kernelBuffers: AllowsInVain,
      },
    ],
    notApplicable: { '1.x': NOTHING_GIVEN_BACK },
  },
};
