// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every figure of Earl Grey's flash that the model uses, with its source and how sure it is.
 *
 * NON-TOCK: Tock waits for the hardware. The chip is the one of OpenTitan's earlgrey_1.0.0 branch. Marks
 * as in `silicon/part.ts`; A is assumed: no source gives it, and it says so wherever it is printed.
 */
import { ms, ns, us, type Nanoseconds } from '#kernel/time';
import type { Figure, FlashPart } from '../silicon/part.ts';

const SFDP =
  'SFDP table of the mask ROM (spi_device.c, commit 6093fc581e), whose steps include ROM overhead';
const MODEL = 'prim_generic_flash_bank.sv, at 100 MHz';

/** Times of the flash macro of the real chip. */
export const FLASH_CTRL_TIMING = {
  programFlashWord: {
    value: us(24),
    mark: 'D',
    source: `${SFDP}: 256 bytes in 768 us`,
  },
  programSingle: { value: us(48), mark: 'D', source: `${SFDP}: a single byte` },
  erasePage: { value: ms(72), mark: 'D', source: `${SFDP}: 4 KiB, two pages, in 144 ms` },
  erasePageMax: { value: ms(144), mark: 'D', source: `${SFDP}: twice the typical time` },
  eraseBank: { value: ms(96), mark: 'D', source: `${SFDP}: the chip, two banks, in 192 ms` },
  eraseBankMax: { value: ms(192), mark: 'D', source: `${SFDP}: twice the typical time` },
  rtlProgramFlashWord: { value: ns(510), mark: 'P', source: `${MODEL}: 1 + 50 cycles` },
  rtlErasePage: { value: ns(2560), mark: 'P', source: `${MODEL}: 256 cycles, a word each` },
  rtlEraseBank: { value: ns(655_360), mark: 'P', source: `${MODEL}: 65,536 cycles` },
  rtlInit: { value: us(1), mark: 'P', source: `${MODEL}: 100 cycles` },
} as const satisfies Record<string, Figure<Nanoseconds>>;

const CONFIG = 'top_earlgrey_flash_ctrl.ipconfig.hjson, earlgrey_1.0.0';

/** Geometry and limits. */
export const FLASH_CTRL_LIMITS = {
  pageSize: { value: 2048, mark: 'P', source: CONFIG },
  pagesPerBank: { value: 256, mark: 'P', source: CONFIG },
  banks: { value: 2, mark: 'P', source: CONFIG },
  infoPagesPerBank: { value: 13, mark: 'P', source: `${CONFIG}: 10, 1 and 2 of types 0, 1 and 2` },
  eccUnit: { value: 8, mark: 'P', source: CONFIG },
  programWindow: { value: 64, mark: 'P', source: CONFIG },
  programsPerWord: { value: 2, mark: 'A', source: 'assumed: no source gives a limit' },
  erasesPerPage: { value: 10_000, mark: 'A', source: 'assumed: the endurance is not public' },
} as const satisfies Record<string, Figure<number>>;

/** Both banks of data pages as one part: 1 MiB. */
export const EARLGREY_FLASH: FlashPart = {
  name: 'Earl Grey',
  pageSize: FLASH_CTRL_LIMITS.pageSize.value,
  pages: FLASH_CTRL_LIMITS.banks.value * FLASH_CTRL_LIMITS.pagesPerBank.value,
  programsPerWord: FLASH_CTRL_LIMITS.programsPerWord.value,
  erasesPerPage: FLASH_CTRL_LIMITS.erasesPerPage.value,
  eccUnit: FLASH_CTRL_LIMITS.eccUnit.value,
};

/** The information pages of both banks as one part, by bank, then type, then number. */
export const EARLGREY_INFO: FlashPart = {
  ...EARLGREY_FLASH,
  name: 'Earl Grey information pages',
  pages: FLASH_CTRL_LIMITS.banks.value * FLASH_CTRL_LIMITS.infoPagesPerBank.value,
};

/** Whose times count: the real macro, its slowest, the generic model, the same on an FPGA at 10 MHz. */
export type FlashTiming = 'typical' | 'max' | 'rtl' | 'fpga';

/** How long operations take. */
export interface FlashTimes {
  readonly flashWord: Nanoseconds;
  /** An operation of one flash word. */
  readonly single: Nanoseconds;
  readonly page: Nanoseconds;
  readonly bank: Nanoseconds;
  readonly init: Nanoseconds;
}

const FPGA_SLOWNESS = 10;

/** The times of each kind of macro. The longest times of programs are not known. */
export const FLASH_TIMES: Readonly<Record<FlashTiming, FlashTimes>> = {
  typical: silicon('erasePage', 'eraseBank'),
  max: silicon('erasePageMax', 'eraseBankMax'),
  rtl: generic(1),
  fpga: generic(FPGA_SLOWNESS),
};

function silicon(
  page: 'erasePage' | 'erasePageMax',
  bank: 'eraseBank' | 'eraseBankMax',
): FlashTimes {
  const figures = FLASH_CTRL_TIMING;
  return {
    flashWord: figures.programFlashWord.value,
    single: figures.programSingle.value,
    page: figures[page].value,
    bank: figures[bank].value,
    init: figures.rtlInit.value,
  };
}

function generic(slowness: number): FlashTimes {
  const { rtlProgramFlashWord, rtlErasePage, rtlEraseBank, rtlInit } = FLASH_CTRL_TIMING;
  const flashWord = ns(rtlProgramFlashWord.value * slowness);
  return {
    flashWord,
    single: flashWord,
    page: ns(rtlErasePage.value * slowness),
    bank: ns(rtlEraseBank.value * slowness),
    init: ns(rtlInit.value * slowness),
  };
}
