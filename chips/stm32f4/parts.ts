// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash of the STM32F405: sectors of three sizes.
 *
 * NON-TOCK: data. Marks as in `silicon/part.ts`. A sheet has pages of one size, so that it is of the large sectors; `SECTORS` has all.
 */
import { ms, us } from '#kernel/time';
import type { PartSheet } from '../silicon/part-sheet.ts';

const RM0090 = 'RM0090, embedded flash memory interface';
const KIB = 1024;

/** Bytes of each sector from address 0 on (RM0090): 4 of 16 KiB, one of 64, 7 of 128. */
export const STM32F405_SECTORS: readonly number[] = [
  ...[16, 16, 16, 16, 64].map((size) => size * KIB),
  ...Array.from({ length: 7 }, () => 128 * KIB),
];

/** All of them, by the names that commands take. */
export const STM32F4_SHEETS = {
  /** Sectors 5 to 11, which are alike. */
  stm32f405: {
    name: 'STM32F405',
    pageSize: { value: 128 * KIB, mark: 'P', source: `${RM0090}: sectors 5 to 11` },
    pages: { value: 7, mark: 'P', source: `${RM0090}: sectors 5 to 11` },
    programsPerWord: {
      value: 255,
      mark: 'P',
      source: `${RM0090}: any that change ones to zeros; 255 is the most that is counted`,
    },
    erasesPerPage: { value: 10_000, mark: 'M', source: 'unverified' },
    program: {
      unit: { value: 4, mark: 'P', source: `${RM0090}: a word at a parallelism of 32` },
      each: { value: us(16), mark: 'M', source: 'unverified: a word, typical' },
    },
    erasePage: {
      value: ms(1000),
      mark: 'M',
      source: 'unverified: 128 KiB, typical; 16 KiB 250 ms, 64 KiB 550 ms',
    },
  },
} as const satisfies Record<string, PartSheet>;
