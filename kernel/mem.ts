// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A buffer as a capsule of Tock 1.x held it: the bytes, with nothing between them and the capsule.
 *
 * Mirrors `kernel/src/mem.rs` (`AppSlice`) of 1.x. Nobody checks that the process still lends it, or lives.
 */
import type { ProcessId } from './process.ts';
import type { BufferId, ProcessBufferSource } from './processbuffer.ts';

/** Address and length that a process allowed. */
export class AppSlice {
  constructor(
    private readonly source: ProcessBufferSource,
    readonly processId: ProcessId,
    /** @internal */
    readonly id: BufferId,
    private readonly address: number,
    /** Bytes. */
    readonly length: number,
  ) {}

  /** The bytes, to read and to write, for as long as the capsule likes: what lies there is what it gets. */
  get bytes(): Uint8Array {
    this.source.touched(this.processId, this.id, this.address, this.length);
    return this.source.memoryOf(this.processId, this.address, this.length);
  }
}
