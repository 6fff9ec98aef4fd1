// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * NAND parts: pages that are programmed once, in blocks that are erased, some of them bad from the factory.
 *
 * NON-TOCK: data. The spare bytes of a page, which hold its check bits, are not in the size. Marks as in `silicon/part.ts`.
 */
import { ms, us } from '#kernel/time';
import type { PartSheet } from '../silicon/part-sheet.ts';

const K9K1G08X0B = 'K9K1G08X0B data sheet';
const SIBLING = 'K9K1G08X0A data sheet, the generation before';

/** All of them, by the names that commands take. */
export const NAND_SHEETS = {
  k9k1g08r0b: {
    name: 'K9K1G08R0B',
    pageSize: { value: 16_384, mark: 'P', source: `${K9K1G08X0B}: a block of 32 pages of 512` },
    pages: { value: 8192, mark: 'P', source: K9K1G08X0B },
    programsPerWord: {
      value: 1,
      mark: 'S',
      source: 'K9F1208U0M data sheet, a part of that family: one partial program of the main array',
    },
    erasesPerPage: { value: 100_000, mark: 'S', source: SIBLING },
    program: {
      unit: { value: 512, mark: 'P', source: `${K9K1G08X0B}: a page, without its 16 spare bytes` },
      each: { value: us(200), mark: 'S', source: `${SIBLING}: typical` },
      window: { value: 512, mark: 'P', source: `${K9K1G08X0B}: a page` },
      programsPerUnit: {
        value: 1,
        mark: 'S',
        source:
          'K9F1208U0M data sheet, a part of that family: one partial program of the main array',
      },
    },
    erasePage: { value: ms(2), mark: 'S', source: `${SIBLING}: typical` },
    badPages: {
      value: 140,
      mark: 'M',
      source: 'unverified: 8,052 blocks are good at least; P: the first one is',
    },
  },
} as const satisfies Record<string, PartSheet>;
