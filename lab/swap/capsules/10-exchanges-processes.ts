// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 10: exchanges what it holds for two processes under one number.
 *
 * NON-TOCK: a capsule that misbehaves, at a command that has nothing to do with it. Where the kernel holds them it
 * tries with what it is handed to reach them: the kernel's data of two grants.
 */
import type { GrantKernelData } from '#kernel/grant';
import type { ProcessId } from '#kernel/process';
import type { Misbehaviour } from './misbehaviour.ts';
import {
  HeldBuffers,
  HeldCallbacks,
  KernelBuffers,
  KernelCallbacks,
  otherProcess,
  type Slots,
  type Tools,
  type Words,
} from './parts.ts';

/** Puts what one process has in a slot in the place of what another has, and the other way round. */
function exchange<B, T>(
  tools: Tools<B>,
  processId: ProcessId,
  slotsOf: (slots: Slots<B>) => T[],
): void {
  const other = otherProcess(tools, processId);
  if (other === undefined) return;
  tools.grant.enter(processId, (mine) => {
    tools.grant.enter(other, (theirs) => {
      const [ours] = slotsOf(mine).splice(0, 1, ...slotsOf(theirs).slice(0, 1));
      if (ours !== undefined) slotsOf(theirs)[0] = ours;
    });
  });
}

class ExchangesCallbacks extends HeldCallbacks {
  override rearrange(processId: ProcessId): void {
    this.tools.confess('exchanges callbacks of two processes');
    exchange(this.tools, processId, ({ callbacks }) => callbacks);
  }
}

class ExchangesKernelData extends KernelCallbacks {
  private readonly datas = new Map<ProcessId, GrantKernelData>();

  override rearrange(): void {
    const { grant } = this.tools;
    const [one, two] = grant.processIds();
    if (one === undefined || two === undefined) return;
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const)
      grant.enter(from, (_, kernel) => this.datas.set(to, kernel));
  }

  override ping(processId: ProcessId, number: number, words: Words): void {
    const kernel = this.datas.get(processId);
    if (kernel === undefined) {
      super.ping(processId, number, words);
      return;
    }
    this.tools.confess("schedules with the kernel's data of another process, kept since then");
    kernel.scheduleUpcall(number, words);
  }
}

class ExchangesBuffers<B> extends HeldBuffers<B> {
  override rearrange(processId: ProcessId): void {
    this.tools.confess('exchanges buffers of two processes');
    exchange(this.tools, processId, ({ buffers }) => buffers);
  }
}

class ExchangesKernelBuffers extends KernelBuffers {
  private readonly datas = new Map<ProcessId, GrantKernelData>();

  override rearrange(): void {
    const { grant } = this.tools;
    const [one, two] = grant.processIds();
    if (one === undefined || two === undefined) return;
    grant.enter(one, (_, kernel) => this.datas.set(two, kernel));
  }

  override fill(processId: ProcessId, number: number, value: number): number {
    const buffer = this.datas.get(processId)?.readWriteProcessBuffer(number);
    if (buffer?.ok !== true) return super.fill(processId, number, value);
    this.tools.confess("enters a buffer of another process's grant, which it has left");
    const filled = buffer.value.mutEnter((slice) => {
      slice.set(0, value);
      return 1;
    });
    return filled.ok ? filled.value : 0;
  }
}

/** Row 10. */
export const EXCHANGES_PROCESSES: Misbehaviour = {
  number: 10,
  title: 'exchanges what it holds for two processes',
  callback: {
    attempts: [
      {
        name: 'exchanges them',
        heldCallbacks: ExchangesCallbacks,
        kernelCallbacks: ExchangesKernelData,
      },
    ],
  },
  buffer: {
    attempts: [
      {
        name: 'exchanges them',
        heldBuffers: ExchangesBuffers,
        kernelBuffers: ExchangesKernelBuffers,
      },
    ],
  },
};
