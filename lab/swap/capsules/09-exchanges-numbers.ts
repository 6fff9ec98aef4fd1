// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 9: exchanges what it holds under two numbers of a process.
 *
 * NON-TOCK: a capsule that misbehaves, at a command that has nothing to do with it, as the test capsule of #2462 did.
 * Where the kernel holds them the capsule's own storage has nothing in it to exchange.
 */
import type { ProcessId } from '#kernel/process';
import type { Misbehaviour } from './misbehaviour.ts';
import { HeldBuffers, HeldCallbacks, KernelBuffers, KernelCallbacks } from './parts.ts';

class ExchangesCallbacks extends HeldCallbacks {
  override rearrange(processId: ProcessId): void {
    this.tools.confess('exchanges the callbacks of two numbers');
    this.tools.grant.enter(processId, ({ callbacks }) => callbacks.reverse());
  }
}

class FindsNoCallbacks extends KernelCallbacks {
  override rearrange(processId: ProcessId): void {
    this.tools.confess('exchanges the callbacks in its grant, which has none');
    this.tools.grant.enter(processId, ({ callbacks }) => callbacks.reverse());
  }
}

class ExchangesBuffers<B> extends HeldBuffers<B> {
  override rearrange(processId: ProcessId): void {
    this.tools.confess('exchanges the buffers of two numbers');
    this.tools.grant.enter(processId, ({ buffers }) => buffers.reverse());
  }
}

class FindsNoBuffers extends KernelBuffers {
  override rearrange(processId: ProcessId): void {
    this.tools.confess('exchanges the buffers in its grant, which has none');
    this.tools.grant.enter(processId, ({ buffers }) => buffers.reverse());
  }
}

/** Row 9. */
export const EXCHANGES_NUMBERS: Misbehaviour = {
  number: 9,
  title: 'exchanges what it holds under two numbers',
  callback: {
    attempts: [
      {
        name: 'exchanges them',
        heldCallbacks: ExchangesCallbacks,
        kernelCallbacks: FindsNoCallbacks,
      },
    ],
  },
  buffer: {
    attempts: [
      { name: 'exchanges them', heldBuffers: ExchangesBuffers, kernelBuffers: FindsNoBuffers },
    ],
  },
};
