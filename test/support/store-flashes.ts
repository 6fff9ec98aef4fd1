// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Four pages of a chip as a store's flash, through each interface: what suites of capsules over stores run on.
 *
 * NON-TOCK: tests.
 */
import { FlashBytesOverPages } from '#capsules/extra/flash-bytes-over-pages';
import { AtOnceFlash, SplitPhaseFlash, type StoreFlash } from '#capsules/extra/store-flash';
import { FlashCtrlBlocking } from '#chips/lowrisc/flash-partition';
import { NvmcBlocking } from '#chips/nrf52/nvmc';
import type { DeferredCalls } from '#kernel/deferred-call';
import type * as hil from '#kernel/hil';
import * as lowrisc from '../chips/lowrisc/support.ts';
import * as nrf52 from '../chips/nrf52/support.ts';

const ERASES = 10_000;

/** A powered chip with four blank pages for a store. */
export interface PoweredFlash {
  readonly flash: StoreFlash;
  /** Everything that will ever happen. */
  settle(): void;
  /** The power goes and comes: the same cells, and all else anew. */
  reboot(): PoweredFlash;
}

/** Makes one. */
export type FlashMaker = () => PoweredFlash;

interface Chip {
  readonly deferredCalls: DeferredCalls;
  settle(): void;
  byte(): hil.flash.ByteFlash;
  blocking(): hil.flash.BlockingFlash;
  again(): Chip;
}

function nvmc(powered = nrf52.power()): Chip {
  return {
    deferredCalls: powered.deferredCalls,
    settle: () => {
      powered.settle();
    },
    byte: () => nrf52.driver(powered),
    blocking: () => new NvmcBlocking(powered.chip.nvmc, { firstPage: 192, pages: 4 }),
    again: () => nvmc(nrf52.power({ cells: powered.cells })),
  };
}

function flashCtrl(powered = lowrisc.power()): Chip {
  return {
    deferredCalls: powered.deferredCalls,
    settle: () => {
      powered.settle();
    },
    byte: () => lowrisc.driver(powered),
    blocking: () => new FlashCtrlBlocking(powered.controller, { firstPage: 300, pages: 4 }),
    again: () => flashCtrl(lowrisc.power({ cells: powered.cells })),
  };
}

const HILS: Readonly<Record<string, (chip: Chip) => StoreFlash>> = {
  byte: (chip) => new SplitPhaseFlash(chip.byte(), ERASES, chip.deferredCalls),
  page: (chip) => {
    const flash = chip.byte();
    const { programUnit, programsPerUnit } = flash;
    const bytes = new FlashBytesOverPages(flash, { programUnit, programsPerUnit });
    return new SplitPhaseFlash(bytes, ERASES, chip.deferredCalls);
  },
  blocking: (chip) => new AtOnceFlash(chip.blocking(), ERASES, chip.deferredCalls),
};

function powerOn(chip: Chip, hil: (chip: Chip) => StoreFlash): PoweredFlash {
  return {
    flash: hil(chip),
    settle: () => {
      chip.settle();
    },
    reboot: () => powerOn(chip.again(), hil),
  };
}

/** By what a suite calls them: both chips, each interface. */
export const STORE_FLASHES: ReadonlyMap<string, FlashMaker> = new Map(
  Object.entries({ Nvmc: nvmc, FlashCtrlPartition: flashCtrl }).flatMap(([chip, power]) =>
    Object.entries(HILS).map(([name, hil]): [string, FlashMaker] => [
      `${chip}, ${name} HIL`,
      () => powerOn(power(), hil),
    ]),
  ),
);
