// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A part small enough to look at whole, for the tests of silicon.
 *
 * NON-TOCK: tests.
 */
import { NorFlash } from '#chips/silicon/nor-flash';
import type { FlashPart, NorFlashOptions } from '#chips/silicon/part';

/** An erased word. */
export const ONES = 0xffff_ffff;
/** Four pages of sixteen words, two programs a word, three erasures a page. */
const PART: FlashPart = {
  name: 'a small part',
  pageSize: 64,
  pages: 4,
  programsPerWord: 2,
  erasesPerPage: 3,
};

/** A fresh part; both its shape and its manners may differ. */
export function make(options: NorFlashOptions = {}, part: Partial<FlashPart> = {}): NorFlash {
  return new NorFlash({ ...PART, ...part }, options);
}
