// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The figures of Earl Grey's flash, as a store on it needs them.
 *
 * NON-TOCK: data; the figures themselves stand in `timing.ts`.
 */
import type { PartSheet } from '../silicon/part-sheet.ts';
import { EARLGREY_FLASH, FLASH_CTRL_LIMITS, FLASH_CTRL_TIMING } from './timing.ts';

/** Both banks of data pages. */
export const EARLGREY_SHEET: PartSheet = {
  name: EARLGREY_FLASH.name,
  pageSize: FLASH_CTRL_LIMITS.pageSize,
  pages: { ...FLASH_CTRL_LIMITS.pagesPerBank, value: EARLGREY_FLASH.pages },
  programsPerWord: FLASH_CTRL_LIMITS.programsPerWord,
  erasesPerPage: FLASH_CTRL_LIMITS.erasesPerPage,
  program: {
    unit: FLASH_CTRL_LIMITS.eccUnit,
    each: FLASH_CTRL_TIMING.programFlashWord,
    least: FLASH_CTRL_TIMING.programSingle,
    window: FLASH_CTRL_LIMITS.programWindow,
  },
  erasePage: FLASH_CTRL_TIMING.erasePage,
};
