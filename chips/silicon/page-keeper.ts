// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Copies of flash pages for snapshots, cut from slabs: one allocation for sixteen pages.
 *
 * NON-TOCK: cheap states are what makes a power cut cheap to branch.
 */
import type { PageState } from './part.ts';

const PAGES_PER_SLAB = 16;

export class PageKeeper {
  private bytes = new Uint8Array(0);
  private used = PAGES_PER_SLAB;

  /** @param parts the views of each page whose bytes make up its state, the same sizes for all. */
  constructor(private readonly parts: readonly (readonly Uint8Array[])[]) {}

  /** Copies a page. */
  keep(page: number, erases: number): PageState {
    const parts = this.parts[page] ?? [];
    let size = 0;
    for (const part of parts) size += part.length;
    if (this.used === PAGES_PER_SLAB) {
      this.bytes = new Uint8Array(size * PAGES_PER_SLAB);
      this.used = 0;
    }
    const start = size * this.used++;
    let at = start;
    for (const part of parts) {
      this.bytes.set(part, at);
      at += part.length;
    }
    return { bytes: this.bytes, start, erases };
  }

  /** Puts a copy back. */
  putBack(page: number, state: PageState): void {
    let at = state.start;
    for (const part of this.parts[page] ?? []) {
      part.set(state.bytes.subarray(at, at + part.length));
      at += part.length;
    }
  }
}
