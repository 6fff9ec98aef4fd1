// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The registers over blank cells, for their tests.
 *
 * NON-TOCK: tests.
 */
import { blankCells } from '#chips/nrf52/chip';
import { NvmcRegisters, type NvmcOptions } from '#chips/nrf52/registers/nvmc';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { Clock } from '#kernel/clock';

/** An erased word. */
export const ONES = 0xffff_ffff;
/** Bytes a page. */
export const PAGE = 4096;

/** The registers and what they work on. */
export interface Bench {
  readonly clock: Clock;
  readonly flash: NorFlash;
  readonly uicr: NorFlash;
  readonly nvmc: NvmcRegisters;
}

/** Fresh registers, cells and clock. */
export function make(options: Partial<NvmcOptions> = {}): Bench {
  const clock = new Clock();
  const { flash, uicr } = blankCells();
  flash.attach(clock);
  const nvmc = new NvmcRegisters({ clock, flash, uicr, ...options });
  return { clock, flash, uicr, nvmc };
}

/** Fills a page with zeros, without time passing. */
export function dirty({ flash }: Bench, page: number): void {
  for (let word = page * 1024; word < (page + 1) * 1024; word++) flash.program(word, 0);
}

/** Bits of a page that are 0. */
export function zeros({ flash }: Bench, page: number): number {
  return flash.bytes(page * PAGE, PAGE).reduce((sum, byte) => {
    return sum + 8 - byte.toString(2).replaceAll('0', '').length;
  }, 0);
}
