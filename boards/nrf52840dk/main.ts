// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The nRF52840 DK: what it is, and its chip.
 *
 * Mirrors `boards/nordic/nrf52840dk/src/main.rs`, with the stores on internal flash.
 */
import type { Board, BoardKind, BoardOptions } from '../board.ts';
import { powerOn } from '../components/board.ts';
import { CAPSULE_FLAWS, flawsOf } from '../components/flaws.ts';
import { createPanel } from '../components/panel.ts';
import { geometryOf, pageNames, type ChipParts } from '../components/parts.ts';
import { blankCells, Nrf52840 } from '#chips/nrf52/chip';
import { Nvmc, NVMC_FLAWS, NvmcBlocking } from '#chips/nrf52/nvmc';
import { TRNG_FLAWS } from '#chips/nrf52/rng';
import { NRF52840_FLASH } from '#chips/nrf52/timing';
import { assert } from '#kernel/assert';
import { NRF52840_COSTS } from '#kernel/costs';
import type { Kernel } from '#kernel/kernel';
import * as memory from './memory.ts';

/** Wires the board and powers it on; cells given keep what they hold. */
export function boot(options: BoardOptions = {}): Board {
  assert(
    (options.ecc ?? 'off') === 'off',
    'the flash of the nRF52840 has no error-correcting codes',
  );
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

/** Lights and buttons of the DK: all shine, and are pressed, at low level (`nrf52840dk` of Tock). */
const LED_PINS = [13, 14, 15, 16] as const;
const BUTTON_PINS = [11, 12, 24, 25] as const;

function createChip(
  { clock, deferredCalls, trace }: Kernel,
  options: BoardOptions,
  nameOf: (page: number) => string,
): ChipParts {
  const cells = blankCells({}, options.flash);
  const { flash } = cells;
  const faithful = options.faithful ?? [];
  const chip = new Nrf52840({
    clock,
    deferredCalls,
    cells,
    line: options.onConsole ?? (() => undefined),
    trace,
    flaws: flawsOf(NVMC_FLAWS, faithful),
    rngFlaws: flawsOf(TRNG_FLAWS, faithful),
    seed: options.seed ?? 0,
  });
  const panel = createPanel(chip.gpio, { leds: LED_PINS, buttons: BUTTON_PINS, active: 'low' });
  return {
    chip,
    alarm: chip.rtc,
    uart: chip.uart,
    rng: chip.rng,
    flashBase: memory.APP_MEMORY.flashBase,
    cells: flash,
    flash: new Nvmc(chip.nvmc, { firstPage: 0, pages: flash.pages, nameOf }),
    blockingFlash: (window) =>
      new NvmcBlocking(chip.nvmc, { ...window, nameOf: (page) => nameOf(window.firstPage + page) }),
    powerLoss: (random) => {
      chip.nvmcRegisters.powerLoss(random);
    },
    ...panel,
    panel: {
      ...panel.panel,
      type: (bytes) => {
        chip.uart.feed(bytes);
      },
    },
  };
}

/** The board, for lists and harnesses. */
export const NRF52840DK: BoardKind = {
  chip: 'nRF52840',
  description: 'Nordic nRF52840 DK: Cortex-M4, 1 MiB flash in 4 KiB pages, 256 KiB RAM',
  storePages: { least: 3, most: memory.STORE_PAGES_MOST },
  kv: geometryOf(NRF52840_FLASH, memory.KV_PAGES),
  flaws: { ...NVMC_FLAWS, ...TRNG_FLAWS, ...CAPSULE_FLAWS },
  freshFlash: (options) => blankCells(options).flash,
  boot,
};
