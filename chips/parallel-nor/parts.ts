// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Parallel NOR parts, mapped into memory: blocks of 128 KiB.
 *
 * NON-TOCK: data. Marks as in `silicon/part.ts`.
 */
import { ms, us } from '#kernel/time';
import type { PartSheet } from '../silicon/part-sheet.ts';

const L18 = 'Intel StrataFlash L18 data sheet (251902)';

/** All of them, by the names that commands take. */
export const PARALLEL_NOR_SHEETS = {
  /** What TinyOS has with the PXA27x of an Imote2: main blocks alone, without the four small ones. */
  pxa27x: {
    name: '28F256L18',
    pageSize: { value: 131_072, mark: 'P', source: `${L18}: main block of 64 Kwords` },
    pages: { value: 255, mark: 'D', source: `${L18}: 256 Mbit, less the block of 4 small ones` },
    programsPerWord: {
      value: 255,
      mark: 'A',
      source: 'assumed: no limit was found, 255 is the most that is counted',
    },
    erasesPerPage: { value: 100_000, mark: 'P', source: `${L18}: at least` },
    program: {
      unit: { value: 1, mark: 'D', source: `${L18}: time a byte` },
      each: { value: us(7), mark: 'P', source: `${L18}: buffered program, typical` },
    },
    erasePage: { value: ms(1200), mark: 'M', source: 'unverified: main block' },
  },
} as const satisfies Record<string, PartSheet>;
