// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 12: has one place for buffers of two processes, or of two numbers.
 *
 * NON-TOCK: a capsule that misbehaves. What it gives back, and what it writes, is another process's or another
 * number's. Rows 2, 3, 9 and 10 do so on purpose and once; this one's storage is laid out wrongly.
 */
import type { SwapResult } from '#kernel/driver';
import type { ProcessId } from '#kernel/process';
import { Ok } from '#kernel/result';
import { HOLDING_BUFFERS } from '../designs.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import { AllowsInVain, HeldBuffers, NUMBERS, type Slots } from './parts.ts';

class OnePlaceForProcesses<B> extends HeldBuffers<B> {
  private readonly places: B[] = [];

  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    if (number >= NUMBERS) return super.exchange(slots, number, passed, processId);
    this.tools.confess('puts a buffer where those of all processes go');
    const held = this.places[number] ?? this.tools.kind.empty();
    this.places[number] = passed;
    return Ok(held);
  }

  override fill(_processId: ProcessId, number: number, value: number): number {
    const { kind } = this.tools;
    return kind.fill(this.places[number] ?? kind.empty(), value);
  }
}

class OnePlaceForNumbers<B> extends HeldBuffers<B> {
  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    if (number >= NUMBERS) return super.exchange(slots, number, passed, processId);
    this.tools.confess('puts a buffer where those of all numbers go');
    return super.exchange(slots, 0, passed, processId);
  }

  override fill(processId: ProcessId, _number: number, value: number): number {
    return super.fill(processId, 0, value);
  }
}

/** Row 12. */
export const CONFUSES_PLACES: Misbehaviour = {
  number: 12,
  title: 'has one place for several processes or numbers',
  callback: 'about buffers; rows 2, 3, 9 and 10 are what it is for callbacks',
  buffer: {
    attempts: [
      {
        name: 'has one place for all processes',
        heldBuffers: OnePlaceForProcesses,
        kernelBuffers: AllowsInVain,
      },
      {
        name: 'has one place for all numbers',
        heldBuffers: OnePlaceForNumbers,
        designs: HOLDING_BUFFERS,
      },
    ],
  },
};
