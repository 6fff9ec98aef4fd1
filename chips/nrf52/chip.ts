// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The nRF52840: its peripherals on one clock, over cells that outlive a power cycle.
 *
 * Mirrors `chips/nrf52/src/chip.rs`. A power-on is a new chip on the same `NorFlash`.
 */
import type { Clock } from '#kernel/clock';
import type { DeferredCalls } from '#kernel/deferred-call';
import type { Chip } from '#kernel/platform/chip';
import { Random } from '#kernel/random';
import type { Trace } from '#kernel/trace';
import { NorFlash } from '../silicon/nor-flash.ts';
import type { FlashPart, NorFlashOptions } from '../silicon/part.ts';
import { Gpio } from './gpio.ts';
import { Interrupts } from './interrupts.ts';
import { NvmcController, type NvmcFlaw } from './nvmc.ts';
import { NvmcRegisters, type NvmcOptions } from './registers/nvmc.ts';
import { Trng, type TrngFlaw } from './rng.ts';
import { Rtc } from './rtc.ts';
import { BLOCK_RULE, NRF52840_FLASH } from './timing.ts';
import { Uarte } from './uart.ts';

/** The cells of the part: internal flash, and the page of UICR. */
export interface Nrf52840Cells {
  readonly flash: NorFlash;
  readonly uicr: NorFlash;
}

const UICR_PART: FlashPart = { ...NRF52840_FLASH, name: 'nRF52840 UICR', pages: 1 };

/** Fresh cells, as from the factory; all but the flash when that is given. */
export function blankCells(options: NorFlashOptions = {}, flash?: NorFlash): Nrf52840Cells {
  return {
    flash: flash ?? new NorFlash(NRF52840_FLASH, options),
    uicr: new NorFlash(UICR_PART, options),
  };
}

/** What a chip is powered on with. */
export interface ChipOptions {
  readonly clock: Clock;
  readonly deferredCalls: DeferredCalls;
  readonly cells: Nrf52840Cells;
  /** Gets what the serial port sends. */
  readonly line: (bytes: Uint8Array) => void;
  readonly trace?: Trace;
  readonly flaws?: ReadonlySet<NvmcFlaw>;
  readonly rngFlaws?: ReadonlySet<TrngFlaw>;
  /** Seed of the random bytes; default 0. */
  readonly seed?: number;
  /** How the flash controller differs from the usual: execution from RAM, a slow oscillator. */
  readonly nvmc?: Pick<NvmcOptions, 'executesFrom' | 'slowness' | 'random'>;
}

/** The chip's flash parts with another rule on programs of blocks, see `BLOCK_RULE`. */
export function withBlockRule(cells: NorFlashOptions = {}): Nrf52840Cells {
  const blockRule = BLOCK_RULE.value;
  return {
    flash: new NorFlash({ ...NRF52840_FLASH, blockRule }, cells),
    uicr: new NorFlash({ ...UICR_PART, blockRule }, cells),
  };
}

/** One chip from power-on to power-off. */
export class Nrf52840 implements Chip {
  readonly rtc: Rtc;
  readonly uart: Uarte;
  readonly gpio: Gpio;
  readonly rng: Trng;
  readonly nvmcRegisters: NvmcRegisters;
  readonly nvmc: NvmcController;
  private readonly interrupts = new Interrupts();

  constructor(options: ChipOptions) {
    const { clock, cells, deferredCalls } = options;
    cells.flash.attach(clock);
    cells.uicr.attach(clock);
    this.rtc = new Rtc(clock, this.interrupts);
    this.uart = new Uarte(clock, this.interrupts, options.line);
    this.gpio = new Gpio(this.interrupts);
    this.rng = new Trng(clock, this.interrupts, new Random(options.seed ?? 0), options.rngFlaws);
    this.nvmcRegisters = new NvmcRegisters({ clock, ...cells, ...options.nvmc });
    this.nvmc = new NvmcController(
      this.nvmcRegisters,
      cells.flash,
      deferredCalls,
      options.trace,
      options.flaws,
    );
  }

  hasPendingInterrupts(): boolean {
    return this.interrupts.hasPending();
  }

  servicePendingInterrupts(): void {
    this.interrupts.service();
  }
}
