// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The internal flash of the nRF52840's family: one kind of controller, other sizes and times.
 *
 * NON-TOCK: data. Marks as in `silicon/part.ts`; the nRF52840's own figures stand in `timing.ts`.
 */
import { ms, us } from '#kernel/time';
import type { Figure } from '../silicon/part.ts';
import type { PartSheet } from '../silicon/part-sheet.ts';
import { NVMC_LIMITS, NVMC_TIMING } from './timing.ts';

const WORD: Figure<number> = {
  value: 4,
  mark: 'P',
  source: 'NVMC chapters: whole, aligned words only',
};

const PAGE: Figure<number> = {
  value: 4096,
  mark: 'S',
  source: 'the same NVMC; P for the nRF52840',
};

const SPECIFICATION_5340 = 'nRF5340 Product Specification, NVMC electrical specification';
const BABBLESIM = 'BabbleSim ext_nRF_hw_models, NHW_NVMC.c';
const FIXUPS = 'nrfx_mdk_fixups.h NVMC_PAGE_ERASE_DURATION_MS';

/** Limits that the family shares. */
const SHARED = {
  pageSize: PAGE,
  programsPerWord: {
    value: 2,
    mark: 'S',
    source: 'nWRITE; P for the nRF5340, whose controller is the same',
  },
  erasesPerPage: {
    value: 10_000,
    mark: 'S',
    source: 'nENDURANCE; P for the nRF5340, whose controller is the same',
  },
} as const satisfies Partial<PartSheet>;

/** 1 MiB, and the one with a register model and a board. */
export const NRF52840_SHEET: PartSheet = {
  name: 'nRF52840',
  ...NVMC_LIMITS,
  program: { unit: WORD, each: NVMC_TIMING.writeWord },
  erasePage: NVMC_TIMING.erasePage,
};

const PAGES_FROM_MEMORY = 'unverified; the size in the name of the variant';

/** A part of the nRF52833's generation. */
function newer(name: string, pages: Figure<number>): PartSheet {
  return {
    name,
    ...SHARED,
    pages,
    program: { unit: WORD, each: { value: us(42), mark: 'S', source: BABBLESIM } },
    erasePage: {
      value: ms(87.5),
      mark: 'S',
      source: `${BABBLESIM}; ${FIXUPS} has 87`,
    },
  };
}

/** A small part: its page is erased in the nRF52840's time, that of a word was not to be found. */
function small(name: string): PartSheet {
  return {
    name,
    ...SHARED,
    pages: { value: 48, mark: 'M', source: PAGES_FROM_MEMORY },
    program: {
      unit: WORD,
      each: { value: us(41), mark: 'A', source: "assumed: the nRF52840's" },
    },
    erasePage: { value: ms(85), mark: 'P', source: FIXUPS },
  };
}

/** All of the family, by the names that commands take. */
export const NRF_SHEETS = {
  nrf52840: NRF52840_SHEET,
  nrf52833: newer('nRF52833', {
    value: 128,
    mark: 'S',
    source: '512 KiB in pages of 4 KiB; BabbleSim ext_nRF_hw_models',
  }),
  nrf52820: newer('nRF52820', { value: 64, mark: 'M', source: PAGES_FROM_MEMORY }),
  nrf52811: small('nRF52811'),
  nrf52810: small('nRF52810'),
  nrf52805: small('nRF52805'),
  nrf5340: {
    name: 'nRF5340',
    pageSize: { value: 4096, mark: 'P', source: SPECIFICATION_5340 },
    pages: { value: 256, mark: 'S', source: '1 MiB of the application core in pages of 4 KiB' },
    programsPerWord: { value: 2, mark: 'P', source: `${SPECIFICATION_5340}: nWRITE` },
    erasesPerPage: { value: 10_000, mark: 'P', source: `${SPECIFICATION_5340}: nENDURANCE` },
    program: {
      unit: WORD,
      each: { value: us(43), mark: 'P', source: `${SPECIFICATION_5340}: tWRITE, with HFXO` },
    },
    erasePage: {
      value: ms(87.5),
      mark: 'P',
      source: `${SPECIFICATION_5340}: tERASEPAGE, with HFXO`,
    },
  },
} as const satisfies Record<string, PartSheet>;
