// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 5: refuses, and gives back another one than it was passed.
 *
 * NON-TOCK: a capsule that misbehaves. What was passed takes the place of what is given back. Twice the refusal
 * itself is lawful, as there is no such number; the third time it is not.
 */
import type { Callback } from '#kernel/callback';
import type { SwapResult } from '#kernel/driver';
import { ErrorCode } from '#kernel/errorcode';
import type { ProcessId } from '#kernel/process';
import { Err } from '#kernel/result';
import { EXCHANGING } from '../designs.ts';
import { NOTHING_GIVEN_BACK, type Misbehaviour } from './misbehaviour.ts';
import {
  AllowsInVain,
  HeldBuffers,
  HeldCallbacks,
  otherProcess,
  SubscribesInVain,
  Turns,
  type Slots,
} from './parts.ts';

class RefusesWithOther extends HeldCallbacks {
  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const answer = super.exchange(slots, number, passed, processId);
    const held = slots.callbacks[0];
    if (answer.ok || held === undefined) return answer;
    slots.callbacks[0] = passed;
    this.tools.confess('refuses, and gives back the callback of number 0');
    return Err([held, answer.error[1]]);
  }
}

class RefusesWithItsOwn extends HeldCallbacks {
  private readonly turns = new Turns();

  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok || this.turns.next(processId, number) !== 2) return answer;
    this.tools.confess('refuses, and gives back the callback that it held');
    return Err([answer.value, ErrorCode.BUSY]);
  }
}

class RefusesWithForeign extends HeldCallbacks {
  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const { grant, confess } = this.tools;
    const answer = super.exchange(slots, number, passed, processId);
    const other = otherProcess(this.tools, processId);
    if (answer.ok || other === undefined) return answer;
    const foreign = grant.enter(other, ({ callbacks }) => {
      const held = callbacks[0] ?? passed;
      callbacks[0] = passed;
      return held;
    });
    confess("refuses, and gives back another process's callback");
    return Err([foreign.ok ? foreign.value : passed, answer.error[1]]);
  }
}

class RefusesWithOtherBuffer<B> extends HeldBuffers<B> {
  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const answer = super.exchange(slots, number, passed, processId);
    const held = slots.buffers[0];
    if (answer.ok || held === undefined) return answer;
    slots.buffers[0] = passed;
    this.tools.confess('refuses, and gives back the buffer of number 0');
    return Err([held, answer.error[1]]);
  }
}

/** Row 5. */
export const REFUSES_WITH_ANOTHER: Misbehaviour = {
  number: 5,
  title: 'refuses with another one than it was passed',
  callback: {
    attempts: [
      {
        name: 'gives back that of another number',
        heldCallbacks: RefusesWithOther,
        kernelCallbacks: SubscribesInVain,
      },
      {
        name: 'gives back the one that it held',
        heldCallbacks: RefusesWithItsOwn,
        designs: EXCHANGING,
      },
      {
        name: "gives back another process's",
        heldCallbacks: RefusesWithForeign,
        designs: EXCHANGING,
      },
    ],
    notApplicable: { '1.x': NOTHING_GIVEN_BACK },
  },
  buffer: {
    attempts: [
      {
        name: 'refuses with another one than it was passed',
        heldBuffers: RefusesWithOtherBuffer,
        kernelBuffers: AllowsInVain,
      },
    ],
    notApplicable: { '1.x': NOTHING_GIVEN_BACK },
  },
};
