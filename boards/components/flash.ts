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

/** The flash of one store. */
export interface WiredStore {
  readonly flash: StoreFlash;
  /** Words that were passed to flash programs for it since power-on. */
  wordsWritten(): number;
  /** Pages of it that were erased since power-on. */
  erases(): number;
}

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
  store(window: FlashWindow, hil: StoreHil): WiredStore {
    const { deferredCalls } = this;
    const { cells } = this.parts;
    const { erasesPerPage } = cells.part;
    const before = this.erasesOf(window);
    const erases = (): number => this.erasesOf(window) - before;
    switch (hil) {
      case 'byte': {
        const flash = new SplitPhaseFlash(this.user(window), erasesPerPage, deferredCalls);
        return { flash, erases, wordsWritten: () => flash.wordsWritten };
      }
      case 'page': {
        const { programUnit, programsPerUnit } = this.parts.flash;
        const bytes = new FlashBytesOverPages(this.user(window), { programUnit, programsPerUnit });
        const flash = new SplitPhaseFlash(bytes, erasesPerPage, deferredCalls);
        return { flash, erases, wordsWritten: () => bytes.statistics.wordsWritten };
      }
      case 'blocking': {
        const blocking = this.parts.blockingFlash(window);
        const flash = new AtOnceFlash(blocking, erasesPerPage, deferredCalls);
        return { flash, erases, wordsWritten: () => flash.wordsWritten };
      }
    }
  }

  private erasesOf({ firstPage, pages }: FlashWindow): number {
    let sum = 0;
    for (let page = firstPage; page < firstPage + pages; page++) {
      sum += this.parts.cells.eraseCount(page);
    }
    return sum;
  }
}
