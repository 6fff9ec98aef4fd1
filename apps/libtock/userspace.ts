// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What userspace code is made of.
 *
 * NON-TOCK: takes the place of compiled functions.
 */

import type { ProcessMemory } from '#kernel/syscall';
import type { Nanoseconds } from '#kernel/time';

/** A function of userspace: a generator whose every `yield` is a trap. Call it with `yield*`. */
export type Userspace<T = void> = Generator<0 | 1, T, void>;

/** What executes the program, as far as libtock sees it. */
export interface Machine {
  readonly registers: Uint32Array;
  readonly memory: ProcessMemory;
  readonly functions: {
    add(called: UpcallFunction): number;
    get(address: number): UpcallFunction | undefined;
    remove(address: number): void;
  };
  stackPointer: number;
  computeTime: Nanoseconds;
}

/** A callback: three words from the driver and the appdata; a generator may itself trap. */
export type UpcallFunction = (
  argument0: number,
  argument1: number,
  argument2: number,
  appdata: number,
) => unknown;
