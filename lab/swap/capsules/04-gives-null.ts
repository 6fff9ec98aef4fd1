// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 4: gives back a null one though it held another.
 *
 * NON-TOCK: a capsule that misbehaves. In 2.0-dev and #2282 a capsule makes null callbacks itself; in #2445 and
 * #2462 a factory made them, and it tries both: the default one, and one that the factory made over and above.
 */
import { Callback } from '#kernel/callback';
import type { SwapResult } from '#kernel/driver';
import type { ProcessId } from '#kernel/process';
import { Ok } from '#kernel/result';
import { NOTHING_GIVEN_BACK, type Misbehaviour } from './misbehaviour.ts';
import { AllowsInVain, HeldBuffers, HeldCallbacks, SubscribesInVain, type Slots } from './parts.ts';

class GivesDefault extends HeldCallbacks {
  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok) return answer;
    this.tools.confess('gives back the default callback');
    return Ok(Callback.default());
  }
}

class GivesSpare extends HeldCallbacks {
  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const answer = super.exchange(slots, number, passed, processId);
    const spare = slots.spares[number];
    if (!answer.ok || spare === undefined) return answer;
    slots.spares[number] = answer.value;
    this.tools.confess('gives back a null callback that it had made over and above');
    return Ok(spare);
  }
}

class GivesEmpty<B> extends HeldBuffers<B> {
  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok) return answer;
    this.tools.confess('gives back an empty buffer, and loses the one that it held');
    return Ok(this.tools.kind.empty());
  }
}

/** Row 4. */
export const GIVES_NULL: Misbehaviour = {
  number: 4,
  title: 'gives back a null one though it held another',
  callback: {
    attempts: [
      {
        name: 'gives back the default one',
        heldCallbacks: GivesDefault,
        kernelCallbacks: SubscribesInVain,
      },
      {
        name: 'gives back one that its factory made',
        heldCallbacks: GivesSpare,
        designs: ['d', 'e'],
      },
    ],
    notApplicable: { '1.x': NOTHING_GIVEN_BACK },
  },
  buffer: {
    attempts: [
      {
        name: 'gives back a null one though it held another',
        heldBuffers: GivesEmpty,
        kernelBuffers: AllowsInVain,
      },
    ],
    notApplicable: { '1.x': NOTHING_GIVEN_BACK },
  },
};
