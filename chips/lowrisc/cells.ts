// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash cells of Earl Grey: what outlives a power cycle.
 *
 * NON-TOCK: matter.
 */
import { NorFlash } from '../silicon/nor-flash.ts';
import type { NorFlashOptions } from '../silicon/part.ts';
import { EARLGREY_FLASH, EARLGREY_INFO } from './timing.ts';

/** The cells of both parts. */
export interface EarlgreyCells {
  readonly flash: NorFlash;
  readonly info: NorFlash;
}

/**
 * Fresh cells, as from the factory. The limits of the part are assumed, so to pass one is counted and
 * stops nothing unless `onViolation` says otherwise.
 */
export function earlgreyCells(options: NorFlashOptions = {}): EarlgreyCells {
  return {
    flash: new NorFlash(EARLGREY_FLASH, { ...MANNERS, ...options }),
    info: earlgreyInfo(options),
  };
}

/** The information pages alone, for a board whose flash is there already. */
export function earlgreyInfo(options: NorFlashOptions = {}): NorFlash {
  return new NorFlash(EARLGREY_INFO, { ...MANNERS, ...options });
}

const MANNERS: NorFlashOptions = { onViolation: 'count' };
