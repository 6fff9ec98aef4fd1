// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A piece of the process's own RAM that can be lent to a driver.
 *
 * NON-TOCK: Rust and C lend slices; a script needs an address to lend.
 */
import type { ProcessMemory } from '#kernel/syscall';

/** What can be lent: a place in the process's memory. */
export interface Lendable {
  readonly address: number;
  readonly length: number;
}

export class Buffer implements Lendable {
  /** The memory itself: what a driver writes is seen here. */
  readonly bytes: Uint8Array;

  constructor(
    memory: ProcessMemory,
    readonly address: number,
    readonly length: number,
  ) {
    const offset = address - memory.ramStart;
    this.bytes = memory.ram.subarray(offset, offset + length);
  }
}
