// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every figure of the nRF52840 that the model uses, with its source and how sure it is.
 *
 * NON-TOCK: Tock waits for the hardware. Marks: P read in a primary source (vendor register file or
 * page), S read in a secondary source that cites the datasheet, D derived from those, M from memory and
 * not verified: shown as "unverified" wherever it is printed.
 */
import type { BlockRule, Figure, FlashPart } from '../silicon/part.ts';
import { ms, us, type Nanoseconds } from '#kernel/time';

/** Times of the NVMC; the datasheet gives one number for each, in its max column, with HFXO running. */
export const NVMC_TIMING = {
  writeWord: {
    value: us(41),
    mark: 'S',
    source:
      'nRF52840 Product Specification v1.11, NVMC electrical specification (cited in two firmware headers)',
  },
  erasePage: {
    value: ms(85),
    mark: 'P',
    source:
      'nrfx_mdk_fixups.h NVMC_PAGE_ERASE_DURATION_MS; Product Specification v1.11 (cited in nrf-hal)',
  },
  eraseAll: { value: ms(169), mark: 'M', source: 'unverified; nRF52833 and nRF5340 have 173 ms' },
  erasePartialSetup: {
    value: us(1080),
    mark: 'M',
    source: 'unverified; the nRF5340 table leaves it blank',
  },
} as const satisfies Record<string, Figure<Nanoseconds>>;

/** Geometry and limits of the internal flash. */
export const NVMC_LIMITS = {
  pageSize: { value: 4096, mark: 'P', source: 'FICR CODEPAGESIZE, nrf52840.svd' },
  pages: { value: 256, mark: 'P', source: 'FICR CODESIZE, nrf52840.svd' },
  programsPerWord: {
    value: 2,
    mark: 'S',
    source: 'nWRITE; P for the nRF5340 with the same wording',
  },
  erasesPerPage: {
    value: 10_000,
    mark: 'S',
    source: 'Product Specification §4.3.10.1, cited in contiki-ng',
  },
} as const satisfies Record<string, Figure<number>>;

/** Times of the RNG, with bias correction; the part itself promises no time for a byte. */
export const RNG_TIMING = {
  firstByte: {
    value: us(248),
    mark: 'S',
    source: 'from START; head comment of Zephyr drivers/entropy/entropy_nrf5.c, for the nRF52840',
  },
  nextByte: {
    value: us(120),
    mark: 'S',
    source: 'between bytes while it runs; the same comment, for the nRF52840',
  },
} as const satisfies Record<string, Figure<Nanoseconds>>;

/** The internal flash: 1 MiB. */
export const NRF52840_FLASH: FlashPart = {
  name: 'nRF52840',
  pageSize: NVMC_LIMITS.pageSize.value,
  pages: NVMC_LIMITS.pages.value,
  programsPerWord: NVMC_LIMITS.programsPerWord.value,
  erasesPerPage: NVMC_LIMITS.erasesPerPage.value,
};

/** Factor on times for the slowest internal oscillator that others budget for: 89.7 ms a page. */
export const SLOW_OSCILLATOR: Figure<number> = {
  value: 89.7 / 85,
  mark: 'S',
  source: 'Zephyr FLASH_PAGE_ERASE_MAX_TIME_US 89700 for nRF52',
};

/** The older rule on blocks, stricter than two programs a word: an option, not the default. */
export const BLOCK_RULE: Figure<BlockRule> = {
  value: { bytes: 512, programs: 403 },
  mark: 'S',
  source: 'nWRITE,BLOCK of the pre-production specification v0.5.1 (Nordic forum 175638)',
};
