// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 1: keeps what it has given back, and uses it later.
 *
 * NON-TOCK: a capsule that misbehaves. It gives back what it must; before that it makes a copy. A buffer could not
 * be copied from 2.0-dev on, nor a callback from #2445 on: there it goes on using what it gave away.
 */
import type { Callback } from '#kernel/callback';
import type { SwapResult } from '#kernel/driver';
import type { GrantKernelData } from '#kernel/grant';
import type { ProcessId } from '#kernel/process';
import type { ReadWriteProcessBuffer } from '#kernel/processbuffer';
import type { Misbehaviour } from './misbehaviour.ts';
import {
  HeldBuffers,
  HeldCallbacks,
  KernelBuffers,
  KernelCallbacks,
  Turns,
  type Slots,
  type Words,
} from './parts.ts';

class KeepsCallback extends HeldCallbacks {
  private readonly turns = new Turns();
  private readonly kept: Callback[] = [];

  protected override exchange(
    slots: Slots<unknown>,
    number: number,
    passed: Callback,
    processId: ProcessId,
  ): SwapResult<Callback> {
    const answer = super.exchange(slots, number, passed, processId);
    if (answer.ok && this.turns.next(processId, number) > 1) this.kept[number] = answer.value;
    return answer;
  }

  override ping(processId: ProcessId, number: number, words: Words): void {
    super.ping(processId, number, words);
    const kept = this.kept[number];
    if (kept === undefined) return;
    this.tools.confess('calls a callback that it gave back');
    kept.schedule(...words);
  }
}

class KeepsKernelData extends KernelCallbacks {
  private kept: GrantKernelData | undefined;

  override ping(processId: ProcessId, number: number, words: Words): void {
    this.tools.grant.enter(processId, (_, kernel) => {
      this.kept = kernel;
    });
    this.tools.confess("schedules with the kernel's data of a grant that it has left");
    this.kept?.scheduleUpcall(number, words);
  }
}

class KeepsBuffer<B> extends HeldBuffers<B> {
  private readonly turns = new Turns();
  private readonly kept: B[] = [];

  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const answer = super.exchange(slots, number, passed, processId);
    if (answer.ok && this.turns.next(processId, number) > 1) this.kept[number] = answer.value;
    return answer;
  }

  override fill(processId: ProcessId, number: number, value: number): number {
    const filled = super.fill(processId, number, value);
    const kept = this.kept[number];
    if (kept === undefined) return filled;
    this.tools.confess('writes a buffer that it gave back');
    this.tools.kind.fill(kept, value);
    return filled;
  }
}

class KeepsKernelBuffer extends KernelBuffers {
  private kept: ReadWriteProcessBuffer | undefined;

  override fill(processId: ProcessId, number: number, value: number): number {
    const filled = super.fill(processId, number, value);
    this.tools.grant.enter(processId, (_, kernel) => {
      const buffer = kernel.readWriteProcessBuffer(number);
      if (buffer.ok) this.kept = buffer.value;
    });
    this.tools.confess('enters a buffer of a grant that it has left');
    this.kept?.mutEnter((slice) => {
      slice.set(0, value);
    });
    return filled;
  }
}

/** Row 1. */
export const KEEPS: Misbehaviour = {
  number: 1,
  title: 'keeps what it has given back, and uses it later',
  callback: {
    attempts: [
      { name: 'keeps it', heldCallbacks: KeepsCallback, kernelCallbacks: KeepsKernelData },
    ],
  },
  buffer: {
    attempts: [{ name: 'keeps it', heldBuffers: KeepsBuffer, kernelBuffers: KeepsKernelBuffer }],
  },
};
