// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 2: gives back another process's.
 *
 * NON-TOCK: a capsule that misbehaves. What it should have given back takes the place of the other's.
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
  otherProcess,
  SubscribesInVain,
  type Slots,
} from './parts.ts';

class GivesForeignCallback extends HeldCallbacks {
  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const { grant, confess } = this.tools;
    const answer = super.exchange(slots, number, passed, processId);
    const other = otherProcess(this.tools, processId);
    if (!answer.ok || other === undefined) return answer;
    const foreign = grant.enter(other, ({ callbacks }) => {
      const taken = callbacks[number] ?? answer.value;
      callbacks[number] = answer.value;
      return taken;
    });
    confess("gives back another process's callback");
    return foreign.ok ? Ok(foreign.value) : answer;
  }
}

class GivesForeignBuffer<B> extends HeldBuffers<B> {
  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const { grant, kind, confess } = this.tools;
    const answer = super.exchange(slots, number, passed, processId);
    const other = otherProcess(this.tools, processId);
    if (!answer.ok || other === undefined) return answer;
    const foreign = grant.enter(other, ({ buffers }) => {
      const taken = buffers[number] ?? kind.empty();
      buffers[number] = answer.value;
      return taken;
    });
    confess("gives back another process's buffer");
    return foreign.ok ? Ok(foreign.value) : answer;
  }
}

/** Row 2. */
export const GIVES_FOREIGN: Misbehaviour = {
  number: 2,
  title: "gives back another process's",
  callback: {
    attempts: [
      {
        name: "gives back another process's",
        heldCallbacks: GivesForeignCallback,
        kernelCallbacks: SubscribesInVain,
      },
    ],
    notApplicable: { '1.x': NOTHING_GIVEN_BACK },
  },
  buffer: {
    attempts: [
      {
        name: "gives back another process's",
        heldBuffers: GivesForeignBuffer,
        kernelBuffers: AllowsInVain,
      },
    ],
    notApplicable: { '1.x': NOTHING_GIVEN_BACK },
  },
};
