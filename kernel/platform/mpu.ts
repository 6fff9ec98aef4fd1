// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The windows that a process has into the memory of others.
 *
 * Mirrors `kernel/src/platform/mpu.rs`, as far as IPC needs it. NON-TOCK: a window is exact to the byte,
 * where the unit of a Cortex-M wants powers of two and refuses what does not fit.
 */

/** Bytes of another process that a process may read and write. */
export interface MpuRegion {
  /** Slot of the process whose memory it is: a process has one window into each other. */
  readonly lender: number;
  readonly address: number;
  readonly length: number;
  /** The bytes, or undefined when they may no longer be touched. */
  bytes(): Uint8Array | undefined;
}

/** All windows of one process. */
export class MpuRegions {
  private readonly regions = new Map<number, MpuRegion>();

  /** Opens a window, in the place of the one into the same process. */
  add(region: MpuRegion): void {
    this.regions.set(region.lender, region);
  }

  /** Shuts all windows. */
  clear(): void {
    this.regions.clear();
  }

  /** The bytes at [address, address + length) when they lie in one window, or undefined. */
  find(address: number, length: number): Uint8Array | undefined {
    for (const region of this.regions.values()) {
      const offset = address - region.address;
      if (offset < 0 || offset + length > region.length) continue;
      const bytes = region.bytes();
      if (bytes !== undefined) return bytes.subarray(offset, offset + length);
    }
    return undefined;
  }
}
