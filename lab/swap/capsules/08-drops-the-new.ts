// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 8: takes the new one, and does not store it.
 *
 * NON-TOCK: a capsule that misbehaves, in two ways: it goes on with the old one (and where that was moved, with the
 * spare callback that it has, or an empty buffer), or it gives the new one straight back as if it were the old.
 */
import type { Callback } from '#kernel/callback';
import type { SwapResult } from '#kernel/driver';
import type { ProcessId } from '#kernel/process';
import { Ok } from '#kernel/result';
import { EXCHANGING, HOLDING_BUFFERS } from '../designs.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import {
  AllowsInVain,
  HeldBuffers,
  HeldCallbacks,
  SubscribesInVain,
  Turns,
  type Slots,
} from './parts.ts';

class KeepsTheOld extends HeldCallbacks {
  private readonly turns = new Turns();

  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok || this.turns.next(processId, number) !== 2) return answer;
    slots.callbacks[number] = answer.value;
    this.tools.confess('drops the new callback');
    return answer;
  }
}

class KeepsASpare extends HeldCallbacks {
  private readonly turns = new Turns();

  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const answer = super.exchange(slots, number, passed, processId);
    const spare = slots.spares[number];
    if (!answer.ok || spare === undefined) return answer;
    if (this.turns.next(processId, number) !== 2) return answer;
    slots.callbacks[number] = spare;
    this.tools.confess('drops the new callback, and holds a spare one');
    return answer;
  }
}

class GivesTheNewBack extends HeldCallbacks {
  private readonly turns = new Turns();

  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const held = slots.callbacks[number];
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok || held === undefined) return answer;
    if (this.turns.next(processId, number) !== 2) return answer;
    slots.callbacks[number] = held;
    this.tools.confess('gives the new callback back as the old one');
    return Ok(passed);
  }
}

class DropsTheNewBuffer<B> extends HeldBuffers<B> {
  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok) return answer;
    this.tools.confess('drops the new buffer');
    slots.buffers[number] = this.tools.kind.empty();
    return answer;
  }
}

class KeepsTheOldBuffer<B> extends HeldBuffers<B> {
  private readonly turns = new Turns();

  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const held = slots.buffers[number] ?? this.tools.kind.empty();
    const answer = super.exchange(slots, number, passed, processId);
    if (!answer.ok || this.turns.next(processId, number) !== 2) return answer;
    this.tools.confess('drops the new buffer, and stays with the old one');
    slots.buffers[number] = held;
    return Ok(passed);
  }
}

/** Row 8. */
export const DROPS_THE_NEW: Misbehaviour = {
  number: 8,
  title: 'takes the new one and does not store it',
  callback: {
    attempts: [
      {
        name: 'stays with the old one',
        heldCallbacks: KeepsTheOld,
        kernelCallbacks: SubscribesInVain,
        designs: ['1.x', '2.0-dev', 'c', '2.0', '2.2'],
      },
      { name: 'puts a spare one in its place', heldCallbacks: KeepsASpare, designs: ['d', 'e'] },
      {
        name: 'gives the new one straight back',
        heldCallbacks: GivesTheNewBack,
        designs: EXCHANGING,
      },
    ],
  },
  buffer: {
    attempts: [
      {
        name: 'holds none',
        heldBuffers: DropsTheNewBuffer,
        kernelBuffers: AllowsInVain,
      },
      {
        name: 'stays with the old one, and gives the new one straight back',
        heldBuffers: KeepsTheOldBuffer,
        designs: HOLDING_BUFFERS,
      },
    ],
  },
};
