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
 * Fresh cells, as from the factory; all but the flash when that is given. The limits of the part are assumed, so to pass one is counted and
 * stops nothing unless `onViolation` says otherwise.
 */
export function earlgreyCells(options: NorFlashOptions = {}, flash?: NorFlash): EarlgreyCells {
  const manners: NorFlashOptions = { onViolation: 'count', ...options };
  return {
    flash: flash ?? new NorFlash(EARLGREY_FLASH, manners),
    info: new NorFlash(EARLGREY_INFO, manners),
  };
}
