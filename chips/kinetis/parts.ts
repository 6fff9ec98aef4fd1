// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The program flash of Kinetis microcontrollers: phrases of 8 bytes.
 *
 * NON-TOCK: data. No data sheet was at hand. Marks as in `silicon/part.ts`.
 */
import { ms, us } from '#kernel/time';
import type { PartSheet } from '../silicon/part-sheet.ts';

const SEED = 'the high level design of CFSTORE without an SRAM limit';

/** All of them, by the names that commands take. */
export const KINETIS_SHEETS = {
  /** The board that CFSTORE was written on; its design says 2 KiB a sector. */
  k64f: {
    name: 'MK64FN1M0',
    pageSize: { value: 4096, mark: 'S', source: "mbed's sample configuration of CFSTORE" },
    pages: { value: 256, mark: 'M', source: 'unverified: 1 MiB' },
    programsPerWord: { value: 1, mark: 'S', source: SEED },
    erasesPerPage: { value: 10_000, mark: 'M', source: 'unverified: at least; 50,000 typical' },
    program: {
      unit: { value: 8, mark: 'S', source: SEED },
      each: { value: us(90), mark: 'M', source: 'unverified: phrase, typical; 150 at most' },
      programsPerUnit: { value: 1, mark: 'S', source: SEED },
    },
    erasePage: { value: ms(15), mark: 'M', source: 'unverified: sector, typical; 115 at most' },
    leastProgram: { value: 8, mark: 'S', source: SEED },
  },
} as const satisfies Record<string, PartSheet>;
