// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The internal flash, shared: one multiplexer, and for each store the interface that it is to have.
 *
 * Mirrors `boards/components/src/flash.rs`.
 */
import { FlashBytesOverPages } from '#capsules/extra/flash-bytes-over-pages';
import { AtOnceFlash, SplitPhaseFlash, type StoreFlash } from '#capsules/extra/store-flash';
import {
  MuxByteFlash,
  type ByteFlashUser,
  type FlashWindow,
} from '#capsules/core/virtualizers/virtual-flash';
import type { DeferredCalls } from '#kernel/deferred-call';
import type { StoreHil } from '../board.ts';
import { flawsOf, FLAWS } from './flaws.ts';
import type { ChipParts } from './parts.ts';

/** The one flash of a board, and whom it serves. */
export class FlashComponent {
  private readonly mux: MuxByteFlash;

  constructor(
    private readonly parts: ChipParts,
    private readonly deferredCalls: DeferredCalls,
    faithful: readonly string[],
  ) {
    this.mux = new MuxByteFlash(parts.flash, flawsOf(FLAWS.virtualFlash, faithful));
  }

  /** A flash of its own for a capsule. */
  user(window?: FlashWindow): ByteFlashUser {
    return this.mux.createUser(window);
  }

  /** The flash of a store capsule, through the interface that the options name. */
  store(window: FlashWindow, hil: StoreHil): StoreFlash {
    const { deferredCalls, parts } = this;
    const { erasesPerPage } = parts.cells.part;
    switch (hil) {
      case 'byte':
        return new SplitPhaseFlash(this.user(window), erasesPerPage, deferredCalls);
      case 'page': {
        const { programUnit, programsPerUnit } = parts.flash;
        const bytes = new FlashBytesOverPages(this.user(window), { programUnit, programsPerUnit });
        return new SplitPhaseFlash(bytes, erasesPerPage, deferredCalls);
      }
      case 'blocking':
        return new AtOnceFlash(parts.blockingFlash(window), erasesPerPage, deferredCalls);
    }
  }
}
