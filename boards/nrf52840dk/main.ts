// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The nRF52840 DK: what it is, and its chip.
 *
 * Mirrors `boards/nordic/nrf52840dk/src/main.rs`, with the stores on internal flash.
 */
import type { Board, BoardKind, BoardOptions } from '../board.ts';
import { powerOn } from '../components/board.ts';
import { CAPSULE_FLAWS, flawsOf } from '../components/flaws.ts';
import type { ChipParts } from '../components/parts.ts';
import { pageNames } from '../components/parts.ts';
import { blankCells, Nrf52840 } from '#chips/nrf52/chip';
import { Nvmc, NVMC_FLAWS, NvmcBlocking } from '#chips/nrf52/nvmc';
import { NRF52840_COSTS } from '#kernel/costs';
import type { Kernel } from '#kernel/kernel';
import * as memory from './memory.ts';

/** Wires the board and powers it on; cells given keep what they hold. */
export function boot(options: BoardOptions = {}): Board {
  const map = memory.flashMap(options.storePages ?? memory.STORE_PAGES);
  const nameOf = pageNames(map);
  return powerOn(
    {
      name: 'nrf52840dk',
      costs: NRF52840_COSTS,
      memory: memory.APP_MEMORY,
      map,
      chip: (kernel) => createChip(kernel, options, nameOf),
    },
    options,
  );
}

function createChip(
  { clock, deferredCalls, trace }: Kernel,
  options: BoardOptions,
  nameOf: (page: number) => string,
): ChipParts {
  const cells = blankCells();
  const flash = options.flash ?? cells.flash;
  const chip = new Nrf52840({
    clock,
    deferredCalls,
    cells: { ...cells, flash },
    line: options.onConsole ?? (() => undefined),
    trace,
    flaws: flawsOf(NVMC_FLAWS, options.faithful ?? []),
  });
  return {
    chip,
    alarm: chip.rtc,
    uart: chip.uart,
    cells: flash,
    flash: new Nvmc(chip.nvmc, { firstPage: 0, pages: flash.pages, nameOf }),
    blockingFlash: (window) =>
      new NvmcBlocking(chip.nvmc, { ...window, nameOf: (page) => nameOf(window.firstPage + page) }),
    type: (bytes) => {
      chip.uart.feed(bytes);
    },
  };
}

/** The board, for lists and harnesses. */
export const NRF52840DK: BoardKind = {
  chip: 'nRF52840',
  description: 'Nordic nRF52840 DK: Cortex-M4, 1 MiB flash in 4 KiB pages, 256 KiB RAM',
  storePages: { least: 3, most: memory.STORE_PAGES_MOST },
  flaws: { ...NVMC_FLAWS, ...CAPSULE_FLAWS },
  freshFlash: () => blankCells().flash,
  boot,
};
