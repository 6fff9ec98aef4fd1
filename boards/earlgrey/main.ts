// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A board with the OpenTitan chip Earl Grey: what it is, and its chip.
 *
 * Mirrors `boards/opentitan/src/main.rs`, with this project's stores in bank 1. Its lights are those of
 * the CW310 board; buttons there are none in Tock, so the pins of ours are assumed.
 */
import type { Board, BoardKind, BoardOptions } from '../board.ts';
import { powerOn } from '../components/board.ts';
import { CAPSULE_FLAWS, flawsOf } from '../components/flaws.ts';
import { createPanel } from '../components/panel.ts';
import { geometryOf, pageNames, type ChipParts } from '../components/parts.ts';
import { EarlGrey } from '#chips/earlgrey/chip';
import { earlgreyCells } from '#chips/lowrisc/cells';
import { FlashCtrl } from '#chips/lowrisc/flash-ctrl';
import { FLASH_CTRL_FLAWS } from '#chips/lowrisc/flash-flaws';
import { FlashCtrlBlocking, FlashCtrlPartition } from '#chips/lowrisc/flash-partition';
import { InterruptSource } from '#chips/lowrisc/interrupts';
import { FlashCtrlRegisters } from '#chips/lowrisc/registers/flash-ctrl';
import { EARLGREY_FLASH } from '#chips/lowrisc/timing';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { panic } from '#kernel/assert';
import { EARLGREY_COSTS } from '#kernel/costs';
import type { Kernel } from '#kernel/kernel';
import * as memory from './memory.ts';

/** Wires the board and powers it on; cells given keep what they hold. */
export function boot(options: BoardOptions = {}): Board {
  if (options.ecc === 'on') panic(WHY_NOT_ECC);
  const map = memory.flashMap(options.storePages ?? memory.STORE_PAGES);
  const nameOf = pageNames(map);
  return powerOn(
    {
      name: 'earlgrey',
      costs: EARLGREY_COSTS,
      memory: memory.APP_MEMORY,
      map,
      chip: (kernel) => createChip(kernel, options, nameOf),
    },
    options,
  );
}

/** Lights and buttons: lit, and pressed, at high level. */
const LED_PINS = [8, 9, 10, 11, 12, 13, 14, 15] as const;
const BUTTON_PINS = [0, 1, 2, 3] as const;

const WHY_NOT_ECC =
  'the stores program 4 bytes at a time, and ECC covers 8: the second program of a flash word breaks it ' +
  '(the first insert of a value does that); force runs it all the same';

const CODE_REGION = 0;
const APP_REGION = 1;

function createChip(
  kernel: Kernel,
  options: BoardOptions,
  nameOf: (page: number) => string,
): ChipParts {
  const { clock } = kernel;
  const cells = earlgreyCells({}, options.flash);
  const { flash } = cells;
  const line = options.onConsole ?? ((): void => undefined);
  const chip = new EarlGrey({ clock, line, seed: options.seed ?? 0 });
  const controller = createFlash(kernel, chip, cells, options);
  const panel = createPanel(chip.gpio, { leds: LED_PINS, buttons: BUTTON_PINS, active: 'high' });
  return {
    chip,
    alarm: chip.timer,
    uart: chip.uart,
    rng: chip.csrng,
    flashBase: memory.FLASH_START,
    cells: flash,
    flash: new FlashCtrlPartition(controller, { firstPage: 0, pages: flash.pages, nameOf }),
    blockingFlash: (window) =>
      new FlashCtrlBlocking(controller, {
        ...window,
        nameOf: (page) => nameOf(window.firstPage + page),
      }),
    powerLoss: (random) => {
      controller.registers.powerLoss(random);
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

/** The flash controller, its interrupt, and what may be done where: the kernel's pages are read-only. */
function createFlash(
  { clock, deferredCalls, trace }: Kernel,
  { interrupts }: EarlGrey,
  cells: { readonly flash: NorFlash; readonly info: NorFlash },
  { faithful = [], ecc }: BoardOptions,
): FlashCtrl {
  const { flash, info } = cells;
  flash.attach(clock);
  info.attach(clock);
  const registers = new FlashCtrlRegisters({
    clock,
    flash,
    info,
    interrupt: {
      raise: () => {
        interrupts.raise(InterruptSource.FLASH_CTRL);
      },
    },
  });
  const controller = new FlashCtrl({
    registers,
    flash,
    clock,
    deferredCalls,
    trace,
    flaws: flawsOf(FLASH_CTRL_FLAWS, faithful),
    ownRegion: { ecc: ecc === 'force' },
  });
  interrupts.connect(InterruptSource.FLASH_CTRL, () => {
    controller.handleInterrupt();
    // The line is a level: still high, it is pending again.
    if (registers.interruptPending) interrupts.raise(InterruptSource.FLASH_CTRL);
  });
  const { regions } = controller;
  const apps = { firstPage: memory.KERNEL_PAGES, pages: memory.APP_PAGES };
  regions.set(CODE_REGION, { firstPage: 0, pages: memory.KERNEL_PAGES, read: true });
  regions.lock(CODE_REGION);
  regions.set(APP_REGION, { ...apps, read: true, program: true, erase: true });
  return controller;
}

/** The board, for lists and harnesses. */
export const EARLGREY: BoardKind = {
  chip: 'Earl Grey',
  description: 'OpenTitan Earl Grey: Ibex, 1 MiB flash in 2 KiB pages, 128 KiB RAM',
  storePages: { least: 3, most: memory.STORE_PAGES },
  kv: geometryOf(EARLGREY_FLASH, memory.KV_PAGES),
  flaws: { ...FLASH_CTRL_FLAWS, ...CAPSULE_FLAWS },
  whyNotEcc: WHY_NOT_ECC,
  freshFlash: (options) => earlgreyCells(options).flash,
  boot,
};
