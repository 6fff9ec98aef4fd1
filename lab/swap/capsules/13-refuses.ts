// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 13: refuses what is valid.
 *
 * NON-TOCK: a capsule that misbehaves. Where the kernel exchanges, nobody asks it; there it can only see to it that
 * the grant in which the kernel would do so does not come to be.
 */
import type { Callback } from '#kernel/callback';
import type { SwapResult } from '#kernel/driver';
import { ErrorCode } from '#kernel/errorcode';
import { Err } from '#kernel/result';
import { HOLDING_BUFFERS, HOLDING_CALLBACKS, KERNEL_CALLBACKS } from '../designs.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import { HeldBuffers, HeldCallbacks, type AllocateGrant, type Slots } from './parts.ts';

class RefusesCallbacks extends HeldCallbacks {
  protected override exchange(
    _: Slots<unknown>,
    __: number,
    passed: Callback,
  ): SwapResult<Callback> {
    this.tools.confess('refuses a callback');
    return Err([passed, ErrorCode.BUSY]);
  }
}

class RefusesBuffers<B> extends HeldBuffers<B> {
  protected override exchange(_: Slots<B>, __: number, passed: B): SwapResult<B> {
    this.tools.confess('refuses a buffer');
    return Err([passed, ErrorCode.BUSY]);
  }
}

const refuses: AllocateGrant = ({ confess }) => {
  confess('says that there is no room for its grant');
  return Err('OutOfMemory');
};

/** Row 13. */
export const REFUSES: Misbehaviour = {
  number: 13,
  title: 'refuses what is valid',
  callback: {
    attempts: [
      { name: 'refuses it', heldCallbacks: RefusesCallbacks, designs: HOLDING_CALLBACKS },
      { name: 'refuses its grant', allocateGrant: refuses, designs: KERNEL_CALLBACKS },
    ],
  },
  buffer: {
    attempts: [
      {
        name: 'refuses it',
        heldBuffers: RefusesBuffers,
        designs: HOLDING_BUFFERS,
      },
      { name: 'refuses its grant', allocateGrant: refuses, designs: ['2.2'] },
    ],
  },
};
