// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 11: keeps a buffer that a process takes back.
 *
 * NON-TOCK: a capsule that misbehaves, in two ways: it gives back an empty one in its place, or it refuses. Other than
 * in row 1 it needs no copy, which a buffer does not allow.
 */
import type { SwapResult } from '#kernel/driver';
import { ErrorCode } from '#kernel/errorcode';
import type { ProcessId } from '#kernel/process';
import { Err, Ok } from '#kernel/result';
import { HOLDING_BUFFERS } from '../designs.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import { AllowsInVain, HeldBuffers, type Slots } from './parts.ts';

class GivesEmptyInstead<B> extends HeldBuffers<B> {
  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const { kind, confess } = this.tools;
    const held = slots.buffers[number];
    if (held === undefined || kind.length(passed) > 0) {
      return super.exchange(slots, number, passed, processId);
    }
    confess('keeps a buffer that was taken back, and gives back an empty one');
    return Ok(kind.empty());
  }
}

class RefusesUnallow<B> extends HeldBuffers<B> {
  protected override exchange(
    slots: Slots<B>,
    number: number,
    passed: B,
    processId: ProcessId,
  ): SwapResult<B> {
    const { kind, confess } = this.tools;
    if (slots.buffers[number] === undefined || kind.length(passed) > 0) {
      return super.exchange(slots, number, passed, processId);
    }
    confess('refuses to give a buffer back');
    return Err([passed, ErrorCode.BUSY]);
  }
}

/** Row 11. */
export const KEEPS_AT_UNALLOW: Misbehaviour = {
  number: 11,
  title: 'keeps a buffer that was taken back',
  callback: 'about buffers; row 1 is what it is for callbacks',
  buffer: {
    attempts: [
      {
        name: 'gives back an empty one in its place',
        heldBuffers: GivesEmptyInstead,
        kernelBuffers: AllowsInVain,
      },
      {
        name: 'refuses to give it back',
        heldBuffers: RefusesUnallow,
        designs: HOLDING_BUFFERS,
      },
    ],
  },
};
