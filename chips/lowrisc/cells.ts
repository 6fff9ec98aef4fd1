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

/** The information pages beside the data pages: both lie in the same banks. */
const INFO_BESIDE = new WeakMap<NorFlash, NorFlash>();

/**
 * Fresh cells, as from the factory; or those of the flash that is given. The limits of the part are assumed, so to
 * pass one is counted and stops nothing unless `onViolation` says otherwise.
 */
export function earlgreyCells(options: NorFlashOptions = {}, given?: NorFlash): EarlgreyCells {
  const manners: NorFlashOptions = { onViolation: 'count', ...options };
  const flash = given ?? new NorFlash(EARLGREY_FLASH, manners);
  const info = INFO_BESIDE.get(flash) ?? new NorFlash(EARLGREY_INFO, manners);
  INFO_BESIDE.set(flash, info);
  return { flash, info };
}
